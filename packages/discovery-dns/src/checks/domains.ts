import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  remedy,
} from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import type { ServerFacts } from './server-facts.js'

/** Whether the domain exists. */
export const domainCheck: CheckDescription = {
  id: 'dns-domain',
  checks: 'each search domain exists',
  levels: ['ok', 'notice', 'error'],
}

/** Says whether the domains exist, as far as anybody answers. */
export function* checkDomains(servers: readonly ServerFacts[]): Iterable<Finding> {
  const domains = servers[0]?.zones.map(({ domain }) => domain) ?? []
  for (const [index, domain] of domains.entries()) {
    const answers = servers.flatMap(({ server, zones }) => {
      const zone = zones[index]
      return zone === undefined || zone.fault !== undefined ? [] : [{ ...zone, server }]
    })
    const [first] = answers
    if (first === undefined) continue
    const subject = nameToText(domain)
    const { server, isAbsent, apex } = answers.find((answer) => !answer.isAbsent) ?? first
    if (!isAbsent) {
      const seen = apex === undefined ? 'exists' : `exists, in the zone ${nameToText(apex)}`
      yield finding(domainCheck, 'ok', { subject, seen })
    } else {
      const level: FindingLevel = domains.length > 1 ? 'notice' : 'error'
      const file = `zone "${subject}" { type primary; file "${subject}.db"; };`
      yield finding(domainCheck, level, {
        subject,
        seen: `${server.text} says that there is no such domain (NXDOMAIN)`,
        meaning: 'no cluster can be found below it',
        remedies: [remedy({ kind: 'server', place: `the name server ${server.text}`, software: 'BIND', text: file })],
      })
    }
  }
}

import { escapeText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
  remedy,
} from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import type { ResolvConfFacts } from './host-settings.js'
import { resolvConfRemedies } from './resolv-conf-remedies.js'
import { hasSpoken, type ServerFacts } from './server-facts.js'

/** Whether servers know the zone. */
export const serverZoneCheck: CheckDescription = {
  id: 'dns-server-zone',
  checks: 'every name server answers for the domain: none refuses, fails, or only refers to others',
  levels: ['ok', 'warning', 'error'],
}

/** Says what every server answers about the domains. */
export function* checkServerZones(
  servers: readonly ServerFacts[],
  file: ResolvConfFacts | undefined,
): Iterable<Finding> {
  const isLame = servers.every(({ zones }) => zones.every(({ fault }) => fault !== undefined))
  for (const facts of servers) yield* checkZones(facts, isLame ? 'error' : 'warning', file)
}

function* checkZones(
  { server, zones, transports }: ServerFacts,
  level: FindingLevel,
  file: ResolvConfFacts | undefined,
): Iterable<Finding> {
  if (transports.every(({ elapsed }) => elapsed === undefined)) return
  const subject = server.text
  for (const { domain, fault, apex } of zones) {
    const name = nameToText(domain)
    if (fault === undefined) {
      const seen = apex === undefined ? `answers for ${name}` : `answers for ${name}, in the zone ${nameToText(apex)}`
      yield finding(serverZoneCheck, 'ok', { subject, seen })
    } else if (hasSpoken(fault)) {
      yield finding(serverZoneCheck, level, {
        subject,
        seen: `${escapeText(fault.reason)} about ${name}`,
        meaning: 'what it does not say means nothing: clusters may be there all the same',
        remedies: [
          ...zoneRemedies(name, fault.code, subject),
          ...resolvConfRemedies(file, server.address, level !== 'error'),
        ],
      })
    }
  }
}

function zoneRemedies(domain: string, code: string, server: string): readonly Remedy[] {
  const place = `the name server ${server}`
  if (code === 'REFUSED') {
    const text = `allow-query { any; };\nallow-recursion { localnets; };`
    return [
      remedy({ kind: 'server', place, software: 'BIND', text }),
      remedy({ kind: 'server', place, software: 'Unbound', text: 'access-control: <NETWORK> allow' }),
    ]
  }
  const bind = `zone "${domain}" { type secondary; primaries { <ADDRESS>; }; file "${domain}.db"; };`
  return [
    remedy({ kind: 'server', place, software: 'BIND', text: bind }),
    remedy({ kind: 'server', place, software: 'Knot', text: `zone:\n  - domain: ${domain}\n    master: <PRIMARY>` }),
    remedy({
      kind: 'server',
      place,
      software: 'NSD',
      text: `zone:\n    name: ${domain}\n    request-xfr: <ADDRESS> NOKEY`,
    }),
  ]
}

import { escapeText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
  remedy,
  shellText,
} from '@pstorage/discovery-core/checks'
import { type Name, nameToText } from '@pstorage/dns-message'
import { domainText } from '../../config/domain-name.js'
import type { NameServer } from '../../config/name-server.js'
import type { ResolvConfFacts } from '../settings/host-settings.js'
import { removalRemedies } from '../settings/resolv-conf.js'
import { hasReplied, type ServerFacts } from './server-facts.js'

/** The check that servers answer for the domain. */
export const serverZoneCheck: CheckDescription = {
  id: 'dns-server-zone',
  checks: 'every name server answers for the domain: none refuses, fails, or only refers to others',
  levels: ['ok', 'warning', 'error'],
}

/** Checks the answer of every server about each domain. */
export function* checkServerZones(
  servers: readonly ServerFacts[],
  file: ResolvConfFacts | undefined,
): Iterable<Finding> {
  const isLame = servers.every(({ zones }) => zones.every(({ fault }) => fault !== undefined))
  for (const facts of servers) {
    // A server that answers for another domain, or that is the only one with answers, is not to go.
    const isUseless = facts.zones.every(({ fault }) => fault !== undefined)
    const hasOther = servers.some(({ zones }) => zones.every(({ fault }) => fault === undefined))
    yield* checkZones(facts, isLame ? 'error' : 'warning', isUseless && hasOther ? file : undefined)
  }
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
    } else if (hasReplied(fault)) {
      yield finding(serverZoneCheck, level, {
        subject,
        seen: `${escapeText(fault.reason)} about ${name}`,
        meaning:
          fault.code === 'REFUSED'
            ? 'the search domain may be misspelt, or be served elsewhere, or the server does not serve this host; clusters may exist all the same'
            : 'this answer proves nothing: clusters may exist all the same',
        remedies: [...zoneRemedies(domain, fault.code, server), ...removalRemedies(file, server.address)],
      })
    }
  }
}

/** Looks at a refusal, as its cause is not known; shows the state of a zone that fails; adds one that is not there. */
function zoneRemedies(domain: Name, code: string, server: NameServer): readonly Remedy[] {
  if (code === 'REFUSED') return askRemedies(domain, server)
  const zone = nameToText(domain)
  if (code !== 'LAME') {
    return [
      ...commands(
        `root on ${server.text}`,
        { software: 'BIND', text: shellText`rndc zonestatus ${zone}` },
        { software: 'Knot', text: shellText`knotc zone-status ${zone}` },
        { software: 'NSD', text: shellText`nsd-control zonestatus ${zone}` },
      ),
      ...retransferRemedies(domain, server),
    ]
  }
  const place = `the name server ${server.text}`
  const bind = `zone "${zone}" { type secondary; primaries { <ADDRESS>; }; file "${zone}.db"; };`
  return [
    ...askRemedies(domain, server),
    remedy({ kind: 'server', place, software: 'BIND', text: bind }),
    remedy({ kind: 'server', place, software: 'Knot', text: `zone:\n  - domain: ${zone}\n    master: <PRIMARY>` }),
    remedy({
      kind: 'server',
      place,
      software: 'NSD',
      text: `zone:\n    name: ${zone}\n    request-xfr: <ADDRESS> NOKEY`,
    }),
  ]
}

/** Returns the command that shows the answer of the server itself. */
function askRemedies(domain: Name, { address, port }: NameServer): readonly Remedy[] {
  return commands('you', shellText`dig @${address} -p ${port} -q ${nameToText(domain)} -t SOA`)
}

/** Returns the commands with which a secondary fetches the zone again. */
function retransferRemedies(apex: Name, server: NameServer): readonly Remedy[] {
  const zone = nameToText(apex)
  return commands(
    `root on ${server.text}`,
    { software: 'BIND', text: shellText`rndc retransfer ${zone}` },
    { software: 'Knot', text: shellText`knotc zone-retransfer ${zone}` },
    { software: 'NSD', text: shellText`nsd-control force_transfer ${zone}` },
  )
}

/** The check that the domain exists. */
export const domainCheck: CheckDescription = {
  id: 'dns-domain',
  checks: 'each search domain exists',
  levels: ['ok', 'notice', 'error'],
  follows: ['dns-server-answers'],
}

/** Checks that the domains exist, as far as there are answers. */
export function* checkDomains(servers: readonly ServerFacts[]): Iterable<Finding> {
  const domains = servers[0]?.zones.map(({ domain }) => domain) ?? []
  for (const [index, domain] of domains.entries()) {
    const answers = servers.flatMap(({ server, zones }) => {
      const zone = zones[index]
      return zone === undefined || zone.fault !== undefined ? [] : [{ ...zone, server }]
    })
    const [first] = answers
    if (first === undefined) continue
    const subject = domainText(domain)
    const { server, isAbsent, apex } = answers.find((answer) => !answer.isAbsent) ?? first
    if (!isAbsent) {
      const seen = apex === undefined ? 'exists' : `exists, in the zone ${nameToText(apex)}`
      yield finding(domainCheck, 'ok', { subject, seen })
    } else {
      const level: FindingLevel = domains.length > 1 ? 'notice' : 'error'
      yield finding(domainCheck, level, {
        subject,
        seen: `${server.text} says that there is no such domain (NXDOMAIN)`,
        // It may be misspelt, so that no zone is to be made for it.
        meaning: 'no cluster can be found below it; it may be misspelt',
        remedies: askRemedies(domain, server),
      })
    }
  }
}

/** The check that servers have the same version of the zone. */
export const serialCheck: CheckDescription = {
  id: 'dns-server-serial',
  checks: 'all name servers have the same version of the zone (the serial of its SOA record)',
  levels: ['ok', 'warning'],
}

/** Compares the versions of the zones on all servers. */
export function* checkSerials(servers: readonly ServerFacts[]): Iterable<Finding> {
  const domains = servers[0]?.zones.map(({ domain }) => domain) ?? []
  for (const [index, domain] of domains.entries()) {
    const serials = servers.flatMap(({ server, zones }) => {
      const serial = zones[index]?.serial
      return serial === undefined ? [] : [{ server, serial, apex: zones[index]?.apex }]
    })
    if (serials.length < 2) continue
    const subject = nameToText(domain)
    const [newest] = serials.toSorted((a, b) => (isNewer(a.serial, b.serial) ? -1 : 1))
    const behind = serials.filter(({ serial }) => serial !== newest?.serial)
    if (behind.length === 0) {
      yield finding(serialCheck, 'ok', { subject, seen: `all name servers have the serial ${newest?.serial}` })
    }
    for (const { server, serial, apex } of behind) {
      yield finding(serialCheck, 'warning', {
        subject: server.text,
        seen: `has the serial ${serial} of ${subject}, and ${newest?.server.text} has ${newest?.serial}`,
        meaning: 'it answers with an old version of the zone: which clusters are found depends on who answers',
        remedies: retransferRemedies(apex ?? domain, server),
      })
    }
  }
}

/** Compares by serial number arithmetic (RFC 1982). */
function isNewer(one: number, other: number): boolean {
  return one !== other && (one - other) >>> 0 < 0x8000_0000
}

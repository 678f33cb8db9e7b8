import { type CheckDescription, type Finding, finding, remedy } from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import type { ServerFacts } from './server-facts.js'

/** Whether servers say the same. */
export const serialCheck: CheckDescription = {
  id: 'dns-server-serial',
  checks: 'all name servers have the same version of the zone (the serial of its SOA record)',
  levels: ['ok', 'warning'],
}

/** Compares the versions of the zones. */
export function* checkSerials(servers: readonly ServerFacts[]): Iterable<Finding> {
  const domains = servers[0]?.zones.map(({ domain }) => domain) ?? []
  for (const [index, domain] of domains.entries()) {
    const told = servers.flatMap(({ server, zones }) => {
      const serial = zones[index]?.serial
      return serial === undefined ? [] : [{ server, serial }]
    })
    if (told.length < 2) continue
    const subject = nameToText(domain)
    const [newest] = told.toSorted((a, b) => (isNewer(a.serial, b.serial) ? -1 : 1))
    const behind = told.filter(({ serial }) => serial !== newest?.serial)
    if (behind.length === 0) {
      yield finding(serialCheck, 'ok', { subject, seen: `all name servers have the serial ${newest?.serial}` })
    }
    for (const { server, serial } of behind) {
      yield finding(serialCheck, 'warning', {
        subject: server.text,
        seen: `has the serial ${serial} of ${subject}, and ${newest?.server.text} has ${newest?.serial}`,
        meaning: 'it answers with an old version of the zone: which clusters are found depends on who answers',
        remedies: [
          remedy({
            kind: 'command',
            place: `root on ${server.text}`,
            software: 'BIND',
            text: `rndc retransfer ${subject}`,
          }),
          remedy({
            kind: 'command',
            place: `root on ${server.text}`,
            software: 'Knot',
            text: `knotc zone-retransfer ${subject}`,
          }),
          remedy({
            kind: 'command',
            place: `root on ${server.text}`,
            software: 'NSD',
            text: `nsd-control force_transfer ${subject}`,
          }),
        ],
      })
    }
  }
}

/** By serial number arithmetic (RFC 1982). */
function isNewer(one: number, other: number): boolean {
  return one !== other && (one - other) >>> 0 < 0x8000_0000
}

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
import { hasSpoken, type ServerFacts, type TransportFacts } from './server-facts.js'

/** Milliseconds after which a question is sent to the next server. */
const SLOW = 400

/** Whether servers answer over UDP, or over TLS where that is asked for. */
export const serverAnswersCheck: CheckDescription = {
  id: 'dns-server-answers',
  checks: `every name server answers over UDP, or over TLS where that is wanted, within ${SLOW} ms`,
  levels: ['ok', 'notice', 'warning', 'error'],
}

/** Whether servers answer over TCP. */
export const serverTcpCheck: CheckDescription = {
  id: 'dns-server-tcp',
  checks: 'every name server answers over TCP, which long lists and zone transfers need',
  levels: ['ok', 'notice', 'warning'],
}

/** Whether servers know the zone. */
export const serverZoneCheck: CheckDescription = {
  id: 'dns-server-zone',
  checks: 'every name server answers for the domain: none refuses, fails, or only refers to others',
  levels: ['ok', 'warning', 'error'],
}

/** Whether the domain exists. */
export const domainCheck: CheckDescription = {
  id: 'dns-domain',
  checks: 'each search domain exists',
  levels: ['ok', 'notice', 'error'],
}

/** Whether servers say the same. */
export const serialCheck: CheckDescription = {
  id: 'dns-server-serial',
  checks: 'all name servers have the same version of the zone (the serial of its SOA record)',
  levels: ['ok', 'warning'],
}

/** Says how the servers answer, and what they say about the domains. */
export function* checkServers(servers: readonly ServerFacts[], file: ResolvConfFacts | undefined): Iterable<Finding> {
  const isDead = servers.every(({ transports }) => transports.every(({ elapsed }) => elapsed === undefined))
  for (const facts of servers) {
    for (const transport of facts.transports) yield transportFinding(facts, transport, { isDead, file, servers })
  }
  const isLame = servers.every(({ zones }) => zones.every(({ fault }) => fault !== undefined))
  for (const facts of servers) yield* checkZones(facts, isLame ? 'error' : 'warning', file)
  yield* checkDomains(servers)
  yield* checkSerials(servers)
}

interface AllServers {
  readonly isDead: boolean
  readonly file: ResolvConfFacts | undefined
  readonly servers: readonly ServerFacts[]
}

function transportFinding(
  { server }: ServerFacts,
  { transport, elapsed, fault }: TransportFacts,
  { isDead, file, servers }: AllServers,
): Finding {
  const isTcp = transport === 'TCP'
  const check = isTcp ? serverTcpCheck : serverAnswersCheck
  const subject = server.text
  if (elapsed !== undefined) {
    const seen = `answers over ${transport} in ${elapsed} ms`
    if (elapsed < SLOW) return finding(check, 'ok', { subject, seen })
    const meaning = isTcp ? 'long answers are slow' : 'questions go to the next server meanwhile'
    return finding(check, 'notice', { subject, seen, meaning })
  }
  const why = fault === undefined || fault.code === 'ETIMEDOUT' ? '' : `: ${fault.reason}`
  const seen = `gives no answer over ${transport}${why}`
  if (isTcp && !isDead) {
    const meaning = 'answers that are too long for UDP are lost, and zones cannot be transferred'
    return finding(check, 'warning', {
      subject,
      seen,
      meaning,
      remedies: serverRemedies(fault?.code, subject, { port: server.port, protocol: 'tcp' }),
    })
  }
  const meaning = isDead ? 'no name server answers: nothing can be said about DNS' : 'every question may wait for it'
  const level: FindingLevel = isTcp ? 'warning' : isDead ? 'error' : 'warning'
  const remedies = wayRemedies(fault?.code, server.address)
  const others = servers.length > 1
  return finding(check, level, {
    subject,
    seen,
    meaning,
    remedies: [
      ...remedies,
      ...fileRemedy(file, server.address, others),
      ...serverRemedies(fault?.code, subject, { port: server.port, protocol: isTcp ? 'tcp' : 'udp' }),
    ],
  })
}

/** What the way to the server lacks. */
function wayRemedies(code: string | undefined, address: string): readonly Remedy[] {
  const command = (text: string): Remedy => remedy({ kind: 'command', place: 'root', text })
  const isLocal = address.startsWith('127.') || address === '::1'
  if (code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL' || code === 'EINVAL') {
    return [command(isLocal ? 'ip link set dev lo up' : 'ip route add default via <GATEWAY>')]
  }
  return []
}

/** What may be wrong at the server: where nobody listens it has to be started, where nothing comes back something drops it. */
function serverRemedies(
  code: string | undefined,
  server: string,
  { port, protocol }: { readonly port: number; readonly protocol: 'udp' | 'tcp' },
): readonly Remedy[] {
  const place = `root on ${server}`
  const command = (text: string): Remedy => remedy({ kind: 'command', place, text })
  if (code === 'ECONNREFUSED') {
    return [command(`ss -lnp 'sport = :${port}'`), { ...command('systemctl start named'), software: 'BIND' }]
  }
  return [command(`nft insert rule inet filter input ${protocol} dport ${port} accept`)]
}

/** Takes a server off the file, or asks for another one. */
function fileRemedy(file: ResolvConfFacts | undefined, address: string, others: boolean): readonly Remedy[] {
  if (file === undefined || !file.forServers) return []
  const line = (file.text ?? '').split(/\r\n|\n|\r/).find((each) => each.trim().split(/[ \t]+/)[1] === address)
  const text = others ? '' : 'nameserver <ADDRESS>'
  return [remedy({ kind: 'resolv.conf', place: file.path, replaces: line ?? null, text })]
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
        remedies: [...zoneRemedies(name, fault.code, subject), ...fileRemedy(file, server.address, level !== 'error')],
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

function* checkDomains(servers: readonly ServerFacts[]): Iterable<Finding> {
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

function* checkSerials(servers: readonly ServerFacts[]): Iterable<Finding> {
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

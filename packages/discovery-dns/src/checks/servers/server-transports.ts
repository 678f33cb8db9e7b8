import {
  type CheckDescription,
  commands,
  type Finding,
  type FindingLevel,
  finding,
  firewallLooks,
  type Remedy,
  safeCommand,
  shellText,
} from '@pstorage/discovery-core/checks'
import type { NameServer } from '../../config/name-server.js'
import type { ResolvConfFacts } from '../settings/host-settings.js'
import { isFallback, removalRemedies } from '../settings/resolv-conf.js'
import type { ServerFacts, TransportFacts } from './server-facts.js'

/** Milliseconds after which a query is sent to the next server. */
const SLOW = 400

/** The check that servers answer over UDP, or over TLS where that is required. */
export const serverAnswersCheck: CheckDescription = {
  id: 'dns-server-answers',
  checks: `every name server answers over UDP, or over TLS where that is wanted, within ${SLOW} ms`,
  levels: ['ok', 'notice', 'warning', 'error'],
  follows: ['network-route', 'dns-resolv-conf'],
}

/** The check that servers answer over TCP. */
export const serverTcpCheck: CheckDescription = {
  id: 'dns-server-tcp',
  checks: 'every name server answers over TCP, which long lists and zone transfers need',
  levels: ['ok', 'notice', 'warning'],
  follows: ['network-route', 'dns-server-answers'],
}

/** Checks every server over each transport. */
export function* checkTransports(
  servers: readonly ServerFacts[],
  file: ResolvConfFacts | undefined,
): Iterable<Finding> {
  const isAllSilent = servers.every(({ transports }) => transports.every(({ elapsed }) => elapsed === undefined))
  for (const facts of servers) {
    for (const transport of facts.transports) yield transportFinding(facts, transport, { isAllSilent, file, servers })
  }
}

interface AllServers {
  readonly isAllSilent: boolean
  readonly file: ResolvConfFacts | undefined
  readonly servers: readonly ServerFacts[]
}

function transportFinding(
  { server, transports }: ServerFacts,
  { transport, elapsed, fault }: TransportFacts,
  { isAllSilent, file, servers }: AllServers,
): Finding {
  const isTcp = transport === 'TCP'
  const check = isTcp ? serverTcpCheck : serverAnswersCheck
  const subject = server.text
  if (elapsed !== undefined) {
    const seen = `answers over ${transport} in ${elapsed} ms`
    if (elapsed < SLOW) return finding(check, 'ok', { subject, seen })
    const meaning = isTcp ? 'long answers are slow' : 'queries go to the next server meanwhile'
    return finding(check, 'notice', { subject, seen, meaning })
  }
  const why = fault === undefined || fault.code === 'ETIMEDOUT' ? '' : `: ${fault.reason}`
  const seen = `gives no answer over ${transport}${why}`
  if (isTcp && !isAllSilent) {
    const meaning = 'answers that are too long for UDP are lost, and zones cannot be transferred'
    // TCP of a server that does not answer over UDP either is lost with it.
    const isLost = transports.every(({ elapsed }) => elapsed === undefined)
    return finding(check, 'warning', {
      subject,
      seen,
      meaning,
      remedies: serverRemedies(fault?.code, server, 'tcp'),
      follows: isLost ? ['dns-server-answers'] : [],
    })
  }
  const meaning = isAllSilent ? 'no name server answers: DNS is not available' : 'every query may wait for it'
  const level: FindingLevel = isTcp ? 'warning' : isAllSilent ? 'error' : 'warning'
  const hasOther = servers.some((other) => other.server !== server && hasAnswered(other))
  return finding(check, level, {
    subject,
    seen,
    meaning,
    follows: [
      ...(isTcp ? ['dns-server-answers'] : isFallback(file, server.address) ? ['dns-resolv-conf'] : []),
      ...(hasNoRoute(fault?.code) ? ['network-route'] : []),
    ],
    remedies: [
      ...routeRemedies(fault?.code, server.address),
      ...(hasOther ? removalRemedies(file, server.address) : []),
      ...serverRemedies(fault?.code, server, isTcp ? 'tcp' : 'udp'),
    ],
  })
}

function hasAnswered({ transports }: ServerFacts): boolean {
  return transports.some(({ elapsed }) => elapsed !== undefined)
}

/** Returns the remedies for a missing route to the server; where more than loopback is missing, only a look. */
function routeRemedies(code: string | undefined, address: string): readonly Remedy[] {
  const isLocal = address.startsWith('127.') || address === '::1'
  if (!hasNoRoute(code)) return []
  return isLocal
    ? safeCommand('ip', 'link', 'set', 'dev', 'lo', 'up')
    : commands('you', shellText`ip route get ${address}`)
}

function hasNoRoute(code: string | undefined): boolean {
  return code === 'ENETUNREACH' || code === 'EHOSTUNREACH' || code === 'EADDRNOTAVAIL' || code === 'EINVAL'
}

/** Returns commands that look at the server: for the program when the connection is refused, else for a firewall. */
function serverRemedies(
  code: string | undefined,
  { address, port, text }: NameServer,
  protocol: 'udp' | 'tcp',
): readonly Remedy[] {
  if (code !== 'ECONNREFUSED') return firewallLooks(address, port, protocol)
  return commands(`root on ${text}`, shellText`ss -lnp 'sport = :${port}'`, {
    software: 'BIND',
    text: 'systemctl status named',
  })
}

import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
  remedy,
} from '@pstorage/discovery-core/checks'
import type { ResolvConfFacts } from './host-settings.js'
import { resolvConfRemedies } from './resolv-conf-remedies.js'
import type { ServerFacts, TransportFacts } from './server-facts.js'

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

/** Says how every server answers over each transport. */
export function* checkTransports(
  servers: readonly ServerFacts[],
  file: ResolvConfFacts | undefined,
): Iterable<Finding> {
  const isDead = servers.every(({ transports }) => transports.every(({ elapsed }) => elapsed === undefined))
  for (const facts of servers) {
    for (const transport of facts.transports) yield transportFinding(facts, transport, { isDead, file, servers })
  }
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
      ...resolvConfRemedies(file, server.address, others),
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

import type { Clock } from '@pstorage/discovery-core'
import { isSubdomainOf, type Message, type Name, RecordType, ResponseCode } from '@pstorage/dns-message'
import type { StubSettings } from '../../client/current-settings.js'
import type { StubResolver } from '../../client/stub-resolver.js'
import type { NameServer } from '../../config/name-server.js'
import type { ServerFault } from '../../reply/server-fault.js'
import { linkedAbort } from '../../transport/connections.js'

/** The answer of a server over one transport. */
export interface TransportFacts {
  readonly transport: 'UDP' | 'TCP' | 'TLS'
  /** Milliseconds until any reply; `undefined` when there was none. */
  readonly elapsed: number | undefined
  /** The fault of the reply, or of its absence. */
  readonly fault: ServerFault | undefined
}

/** The answer of a server about the zone of one domain. */
interface ServerZoneFacts {
  readonly domain: Name
  /** The zone that holds the domain; `undefined` when the answer names none. */
  readonly apex: Name | undefined
  /** The serial of its SOA record, when the server is authoritative. */
  readonly serial: number | undefined
  /** True when the answer is NXDOMAIN. */
  readonly isAbsent: boolean
  readonly fault: ServerFault | undefined
}

/** Facts about one name server. */
export interface ServerFacts {
  readonly server: NameServer
  readonly transports: readonly TransportFacts[]
  readonly zones: readonly ServerZoneFacts[]
}

/** The context of the queries of one server. */
interface ServerQuery {
  readonly stub: StubResolver
  readonly settings: StubSettings
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Milliseconds for each query. */
  readonly timeout: number
}

const timeIsUp = new Error('the time of a server is up')

/** Queries one server over each transport, and for the zone of each domain. */
export async function queryServer(server: NameServer, query: ServerQuery): Promise<ServerFacts> {
  const { settings } = query
  const [first = []] = settings.domains
  const methods = settings.channel.udp
    ? ([
        ['UDP', {}],
        ['TCP', { useVc: true }],
      ] as const)
    : ([['TLS', {}]] as const)
  const [transports, zones] = await Promise.all([
    Promise.all(
      methods.map(async ([transport, options]): Promise<TransportFacts> => {
        const { fault, elapsed } = await sendQuery(server, first, query, options)
        return { transport, elapsed: fault === undefined || hasReplied(fault) ? elapsed : undefined, fault }
      }),
    ),
    Promise.all(settings.domains.map(async (domain) => queryServerZone(server, domain, query))),
  ])
  // When UDP is blocked, TCP may still give an answer about the zones.
  const answersByTcp = transports.some(({ transport, elapsed }) => transport === 'TCP' && elapsed !== undefined)
  const isSilentByUdp = zones.every(({ fault }) => fault !== undefined && !hasReplied(fault))
  if (!answersByTcp || !isSilentByUdp) return { server, transports, zones }
  const byTcp = await Promise.all(
    settings.domains.map((domain) => queryServerZone(server, domain, query, { useVc: true })),
  )
  return { server, transports, zones: byTcp }
}

/** Returns true when a server has replied at all, for example with a refusal. */
export function hasReplied({ status, code }: ServerFault): boolean {
  return status === 'refused' || status === 'malformed' || (status === 'failed' && code !== 'ECLOSED')
}

async function queryServerZone(
  server: NameServer,
  domain: Name,
  query: ServerQuery,
  options: StubSettings['options'] = {},
): Promise<ServerZoneFacts> {
  const { message, fault } = await sendQuery(server, domain, query, options)
  if (message === undefined) return { domain, apex: undefined, serial: undefined, isAbsent: false, fault }
  const { header, answers, authorities } = message
  const soa = [...answers, ...authorities].find(({ type, name }) => {
    return type === RecordType.SOA && name.length > 0 && isSubdomainOf(domain, name)
  })
  const serial = soa?.data.kind === 'SOA' && header.authoritative ? soa.data.serial : undefined
  const isAbsent = header.rcode === ResponseCode.NXDOMAIN
  return { domain, apex: isAbsent ? undefined : soa?.name, serial, isAbsent, fault: undefined }
}

interface OneAnswer {
  readonly message: Message | undefined
  readonly fault: ServerFault | undefined
  readonly elapsed: number
}

async function sendQuery(
  server: NameServer,
  name: Name,
  { stub, settings, clock, signal, timeout }: ServerQuery,
  options: StubSettings['options'],
): Promise<OneAnswer> {
  const over = linkedAbort(signal)
  clock.sleep(timeout, over.signal).then(
    () => over.abort(timeIsUp),
    () => {},
  )
  const startedAt = clock.now()
  try {
    const own = { ...settings, servers: [server], options }
    const reply = await stub.ask({ name, type: RecordType.SOA }, own, over.ending)
    const elapsed = Math.round((clock.now() - startedAt) * 10) / 10
    if (reply.kind === 'answer') return { message: reply.message, fault: undefined, elapsed }
    return { message: undefined, fault: reply.servers[0]?.fault ?? noAnswer(server), elapsed }
  } finally {
    over.abort(timeIsUp)
  }
}

function noAnswer(server: NameServer): ServerFault {
  return { server, status: 'timeout', code: 'ETIMEDOUT', reason: 'gave no answer' }
}

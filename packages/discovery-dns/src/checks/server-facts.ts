import type { Clock } from '@pstorage/discovery-core'
import { isSubdomainOf, type Message, type Name, RecordType, ResponseCode } from '@pstorage/dns-message'
import { linkedAbort } from '../linked-abort.js'
import type { NameServer } from '../name-server.js'
import type { ServerFault } from '../server-fault.js'
import type { StubResolver } from '../stub-resolver.js'
import type { StubSettings } from '../stub-settings.js'

/** How a server answered over one transport. */
export interface TransportFacts {
  readonly transport: 'UDP' | 'TCP' | 'TLS'
  /** Milliseconds until it said something, whatever that was; `undefined` where it said nothing. */
  readonly elapsed: number | undefined
  /** What was wrong. */
  readonly fault: ServerFault | undefined
}

/** What a server says about the zone of one domain. */
export interface ServerZoneFacts {
  readonly domain: Name
  /** The zone that holds the domain; `undefined` where it tells of none. */
  readonly apex: Name | undefined
  /** The serial of its SOA record, where it is authoritative. */
  readonly serial: number | undefined
  /** Whether it says that there is no such domain. */
  readonly isAbsent: boolean
  readonly fault: ServerFault | undefined
}

/** What was found out about one name server. */
export interface ServerFacts {
  readonly server: NameServer
  readonly transports: readonly TransportFacts[]
  readonly zones: readonly ServerZoneFacts[]
}

/** What is asked of a server. */
export interface ServerQuestion {
  readonly stub: StubResolver
  readonly settings: StubSettings
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Milliseconds for each question. */
  readonly patience: number
}

const patienceOver = new Error('a server has had its time')

/** Asks one server over each transport, and for the zone of each domain. */
export async function serverFacts(server: NameServer, question: ServerQuestion): Promise<ServerFacts> {
  const { settings } = question
  const [first = []] = settings.domains
  const ways = settings.channel.udp
    ? ([
        ['UDP', {}],
        ['TCP', { useVc: true }],
      ] as const)
    : ([['TLS', {}]] as const)
  const [transports, zones] = await Promise.all([
    Promise.all(
      ways.map(async ([transport, options]): Promise<TransportFacts> => {
        const { fault, elapsed } = await askOne(server, first, question, options)
        return { transport, elapsed: fault === undefined || hasSpoken(fault) ? elapsed : undefined, fault }
      }),
    ),
    Promise.all(settings.domains.map(async (domain) => zoneOf(server, domain, question))),
  ])
  // Where UDP does not come through, TCP may still tell about the zones.
  const isDeaf = transports.some(({ transport, elapsed }) => transport === 'TCP' && elapsed !== undefined)
  const isSilent = zones.every(({ fault }) => fault !== undefined && !hasSpoken(fault))
  if (!isDeaf || !isSilent) return { server, transports, zones }
  const byTcp = await Promise.all(settings.domains.map((domain) => zoneOf(server, domain, question, { useVc: true })))
  return { server, transports, zones: byTcp }
}

/** Whether a server has said anything, be it that it will not answer. */
export function hasSpoken({ status, code }: ServerFault): boolean {
  return status === 'refused' || status === 'malformed' || (status === 'failed' && code !== 'ECLOSED')
}

async function zoneOf(
  server: NameServer,
  domain: Name,
  question: ServerQuestion,
  options: StubSettings['options'] = {},
): Promise<ServerZoneFacts> {
  const { message, fault } = await askOne(server, domain, question, options)
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

async function askOne(
  server: NameServer,
  name: Name,
  { stub, settings, clock, signal, patience }: ServerQuestion,
  options: StubSettings['options'],
): Promise<OneAnswer> {
  const over = linkedAbort(signal)
  clock.sleep(patience, over.signal).then(
    () => over.abort(patienceOver),
    () => {},
  )
  const startedAt = clock.now()
  try {
    const own = { ...settings, servers: [server], options }
    const reply = await stub.ask({ name, type: RecordType.SOA }, own, over.ending)
    const elapsed = Math.round((clock.now() - startedAt) * 10) / 10
    if (reply.kind === 'answer') return { message: reply.message, fault: undefined, elapsed }
    return { message: undefined, fault: reply.faults[0] ?? silence(server), elapsed }
  } finally {
    over.abort(patienceOver)
  }
}

function silence(server: NameServer): ServerFault {
  return { server, status: 'timeout', code: 'ETIMEDOUT', reason: 'gave no answer' }
}

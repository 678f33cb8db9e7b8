import { setMaxListeners } from 'node:events'
import { formatEndpoint } from '@pstorage/discovery-core'
import { AwaitableList } from './awaitable-list.js'
import type { DnsQuery } from './dns-query.js'
import { withFreePort } from './free-port.js'
import type { HostilePart, HostilePartOptions } from './hostile-part.js'
import type { HostileQuery, TcpScript, UdpScript } from './hostile-script.js'
import { hostileTcp } from './hostile-tcp.js'
import { hostileUdp } from './hostile-udp.js'
import { reply } from './reply.js'

/** Options of {@link hostileServer}. */
export interface HostileServerOptions {
  /** Default `silent`. */
  readonly udp?: UdpScript
  /** Default `silent`. */
  readonly tcp?: TcpScript
  /** A loopback address; default `127.0.0.1`. */
  readonly address?: string
  /**
   * True if the script gets the probes for a wildcard too, and `queries` lists them. By default the server answers them
   * by itself, unless it is silent: there is none.
   */
  readonly wildcardProbes?: boolean
}

/** A name server that does what its script says. Its UDP and TCP ports have the same number. */
export interface HostileServer extends AsyncDisposable {
  readonly address: string
  readonly port: number
  /** `address:port`, IPv6 in brackets, as options take it. */
  readonly server: string
  /** All queries so far. */
  readonly queries: readonly HostileQuery[]
  /** Number of open TCP connections. */
  readonly openConnections: number
  /** Resolves with all queries (by one transport) once there are `count`; rejects if the server is stopped first. */
  received(count: number, transport?: 'udp' | 'tcp'): Promise<readonly HostileQuery[]>
  /** Resolves once `count` TCP connections have been accepted; rejects if the server is stopped first. */
  connected(count: number): Promise<void>
  /** Resolves once `count` TCP connections are gone; rejects if the server is stopped first. */
  disconnected(count: number): Promise<void>
  /** Closes everything. Rejects with what a script threw, if one did. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a server of raw sockets that misbehaves as told. */
export async function hostileServer(options: HostileServerOptions = {}): Promise<HostileServer> {
  const { udp = 'silent', tcp = 'silent', address = '127.0.0.1', wildcardProbes = false } = options
  const stopped = new AbortController()
  // One for each pause of a script.
  setMaxListeners(0, stopped.signal)
  const queries = new AwaitableList<HostileQuery>()
  const connections = new AwaitableList<number>()
  const gone = new AwaitableList<number>()
  const failures: unknown[] = []

  const events: Omit<HostilePartOptions, 'port'> = {
    address,
    besides: (query) => (wildcardProbes ? undefined : probeAnswer(query)),
    signal: stopped.signal,
    received: (query) => queries.add(query),
    connected: (connection) => connections.add(connection),
    disconnected: (connection) => gone.add(connection),
    failed: (error) => failures.push(error),
  }
  const { port, parts } = await withFreePort(address, async (port) => {
    const parts: HostilePart[] = []
    try {
      parts.push(await hostileTcp(tcp, { ...events, port }))
      parts.push(await hostileUdp(udp, { ...events, port }))
      return { port, parts }
    } catch (error) {
      await closeAll(parts)
      throw error
    }
  })

  const stop = async (): Promise<void> => {
    stopped.abort()
    await closeAll(parts)
    for (const list of [queries, connections, gone]) list.close(new Error('the server was stopped'))
    if (failures.length > 0) throw failures[0]
  }
  let stopping: Promise<void> | undefined

  return {
    address,
    port,
    server: formatEndpoint({ address, port }),
    get queries() {
      return queries.items
    },
    get openConnections() {
      return connections.items.length - gone.items.length
    },
    received: (count, transport) =>
      queries.when(count, (query) => transport === undefined || query.transport === transport),
    connected: (count) => connections.when(count).then(() => undefined),
    disconnected: (count) => gone.when(count).then(() => undefined),
    [Symbol.asyncDispose]() {
      stopping ??= stop()
      return stopping
    },
  }
}

/** Returns the denial of the name that no cluster has; `undefined` for any other query. */
function probeAnswer(query: DnsQuery): Buffer | undefined {
  const [, domain] = query.name.split('.-no-such-cluster.')
  if (domain === undefined) return undefined
  return reply(query, { rcode: 'NXDOMAIN', authorities: [{ name: domain, type: 'SOA', serial: 1 }] })
}

async function closeAll(parts: readonly HostilePart[]): Promise<void> {
  await Promise.all(parts.map((part) => part.close()))
}

import type { RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4, isIPv6, type Socket } from 'node:net'
import { TCPServer, UDPServer } from 'dns2'
import { type FaultReporter, NameServerError, quote } from '../name-server-error.js'
import type { Responder } from './responder.js'
import { type ConnectionContext, serveConnection, TurnBudget } from './tcp-connection.js'

/** Both sockets, on one port. */
export interface Listeners {
  readonly udp: UdpListener
  readonly tcp: TcpListener
  readonly port: number
}

/** The address and port to listen on, and the receiver of later errors. */
export interface ListenSettings {
  readonly address: string
  readonly port: number
  readonly report: FaultReporter
}

/** Makes sockets that are not bound yet. */
export interface ListenerFactory {
  udp(): UdpListener
  tcp(): TcpListener
}

// Attempts to get a TCP port from the system that is also free for UDP.
const portAttempts = 32

/**
 * Binds UDP and TCP to the same port, for port 0 one that is free on both.
 *
 * @throws NameServerError `ERR_BIND_FAILED` with the error of the system as `cause`; nothing is left open then.
 */
export async function listen(make: ListenerFactory, { address, port, report }: ListenSettings): Promise<Listeners> {
  for (let attempt = 1; ; attempt++) {
    try {
      const listeners = await bindBoth(make, address, port)
      // Later errors (a connection that cannot be accepted) concern one client, which retries.
      listeners.tcp.on('error', report)
      listeners.udp.on('error', report)
      return listeners
    } catch (cause) {
      if (port === 0 && attempt < portAttempts && codeOf(cause) === 'EADDRINUSE') continue
      const reason = cause instanceof Error ? cause.message : 'unknown reason'
      throw new NameServerError('ERR_BIND_FAILED', `cannot listen on ${quote(address)} port ${port}: ${reason}`, {
        cause,
      })
    }
  }
}

async function bindBoth(make: ListenerFactory, address: string, port: number): Promise<Listeners> {
  const tcp = make.tcp()
  await ready(tcp, () => tcp.listen(port, address))
  const bound = portOf(tcp)
  const udp = make.udp()
  try {
    await ready(udp, () => udp.bind(bound, address))
  } catch (error) {
    await Promise.all([closed(tcp), closed(udp)])
    throw error
  }
  return { udp, tcp, port: bound }
}

/** Stops listening and ends all connections. */
export async function closeListeners({ udp, tcp }: Listeners): Promise<void> {
  const all = Promise.all([closed(tcp), closed(udp)])
  tcp.destroyConnections()
  await all
}

// once() rejects when 'error' comes first. The promises of dns2 for this never do.
async function ready(listener: UdpListener | TcpListener, start: () => void): Promise<void> {
  const listening = once(listener, 'listening')
  start()
  await listening
}

function closed(listener: UdpListener | TcpListener): Promise<void> {
  return new Promise((resolve) => {
    listener.close(() => resolve())
  })
}

function portOf(tcp: TcpListener): number {
  const address = tcp.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP listener without a port')
  return address.port
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

const maxQueuedBytes = 2 ** 20

/**
 * The UDP socket: the server of dns2 with its own way of reading and answering.
 *
 * The server of dns2 3.1.1 decodes a datagram before it can be inspected, answers responses, is silent on malformed
 * queries, sends as much as a query allows it to (46 KB to a spoofed source), and drops the OPT record where it
 * truncates.
 */
export class UdpListener extends UDPServer {
  readonly #responder: Responder

  constructor(address: string, responder: Responder) {
    super({ type: isIPv6(address) ? 'udp6' : 'udp4' })
    this.#responder = responder
  }

  /** Called by dns2 for each datagram. */
  override handle(bytes: Buffer, { address, port }: RemoteInfo): void {
    // Nothing can be sent to port 0; only a forged datagram comes from there.
    if (port === 0) return
    // Queued answers use memory; above the limit queries are dropped and clients retry.
    if (this.getSendQueueSize() > maxQueuedBytes) return
    const peer = { transport: 'udp', address: plainAddress(address), port } as const
    for (const response of this.#responder.respond(bytes, peer) ?? []) {
      // A datagram that cannot be sent counts as lost: the client retries.
      this.send(response, port, address, () => {})
    }
  }
}

/** Limits on TCP clients. */
export interface TcpLimits {
  /** Milliseconds. */
  readonly idleTimeout: number
  readonly maxConnections: number
}

/**
 * The TCP socket: the server of dns2 with its own way of serving a connection.
 *
 * The server of dns2 3.1.1 keeps a half-closed client forever, lets single bytes keep a connection open, counts
 * the messages of a transfer as so many answers, buffers without bound for a client that does not read, and drops
 * pending answers when a malformed message comes.
 */
export class TcpListener extends TCPServer {
  readonly #responder: Responder
  readonly #maxConnections: number
  readonly #context: ConnectionContext
  readonly #sockets = new Set<Socket>()

  constructor(responder: Responder, { idleTimeout, maxConnections }: TcpLimits) {
    super()
    this.#responder = responder
    this.#maxConnections = maxConnections
    this.#context = { idleTimeout, turns: new TurnBudget(), waiting: new Set() }
  }

  /** Called by dns2 for each connection. */
  handle(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    // Already gone.
    if (remoteAddress === undefined || remotePort === undefined) return void socket.destroy()
    if (!this.#makeRoom()) return void socket.destroy()
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    const peer = { transport: 'tcp', address: plainAddress(remoteAddress), port: remotePort } as const
    serveConnection(socket, (bytes) => this.#responder.respond(bytes, peer), this.#context)
  }

  /** Ends the connection that has waited longest for its client, where there are too many. Returns whether there is room now. */
  #makeRoom(): boolean {
    if (this.#sockets.size < this.#maxConnections) return true
    const [oldest] = this.#context.waiting
    if (oldest === undefined) return false
    this.#context.waiting.delete(oldest)
    this.#sockets.delete(oldest)
    oldest.destroy()
    return true
  }

  /** Destroys all connections. */
  destroyConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

const mapped = '::ffff:'

/** The address of a client without the IPv4-mapped form of a dual-stack socket: `::ffff:192.0.2.1` becomes `192.0.2.1`. */
function plainAddress(address: string): string {
  const unmapped = address.startsWith(mapped) ? address.slice(mapped.length) : ''
  return isIPv4(unmapped) ? unmapped : address
}

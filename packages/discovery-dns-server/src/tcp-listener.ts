import type { Socket } from 'node:net'
import { TCPServer } from 'dns2'
import { plainAddress } from './plain-address.js'
import type { Responder } from './responder.js'
import { serveConnection } from './tcp-connection.js'

/** Limits on TCP clients. */
export interface TcpLimits {
  /** Milliseconds. */
  readonly idleTimeout: number
  readonly maxConnections: number
}

/**
 * The TCP socket: the server of dns2 with its own way of serving a connection.
 *
 * The one of dns2 3.1.1 leaves a half-closed client for ever, lets a byte now and then keep a connection open, counts
 * the messages of a transfer as so many answers, buffers without bound for a client that does not read, and drops the
 * answers that are due when a malformed message comes.
 */
export class TcpListener extends TCPServer {
  readonly #responder: Responder
  readonly #idleTimeout: number
  readonly #sockets = new Set<Socket>()

  constructor(responder: Responder, { idleTimeout, maxConnections }: TcpLimits) {
    super()
    this.#responder = responder
    this.#idleTimeout = idleTimeout
    this.maxConnections = maxConnections
  }

  /** Called by dns2 for each connection. */
  handle(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    // Already gone.
    if (remoteAddress === undefined || remotePort === undefined) return void socket.destroy()
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    const peer = { transport: 'tcp', address: plainAddress(remoteAddress), port: remotePort } as const
    serveConnection(socket, (bytes) => this.#responder.respond(bytes, peer), this.#idleTimeout)
  }

  /** Ends all connections at once. */
  destroyConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

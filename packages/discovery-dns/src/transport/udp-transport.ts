import { createSocket, type Socket, type SocketOptions } from 'node:dgram'
import { isIPv4 } from 'node:net'
import type { NameServer } from '../config/name-server.js'

/** Returns the lookup of a socket for addresses as they are: that of Node.js takes a turn of the event loop or two. */
function lookupOf(family: 4 | 6): NonNullable<SocketOptions['lookup']> {
  return (address, _, found) => found(null, address, family)
}

const ipv4: SocketOptions = { type: 'udp4', lookup: lookupOf(4) }
const ipv6: SocketOptions = { type: 'udp6', lookup: lookupOf(6) }

/** Events of a UDP socket. */
export interface UdpListener {
  message(bytes: Uint8Array, from: UdpTransport): void
  /** The server or the way to it does not work; also when the system has no socket left. */
  error(error: Error): void
}

/**
 * A connected UDP socket to one server: the kernel drops what comes from elsewhere, and reports a closed port at once. Each
 * question has its own, so that its port is as hard to guess as its id (RFC 5452 section 9.2).
 */
export class UdpTransport {
  readonly #socket: Socket
  /**
   * `undefined` once it is closed. Whatever a socket leads to outlives it until a full garbage collection, as scavenges hold on
   * to the handle of a socket that has ended.
   */
  #listener: UdpListener | undefined
  #isConnected = false
  #beforeConnected: readonly Uint8Array[] = NOTHING
  readonly #sent = (error: Error | null): void => {
    if (error !== null) this.#listener?.error(error)
  }

  constructor({ address, port }: NameServer, listener: UdpListener) {
    this.#listener = listener
    this.#socket = createSocket(isIPv4(address) ? ipv4 : ipv6)
    this.#socket.on('error', (error) => this.#listener?.error(error))
    this.#socket.on('message', (bytes) => this.#listener?.message(bytes, this))
    this.#socket.on('connect', () => this.#connected())
    this.#socket.connect(port, address)
  }

  send(bytes: Uint8Array): void {
    if (this.#listener === undefined) return
    if (this.#isConnected) this.#socket.send(bytes, this.#sent)
    else this.#beforeConnected = [...this.#beforeConnected, bytes]
  }

  /** Nothing is heard any more; may be called twice. */
  close(): void {
    if (this.#listener === undefined) return
    this.#listener = undefined
    this.#beforeConnected = NOTHING
    this.#socket.close()
  }

  #connected(): void {
    this.#isConnected = true
    for (const bytes of this.#beforeConnected) this.send(bytes)
    this.#beforeConnected = NOTHING
  }
}

const NOTHING: readonly Uint8Array[] = []

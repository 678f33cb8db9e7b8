import { EventEmitter } from 'node:events'
import { isIPv4 } from 'node:net'
import { MULTICAST_PORT, OWN_ADDRESS, type SimulatedNetwork } from './simulated-network.js'

type Sent = (error: Error | null) => void

/** The part of `dgram.Socket` that the resolvers use. */
export class SimulatedUdpSocket extends EventEmitter {
  readonly #network: SimulatedNetwork
  #remote: string | undefined
  #port = 0
  #isClosed = false

  constructor(network: SimulatedNetwork, options: unknown) {
    super()
    this.#network = network
    void options
  }

  connect(port: number, address: string, connected?: () => void): void {
    this.#remote = isIPv4(address) ? `${address}:${port}` : `[${address}]:${port}`
    if (connected !== undefined) this.once('connect', connected)
    this.#soon(() => this.emit('connect'))
  }

  bind(port: number, address?: unknown, bound?: () => void): this {
    void address
    this.#port = port === 0 ? 49_152 : port
    if (bound !== undefined) this.once('listening', bound)
    this.#soon(() => this.emit('listening'))
    return this
  }

  /** As Node.js has it: `(bytes, sent)` where connected, else `(bytes, [offset, length,] port, address, sent)`. */
  send(bytes: Uint8Array, ...given: unknown[]): void {
    const last = given.at(-1)
    const sent: Sent = typeof last === 'function' ? (last as Sent) : () => {}
    this.#soon(() => sent(null))
    if (this.#remote === undefined) this.#network.multicastFrom(this.#port, bytes)
    else this.#ask(this.#remote, bytes)
  }

  receive(bytes: Buffer, from: { readonly address: string; readonly port: number }): void {
    if (!this.#isClosed) this.emit('message', bytes, { ...from, family: 'IPv4', size: bytes.length })
  }

  addMembership(): void {
    this.#network.join(this)
  }

  dropMembership(): void {
    this.#network.leave(this)
  }

  address(): { address: string; port: number; family: 'IPv4' } {
    return { address: OWN_ADDRESS, port: this.#port === 0 ? MULTICAST_PORT : this.#port, family: 'IPv4' }
  }

  close(closed?: () => void): void {
    this.#isClosed = true
    this.#network.leave(this)
    queueMicrotask(() => {
      this.emit('close')
      closed?.()
    })
  }

  addSourceSpecificMembership(): void {}
  dropSourceSpecificMembership(): void {}
  setMulticastTTL(): void {}
  setMulticastLoopback(): void {}
  setMulticastInterface(): void {}
  setRecvBufferSize(): void {}
  getRecvBufferSize(): number {
    return 512 * 1_024
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  #soon(then: () => void): void {
    queueMicrotask(() => {
      if (!this.#isClosed) then()
    })
  }

  #ask(server: string, bytes: Uint8Array): void {
    const action = this.#network.ask(server, bytes, 'udp')
    if (!('kind' in action) || action.kind === 'silent') return
    if (action.kind === 'reply') {
      const [address = '', port = ''] = server.split(':')
      this.#network.clock.after(action.delay, () => this.receive(action.bytes, { address, port: Number(port) }))
    } else {
      const error = Object.assign(new Error('recvmsg ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'recvmsg' })
      this.#network.clock.after(1, () => this.#soon(() => this.emit('error', error)))
    }
  }
}

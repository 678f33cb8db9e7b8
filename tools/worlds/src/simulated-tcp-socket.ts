import { EventEmitter } from 'node:events'
import type { SimulatedNetwork } from './simulated-network.js'

export interface TcpConnectOptions {
  readonly host: string
  readonly port: number
  readonly onread?: { readonly buffer: Uint8Array; readonly callback: (octets: number, buffer: Uint8Array) => boolean }
}

/** The part of `net.Socket` that the resolvers use. */
export class SimulatedTcpSocket extends EventEmitter {
  readonly #network: SimulatedNetwork
  readonly #server: string
  readonly #options: TcpConnectOptions
  #received = Buffer.alloc(0)
  destroyed = false

  constructor(network: SimulatedNetwork, options: TcpConnectOptions) {
    super()
    this.#network = network
    this.#server = `${options.host}:${options.port}`
    this.#options = options
    this.#after(1, () => this.emit('connect'))
  }

  write(bytes: Uint8Array, written?: unknown): boolean {
    this.#received = Buffer.concat([this.#received, bytes])
    for (;;) {
      const length = this.#received.length < 2 ? Number.POSITIVE_INFINITY : this.#received.readUInt16BE(0)
      if (this.#received.length < length + 2) break
      const message = this.#received.subarray(2, length + 2)
      this.#received = this.#received.subarray(length + 2)
      this.#ask(message)
    }
    if (typeof written === 'function') queueMicrotask(() => written())
    return true
  }

  end(): this {
    return this.destroy()
  }

  destroy(): this {
    if (this.destroyed) return this
    this.destroyed = true
    queueMicrotask(() => this.emit('close', false))
    return this
  }

  /** Octets on their way come all the same: no time passes in a world before it is read again. */
  pause(): this {
    return this
  }

  resume(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  setTimeout(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  #ask(message: Buffer): void {
    const action = this.#network.ask(this.#server, message, 'tcp')
    if (!('kind' in action)) {
      for (const bytes of action) this.#after(1, () => (bytes.length === 0 ? this.emit('end') : this.#bring(bytes)))
    } else if (action.kind === 'reply') {
      this.#after(action.delay, () => this.#bring(action.bytes))
    } else if (action.kind === 'closed') {
      const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
      this.#after(1, () => this.emit('error', error))
    }
  }

  #bring(message: Buffer): void {
    const framed = Buffer.alloc(message.length + 2)
    framed.writeUInt16BE(message.length)
    message.copy(framed, 2)
    const { onread } = this.#options
    if (onread === undefined) {
      this.emit('data', framed)
      return
    }
    onread.buffer.set(framed)
    onread.callback(framed.length, onread.buffer)
  }

  #after(ms: number, then: () => void): void {
    this.#network.clock.after(ms, () => {
      if (!this.destroyed) then()
    })
  }
}

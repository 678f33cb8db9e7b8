import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { Opcode, RecordClass, RecordType, ResponseCode, readHeader, responseCodeName } from '@pstorage/dns-message'
import { uint16 } from './octets.js'
import type { WireName } from './wire-name.js'

/** One NOTIFY to one server. */
export interface NotificationTarget {
  readonly origin: WireName
  /** The address to send from, which is the one that a secondary knows us by; any where it is undefined. */
  readonly from: string | undefined
  readonly address: string
  readonly port: number
  /** Milliseconds until it is sent again, for each time that it is sent; at the end of the last it has failed. */
  readonly waits: readonly number[]
  /** Called once, with the reason, when it was refused or not answered. */
  readonly failed: (reason: string) => void
}

/** Tells a secondary that the zone has changed, again and again until it answers (RFC 1996 sections 3.6 and 4.7). */
export class Notification {
  readonly #target: NotificationTarget
  readonly #id: number = randomInt(2 ** 16)
  readonly #socket: Socket
  readonly #closed: Promise<void>
  #timer: NodeJS.Timeout | undefined
  #isOpen = true

  constructor(target: NotificationTarget) {
    const { from, address, port } = target
    this.#target = target
    this.#socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    this.#closed = new Promise((resolve) => this.#socket.once('close', () => resolve()))
    // Nobody listens there yet, or it cannot be reached: so it is not answered, and sent again.
    this.#socket.on('error', () => {})
    this.#socket.on('message', (bytes) => this.#read(bytes))
    this.#socket.bind(0, from, () => {
      if (this.#isOpen)
        this.#socket.connect(port, address, () => this.#isOpen && this.#socket.send(this.#bytes(), () => {}))
    })
    this.#wait(0)
  }

  /** Gives it up, and resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#end()
    await this.#closed
  }

  #wait(turn: number): void {
    const { waits, failed } = this.#target
    const wait = waits[turn]
    if (wait === undefined) {
      this.#end()
      failed(`it does not answer, though asked ${waits.length} times`)
      return
    }
    this.#timer = setTimeout(() => {
      if (turn + 1 < waits.length) this.#send()
      this.#wait(turn + 1)
    }, wait)
  }

  #send(): void {
    try {
      this.#socket.send(this.#bytes(), () => {})
    } catch {
      // Not bound or connected, as where the address to send from is gone: so it is not answered.
    }
  }

  #bytes(): Buffer {
    const flags = (Opcode.NOTIFY << 11) | 0x0400
    const head = [this.#id, flags, 1, 0, 0, 0].map(uint16).join('')
    return Buffer.from(head + this.#target.origin + uint16(RecordType.SOA) + uint16(RecordClass.IN), 'latin1')
  }

  #read(bytes: Buffer): void {
    if (!this.#isOpen || bytes.length < 12) return
    const { id, response, opcode, rcode } = readHeader(bytes)
    if (id !== this.#id || !response || opcode !== Opcode.NOTIFY) return
    this.#end()
    if (rcode !== ResponseCode.NOERROR) this.#target.failed(`it answers ${responseCodeName(rcode)}`)
  }

  #end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    clearTimeout(this.#timer)
    this.#socket.close()
  }
}

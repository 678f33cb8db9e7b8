import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import {
  MessageWriter,
  Opcode,
  RecordClass,
  RecordType,
  ResponseCode,
  readHeader,
  responseCodeName,
  type WireName,
} from '@pstorage/dns-message'

/** One NOTIFY to one server. */
export interface NotificationTarget {
  readonly origin: WireName
  /** The address to send from, by which a secondary identifies the primary; undefined for any. */
  readonly from: string | undefined
  readonly address: string
  readonly port: number
  /** Milliseconds to wait after each time it is sent; after the last it has failed. */
  readonly retryDelays: readonly number[]
  /** Called once with the reason when it was refused or not answered. */
  readonly failed: (reason: string) => void
}

/** Sends NOTIFY to a secondary until it answers (RFC 1996 sections 3.6 and 4.7). */
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
    // The secondary is not listening or not reachable: NOTIFY is sent again.
    this.#socket.on('error', () => {})
    this.#socket.on('message', (bytes) => this.#read(bytes))
    this.#socket.bind(0, from, () => {
      if (this.#isOpen)
        this.#socket.connect(port, address, () => this.#isOpen && this.#socket.send(this.#bytes(), () => {}))
    })
    this.#wait(0)
  }

  /** Stops, and resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#stop()
    await this.#closed
  }

  #wait(turn: number): void {
    const { retryDelays, failed } = this.#target
    const wait = retryDelays[turn]
    if (wait === undefined) {
      this.#stop()
      failed(`no answer after ${retryDelays.length} attempts`)
      return
    }
    this.#timer = setTimeout(() => {
      if (turn + 1 < retryDelays.length) this.#send()
      this.#wait(turn + 1)
    }, wait)
  }

  #send(): void {
    try {
      this.#socket.send(this.#bytes(), () => {})
    } catch {
      // Not bound or connected, for example without the source address: treated as not answered.
    }
  }

  #bytes(): Buffer {
    const writer = new MessageWriter()
    writer.addQuestion(this.#target.origin, RecordType.SOA, RecordClass.IN)
    return writer.finish({ id: this.#id, opcode: Opcode.NOTIFY, authoritative: true })
  }

  #read(bytes: Buffer): void {
    if (!this.#isOpen || bytes.length < 12) return
    const { id, response, opcode, rcode } = readHeader(bytes)
    if (id !== this.#id || !response || opcode !== Opcode.NOTIFY) return
    this.#stop()
    if (rcode !== ResponseCode.NOERROR) this.#target.failed(`it answers ${responseCodeName(rcode)}`)
  }

  #stop(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    clearTimeout(this.#timer)
    this.#socket.close()
  }
}

import { nameFromText, nameToWire, RecordType } from '@pstorage/dns-message'
import { authorityNumbers, clusterOf, hostOf, type LargeZone } from './large-zone.js'

/** The size to which BIND fills its messages, roughly. */
const MESSAGE_OCTETS = 60_000
/** More than any record of these zones takes. */
const MOST_RECORD_OCTETS = 120
const SERVICE = Buffer.from('\x09_pstorage\x04_tcp', 'latin1')
const HEADER = 12

/**
 * The messages of the transfer of a zone, with their lengths in front, as a name server would send them: compressed, the SOA
 * record first and last, the question in the first message alone. Their ids are 0.
 */
export function* transferMessages(zone: LargeZone): Generator<Buffer> {
  let message = new TransferMessage(zone.origin)
  message.question()
  message.authority()
  for (let index = 0; index < zone.records; index++) {
    if (message.isFull) {
      yield message.framed()
      message = new TransferMessage(zone.origin)
    }
    message.service(clusterOf(index), hostOf(index))
  }
  message.authority()
  yield message.framed()
}

/** One message as it grows. */
class TransferMessage {
  readonly #bytes = Buffer.alloc(2 + MESSAGE_OCTETS + 2 * MOST_RECORD_OCTETS)
  readonly #origin: Uint8Array
  /** Offset of the first occurrence of the origin, from the start of the message. */
  #originAt = 0
  #at = 2 + HEADER

  constructor(origin: string) {
    this.#origin = nameToWire(nameFromText(origin))
    this.#bytes.writeUInt16BE(0x8400, 2 + 2)
  }

  get isFull(): boolean {
    return this.#at > MESSAGE_OCTETS
  }

  question(): void {
    this.#bytes.writeUInt16BE(1, 2 + 4)
    this.#writeOrigin()
    this.#uint16(252, 1)
  }

  authority(): void {
    this.#count()
    this.#writeOrigin()
    this.#uint16(RecordType.SOA, 1, 0, 300)
    this.#data(() => {
      for (const label of ['ns1', 'hostmaster']) {
        this.#label(label)
        this.#writeOrigin()
      }
      for (const number of authorityNumbers) this.#uint16(number >>> 16, number & 0xffff)
    })
  }

  service(cluster: string, host: string): void {
    this.#count()
    this.#at += SERVICE.copy(this.#bytes, this.#at)
    this.#label(cluster)
    this.#writeOrigin()
    this.#uint16(RecordType.SRV, 1, 0, 300)
    this.#data(() => {
      this.#uint16(0, 10, 2510)
      this.#label(host)
      this.#writeOrigin()
    })
  }

  framed(): Buffer {
    this.#bytes.writeUInt16BE(this.#at - 2, 0)
    return this.#bytes.subarray(0, this.#at)
  }

  #count(): void {
    this.#bytes.writeUInt16BE(this.#bytes.readUInt16BE(2 + 6) + 1, 2 + 6)
  }

  #data(write: () => void): void {
    const lengthAt = this.#at
    this.#at += 2
    write()
    this.#bytes.writeUInt16BE(this.#at - lengthAt - 2, lengthAt)
  }

  #label(label: string): void {
    this.#at = this.#bytes.writeUInt8(label.length, this.#at)
    this.#at += this.#bytes.write(label, this.#at, 'latin1')
  }

  #writeOrigin(): void {
    if (this.#originAt > 0) {
      this.#uint16(0xc000 | this.#originAt)
      return
    }
    this.#originAt = this.#at - 2
    this.#bytes.set(this.#origin, this.#at)
    this.#at += this.#origin.length
  }

  #uint16(...values: readonly number[]): void {
    for (const value of values) this.#at = this.#bytes.writeUInt16BE(value, this.#at)
  }
}

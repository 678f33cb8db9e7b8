import { RecordType } from '@pstorage/dns-message'
import { type Octets, uint16, uint32 } from './octets.js'
import { compressibleNames } from './record-bytes.js'
import { nameLength, parentOf, rootName, type WireName } from './wire-name.js'

/** The head of every message (RFC 1035 section 4.1.1). */
export interface MessageHead {
  readonly id: number
  readonly opcode: number
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly recursionDesired: boolean
  /** The low four bits are written. */
  readonly rcode: number
  /** Records in the question, answer, authority and additional sections. */
  readonly counts: readonly [number, number, number, number]
}

const headerLength = 12
const firstCapacity = 1024
// The root, type, class, TTL and RDLENGTH.
const optLength = 11
// A pointer has 14 bits (RFC 1035 section 4.1.4).
const farthestPointer = 0x3fff

/**
 * Writes one response, names compressed, into at most `limit` bytes.
 *
 * It is linear in what it writes. The encoder of dns2 3.1.1 is not (it makes a new copy of the whole message after each
 * record: 4,000 SRV records take over two seconds), and it compresses the targets of SRV records, which RFC 2782
 * forbids and some resolvers refuse.
 */
export class MessageWriter {
  readonly #limit: number
  #bytes: Buffer
  #length = headerLength
  // Names are compressed only onto the same spelling, so that a transfer keeps their case (RFC 5936 section 3.4).
  readonly #places = new Map<WireName, number>()
  readonly #placed: WireName[] = []

  /** With `withOptions`, room for {@link options} is kept free. */
  constructor(limit: number, withOptions: boolean) {
    this.#limit = withOptions ? limit - optLength : limit
    this.#bytes = Buffer.allocUnsafe(Math.min(limit, firstCapacity))
  }

  /** How many bytes are written, the header included. A value to give to {@link rewind}. */
  get length(): number {
    return this.#length
  }

  /** Takes back what was written after `length` was this. */
  rewind(length: number): void {
    this.#length = length
    for (let name = this.#placed.at(-1); name !== undefined; name = this.#placed.at(-1)) {
      if ((this.#places.get(name) ?? 0) < length) return
      this.#places.delete(name)
      this.#placed.pop()
    }
  }

  /** Writes a question. It always fits: no limit is below 512 bytes. */
  question(name: WireName, type: number, recordClass: number): void {
    this.#name(name)
    this.#octets(uint16(type) + uint16(recordClass))
  }

  /** Writes a record, or nothing where it does not fit; says which. */
  record(owner: WireName, type: number, recordClass: number, ttl: number, data: Octets): boolean {
    const start = this.#length
    this.#name(owner)
    this.#octets(uint16(type) + uint16(recordClass) + uint32(ttl))
    const lengthAt = this.#length
    this.#octets('\0\0')
    let rest = 0
    for (let names = compressibleNames(type); names > 0; names--) {
      const length = nameLength(data, rest)
      this.#name(data.slice(rest, rest + length))
      rest += length
    }
    this.#octets(rest === 0 ? data : data.slice(rest))
    this.#bytes.writeUInt16BE(this.#length - lengthAt - 2, lengthAt)
    if (this.#length <= this.#limit) return true
    this.rewind(start)
    return false
  }

  /** Writes an OPT record without options, in the room kept for it (RFC 6891 section 6.1). */
  options(udpPayloadSize: number, extendedRcode: number, dnssecOk: boolean): void {
    const flags = dnssecOk ? 0x8000 : 0
    this.#octets(rootName + uint16(RecordType.OPT) + uint16(udpPayloadSize))
    this.#octets(String.fromCharCode(extendedRcode, 0) + uint16(flags) + uint16(0))
  }

  /** Writes the header and returns the message. */
  finish(head: MessageHead): Buffer {
    const flags =
      0x8000 |
      (head.opcode << 11) |
      (head.authoritative ? 0x0400 : 0) |
      (head.truncated ? 0x0200 : 0) |
      (head.recursionDesired ? 0x0100 : 0) |
      (head.rcode & 0x000f)
    const fields = [head.id, flags, ...head.counts]
    for (const [index, field] of fields.entries()) this.#bytes.writeUInt16BE(field, index * 2)
    return this.#bytes.subarray(0, this.#length)
  }

  #name(name: WireName): void {
    for (let rest = name; rest !== rootName; rest = parentOf(rest)) {
      const place = this.#places.get(rest)
      if (place !== undefined) {
        this.#octets(uint16(0xc000 | place))
        return
      }
      if (this.#length <= farthestPointer) {
        this.#places.set(rest, this.#length)
        this.#placed.push(rest)
      }
      this.#octets(rest.slice(0, 1 + rest.charCodeAt(0)))
    }
    this.#octets(rootName)
  }

  #octets(octets: Octets): void {
    const end = this.#length + octets.length
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    this.#bytes.write(octets, this.#length, 'latin1')
    this.#length = end
  }
}

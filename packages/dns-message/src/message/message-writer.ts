import { type Octets, parentOf, ROOT_NAME, type WireName, wireNameLength } from '../name/wire-name.js'
import { Opcode, RecordClass, RecordType, ResponseCode } from '../registries.js'
import type { EdnsOption, MessageHeader } from './message.js'
import { HEADER_SIZE } from './message-header.js'

/** Options of a {@link MessageWriter}. */
export interface MessageWriterOptions {
  /** The maximum size of the message in octets, with its OPT record. Default: 65,535. */
  readonly limit?: number | undefined
  /** The OPT record, which is written last. Default: none. */
  readonly edns?: WrittenEdns | undefined
  /**
   * The names in RDATA that are compressed. Default: `unicast`.
   *
   * - `unicast`: those of NS, CNAME, PTR and SOA records. Targets of SRV records may not be (RFC 2782, RFC 3597 section 4).
   * - `multicast`: those of SRV and NSEC records as well (RFC 6762 section 18.14).
   * - `none`: no name in RDATA, but owners are compressed onto them.
   */
  readonly compression?: 'unicast' | 'multicast' | 'none' | undefined
}

/** The fields of an OPT record of EDNS version 0. @see RFC 6891 section 6.1 */
export interface WrittenEdns {
  /** The largest UDP payload that the sender takes, in octets. */
  readonly udpPayloadSize: number
  /** DO (RFC 3225 section 3). Default: false. */
  readonly dnssecOk?: boolean | undefined
  /** In order, in wire format. Default: none. */
  readonly options?: readonly EdnsOption[] | undefined
}

/** The records of one owner, type and class. */
export interface WrittenRRset {
  /** A value of `RecordType`. */
  readonly type: number
  /** All 16 bits. Default: `RecordClass.IN`. */
  readonly class?: number | undefined
  /** Seconds. */
  readonly ttl: number
  /** The RDATA of each record, names in it uncompressed. */
  readonly data: readonly Octets[]
}

/** The sections of a message that hold records. */
export type RecordSection = 'answers' | 'authorities' | 'additionals'

/**
 * Writes one message, its questions first and then its records, section by section. The end of a name becomes a pointer to an
 * earlier one (RFC 1035 section 4.1.4) in the same letter case, so that a zone transfer keeps the case (RFC 5936 section 3.4).
 *
 * It takes time linear in what it writes.
 */
export class MessageWriter {
  readonly #limit: number
  readonly #edns: WrittenEdns | undefined
  readonly #compression: 'unicast' | 'multicast' | 'none'
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_CAPACITY)
  #length = HEADER_SIZE
  #endOfQuestions = HEADER_SIZE
  #counts = { questions: 0, answers: 0, authorities: 0, additionals: 0 }
  readonly #offsets = new Map<WireName, number>()
  /** The keys of the offsets, in the order of the message. */
  readonly #writtenNames: WireName[] = []

  constructor({ limit = LARGEST_MESSAGE, edns, compression = 'unicast' }: MessageWriterOptions = {}) {
    this.#limit = edns === undefined ? limit : limit - sizeOfOpt(edns)
    this.#edns = edns
    this.#compression = compression
  }

  /** True until a question or a record is written. */
  get isEmpty(): boolean {
    return this.#length === HEADER_SIZE
  }

  /**
   * Writes a question and returns true, or writes nothing and returns false when it does not fit. The first question is written
   * whatever the limit: a truncated response to a signed query repeats it too, and without it the client ignores the response.
   */
  addQuestion(name: WireName, type: number, questionClass: number): boolean {
    const start = this.#length
    this.#name(name)
    this.#uint16(type)
    this.#uint16(questionClass)
    if (this.#length > this.#limit && this.#counts.questions > 0) {
      this.#rewind(start)
      return false
    }
    this.#counts.questions++
    this.#endOfQuestions = this.#length
    return true
  }

  /**
   * Writes the records of an RRset and returns true, or writes nothing and returns false when not all of them fit (RFC 2181
   * section 5).
   *
   * @param end the offset that the RRset may not exceed, where that is less than the limit of the message
   * @throws {RangeError} for RDATA that ends within a name
   */
  addRRset(section: RecordSection, owner: WireName, set: WrittenRRset, end: number = this.#limit): boolean {
    const start = this.#length
    for (const data of set.data) {
      this.#record(owner, set, data)
      if (this.#length > Math.min(end, this.#limit)) {
        this.#rewind(start)
        return false
      }
    }
    this.#counts[section] += set.data.length
    return true
  }

  /** Removes all records, so that a truncated response does not hold a part of an answer. */
  removeRecords(): void {
    this.#rewind(this.#endOfQuestions)
    this.#counts = { questions: this.#counts.questions, answers: 0, authorities: 0, additionals: 0 }
  }

  /**
   * Writes the OPT record and the header, and returns the message, to which nothing can be added then. Fields of the header that are not given are false and zero.
   *
   * @param header where its `rcode` is above 15, the OPT record has the upper bits (RFC 6891 section 6.1.3)
   */
  finish(header: Partial<MessageHeader> & Pick<MessageHeader, 'id'>): Buffer {
    const { id, opcode = Opcode.QUERY, rcode = ResponseCode.NOERROR } = header
    if (this.#edns !== undefined) {
      this.#opt(this.#edns, rcode >> 4)
    }
    const { questions, answers, authorities, additionals } = this.#counts
    const flags = (opcode << 11) | flagsOf(header) | (rcode & 0xf)
    for (const [index, field] of [id, flags, questions, answers, authorities, additionals].entries()) {
      this.#bytes.writeUInt16BE(field, 2 * index)
    }
    return this.#bytes.subarray(0, this.#length)
  }

  #record(owner: WireName, { type, class: recordClass = RecordClass.IN, ttl }: WrittenRRset, data: Octets): void {
    this.#name(owner)
    this.#uint16(type)
    this.#uint16(recordClass)
    this.#uint32(ttl)
    const start = this.#length + 2
    this.#uint16(0)
    this.#data(type, data)
    this.#bytes.writeUInt16BE(this.#length - start, start - 2)
  }

  #data(type: number, data: Octets): void {
    // A record of the classes ANY and NONE may have none (RFC 2136 section 2.4).
    if (data === '') {
      return
    }
    const { at = 0, count = 0, isUnicast = true } = NAMES_IN_DATA.get(type) ?? {}
    if (this.#compression === 'unicast' && !isUnicast) {
      this.#octets(data)
      return
    }
    this.#octets(data.slice(0, at))
    let next = at
    for (let left = count; left > 0; left--) {
      const length = wireNameLength(data, next)
      if (next + length > data.length) {
        throw new RangeError('RDATA ends within a name')
      }
      this.#name(data.slice(next, next + length), this.#compression !== 'none')
      next += length
    }
    this.#octets(data.slice(next))
  }

  /** The root as the owner, the payload size as the class, and in the TTL the upper bits of the response code and the flags. */
  #opt({ udpPayloadSize, dnssecOk = false, options = [] }: WrittenEdns, extendedRcode: number): void {
    this.#octets(ROOT_NAME)
    this.#uint16(RecordType.OPT)
    this.#uint16(udpPayloadSize)
    this.#uint16(extendedRcode << 8)
    this.#uint16(dnssecOk ? 0x8000 : 0)
    this.#uint16(sizeOfOptions(options))
    for (const { code, data } of options) {
      this.#uint16(code)
      this.#uint16(data.length)
      this.#reserve(data.length)
      this.#bytes.set(data, this.#length)
      this.#length += data.length
    }
    this.#counts.additionals++
  }

  #name(name: WireName, mayPoint = true): void {
    let rest = name
    let pointer: number | undefined
    while (rest !== ROOT_NAME) {
      const known = this.#offsets.get(rest)
      if (known !== undefined && mayPoint) {
        pointer = known
        break
      }
      const at = this.#length + name.length - rest.length
      if (known === undefined && at <= FARTHEST_POINTER) {
        this.#offsets.set(rest, at)
        this.#writtenNames.push(rest)
      }
      rest = parentOf(rest)
    }
    if (pointer === undefined) {
      this.#octets(name)
      return
    }
    this.#octets(name.slice(0, name.length - rest.length))
    this.#uint16(0xc000 | pointer)
  }

  #rewind(length: number): void {
    this.#length = length
    for (let name = this.#writtenNames.at(-1); name !== undefined; name = this.#writtenNames.at(-1)) {
      if ((this.#offsets.get(name) as number) < length) {
        return
      }
      this.#offsets.delete(name)
      this.#writtenNames.pop()
    }
  }

  #octets(octets: Octets): void {
    this.#reserve(octets.length)
    this.#length += this.#bytes.write(octets, this.#length, 'latin1')
  }

  #uint16(value: number): void {
    this.#reserve(2)
    this.#bytes[this.#length++] = value >> 8
    this.#bytes[this.#length++] = value
  }

  #uint32(value: number): void {
    this.#uint16(value >>> 16)
    this.#uint16(value)
  }

  #reserve(count: number): void {
    const end = this.#length + count
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
  }
}

const LARGEST_MESSAGE = 65_535
const FIRST_CAPACITY = 512
/** A pointer has 14 bits. */
const FARTHEST_POINTER = 0x3fff
/** The root, type, class, TTL and RDLENGTH. */
const OPT_SIZE = 11

/** The names in RDATA: the octets before the first, their number, and if they are compressed in unicast DNS. */
const NAMES_IN_DATA: ReadonlyMap<number, { readonly at: number; readonly count: number; readonly isUnicast: boolean }> =
  new Map([
    [RecordType.NS, { at: 0, count: 1, isUnicast: true }],
    [RecordType.CNAME, { at: 0, count: 1, isUnicast: true }],
    [RecordType.PTR, { at: 0, count: 1, isUnicast: true }],
    [RecordType.SOA, { at: 0, count: 2, isUnicast: true }],
    [RecordType.SRV, { at: 6, count: 1, isUnicast: false }],
    [RecordType.NSEC, { at: 0, count: 1, isUnicast: false }],
  ])

function sizeOfOpt({ options = [] }: WrittenEdns): number {
  return OPT_SIZE + sizeOfOptions(options)
}

/** The octets of the options of an OPT record, each of which has its code and its length in front. */
export function sizeOfOptions(options: readonly EdnsOption[]): number {
  return options.reduce((size, { data }) => size + 4 + data.length, 0)
}

function flagsOf(header: Partial<MessageHeader>): number {
  return (
    (header.response ? 0x8000 : 0) |
    (header.authoritative ? 0x0400 : 0) |
    (header.truncated ? 0x0200 : 0) |
    (header.recursionDesired ? 0x0100 : 0) |
    (header.recursionAvailable ? 0x0080 : 0) |
    (header.authenticData ? 0x0020 : 0) |
    (header.checkingDisabled ? 0x0010 : 0)
  )
}

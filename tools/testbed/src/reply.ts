import type { DnsQuery } from './dns-query.js'
import { type DnsRecord, recordData, recordType, uint16, uint32 } from './dns-record.js'
import { type DnsName, NameCompressor, nameBytes } from './name-bytes.js'

/** A question that was not asked. `type` is a number; `class` default 1 (IN). */
export interface ReplyQuestion {
  readonly name: DnsName
  readonly type: number
  readonly class?: number
}

/** The OPT record of a reply (RFC 6891). */
export interface ReplyEdns {
  /** Default 1232. */
  readonly payloadSize?: number
  /** Default 0. */
  readonly version?: number
  /** The options as they stand on the wire; default none. */
  readonly options?: Uint8Array
}

/** Differences of a reply from an authoritative NOERROR without records. */
export interface ReplyOptions {
  /** Default that of the query. */
  readonly id?: number
  /** QR; default true. */
  readonly response?: boolean
  /** Default that of the query. */
  readonly opcode?: number
  /** AA; default true. */
  readonly authoritative?: boolean
  /** TC; default false. */
  readonly truncated?: boolean
  /** RD; default as in the query. */
  readonly recursionDesired?: boolean
  /** RA; default false. */
  readonly recursionAvailable?: boolean
  /** AD; default false. */
  readonly authenticData?: boolean
  /** By name, or 0 to 4095: above 15 the upper bits go into the OPT record. Default `NOERROR`. */
  readonly rcode?: number | RcodeName
  /** Default the question of the query, byte for byte. */
  readonly questions?: readonly ReplyQuestion[]
  readonly answers?: readonly DnsRecord[]
  readonly authorities?: readonly DnsRecord[]
  readonly additionals?: readonly DnsRecord[]
  /** Default no OPT record. */
  readonly edns?: ReplyEdns
  /** Counts in the header, where they differ from the true ones. */
  readonly counts?: Partial<ReplyCounts>
  /** Names that may be pointers: owners (default), also those inside RDATA, or none. */
  readonly compress?: 'owners' | 'all' | 'none'
}

/** The four counts of a header. */
export interface ReplyCounts {
  readonly questions: number
  readonly answers: number
  readonly authorities: number
  readonly additionals: number
}

/** The names of response codes (RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 6891 section 9). */
export type RcodeName = keyof typeof rcodes

const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
  BADVERS: 16,
} as const

/**
 * Writes a reply to a query, right or wrong.
 *
 * It shares no code with the reader that it is to test.
 */
export function reply(query: DnsQuery, options: ReplyOptions = {}): Buffer {
  const { answers = [], authorities = [], additionals = [], edns, compress = 'owners' } = options
  const rcode = typeof options.rcode === 'string' ? rcodes[options.rcode] : (options.rcode ?? 0)
  const body = new ReplyBody(compress)
  if (options.questions !== undefined) for (const question of options.questions) body.question(question)
  else if (query.question.length > 0) body.repeat(query)
  for (const record of [...answers, ...authorities, ...additionals]) body.record(record)
  if (edns !== undefined) body.add(optRecord(edns, rcode))

  const { counts = {} } = options
  const header = [
    options.id ?? query.id,
    flags(query, options, rcode),
    counts.questions ?? options.questions?.length ?? (query.question.length > 0 ? 1 : 0),
    counts.answers ?? answers.length,
    counts.authorities ?? authorities.length,
    counts.additionals ?? additionals.length + (edns === undefined ? 0 : 1),
  ]
  return Buffer.concat([...header.map(uint16), ...body.parts])
}

/** Puts the length before a message, as it goes over TCP (RFC 1035 section 4.2.2). */
export function framed(message: Uint8Array): Buffer {
  return Buffer.concat([uint16(message.length), message])
}

function flags(query: DnsQuery, options: ReplyOptions, rcode: number): number {
  const { response = true, authoritative = true, truncated = false, recursionAvailable = false } = options
  const { opcode = query.opcode, recursionDesired = query.recursionDesired, authenticData = false } = options
  const bits = [response, authoritative, truncated, recursionDesired, recursionAvailable, authenticData]
  const [qr = 0, aa = 0, tc = 0, rd = 0, ra = 0, ad = 0] = bits.map(Number)
  return (qr << 15) | (opcode << 11) | (aa << 10) | (tc << 9) | (rd << 8) | (ra << 7) | (ad << 5) | (rcode & 15)
}

function optRecord({ payloadSize = 1232, version = 0, options = Buffer.alloc(0) }: ReplyEdns, rcode: number): Buffer {
  const ttl = Buffer.of(rcode >> 4, version, 0, 0)
  return Buffer.concat([Buffer.of(0), uint16(41), uint16(payloadSize), ttl, uint16(options.length), options])
}

const headerLength = 12

class ReplyBody {
  readonly parts: Buffer[] = []
  readonly #names = new NameCompressor()
  readonly #compress: 'owners' | 'all' | 'none'
  #length = headerLength

  constructor(compress: 'owners' | 'all' | 'none') {
    this.#compress = compress
  }

  add(part: Buffer): void {
    this.parts.push(part)
    this.#length += part.length
  }

  repeat(query: DnsQuery): void {
    // Written only so that records can point at it: what is sent are the bytes of the query.
    this.#names.write(query.name === '' ? '.' : query.name, this.#length)
    this.add(query.question)
  }

  question({ name, type, class: questionClass = 1 }: ReplyQuestion): void {
    this.add(this.#names.write(name, this.#length))
    this.add(Buffer.concat([uint16(type), uint16(questionClass)]))
  }

  record(record: DnsRecord): void {
    const { name, ttl = 300, class: recordClass = 1 } = record
    this.add(this.#compress === 'none' ? nameBytes(name) : this.#names.write(name, this.#length))
    const place = this.#length + 10
    const pointing = (target: DnsName, offset: number): Buffer => this.#names.write(target, place + offset)
    const data = recordData(record, this.#compress === 'all' ? pointing : nameBytes)
    const { rdlength = data.length } = record
    this.add(Buffer.concat([uint16(recordType(record)), uint16(recordClass), uint32(ttl), uint16(rdlength), data]))
  }
}

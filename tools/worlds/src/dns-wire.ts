/** A query: its name, its type, and the end of its question. */
export interface WireQuery {
  readonly bytes: Buffer
  /** In lower case, without a final dot. */
  readonly name: string
  readonly type: number
  readonly end: number
  readonly hasEdns: boolean
}

export const Type = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  AXFR: 252,
} as const

/** Reads a query with one question. It shares no code with the product. */
export function readWireQuery(message: Uint8Array): WireQuery {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  const labels: string[] = []
  let at = HEADER
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const name = labels.join('.').toLowerCase()
  return { bytes, name, type: bytes.readUInt16BE(at + 1), end: at + 5, hasEdns: bytes.readUInt16BE(10) > 0 }
}

const HEADER = 12
/** Of every record, in seconds. */
const TTL = 300
/** A pointer to the name of the question. */
const ASKED = Buffer.of(0xc0, HEADER)

/** A record whose owner is the name that is asked for (`null`), or another one. */
export function record(owner: string | null, type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(type, 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(TTL, 4)
  fixed.writeUInt16BE(data.length, 8)
  return Buffer.concat([owner === null ? ASKED : wireName(owner), fixed, data])
}

export function wireName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.')
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.of(0),
  ])
}

export function soa(owner: string): Buffer {
  const numbers = Buffer.alloc(20)
  for (const [index, value] of [1, 3_600, 600, 86_400, 60].entries()) numbers.writeUInt32BE(value, index * 4)
  return record(owner, Type.SOA, Buffer.concat([wireName(`ns.${owner}`), wireName(`hostmaster.${owner}`), numbers]))
}

export function srv(owner: string | null, target: string, port = 2510): Buffer {
  const numbers = Buffer.alloc(6)
  numbers.writeUInt16BE(port, 4)
  return record(owner, Type.SRV, Buffer.concat([numbers, wireName(target)]))
}

export function address(owner: string | null, text: string): Buffer {
  return record(owner, Type.A, Buffer.from(text.split('.').map(Number)))
}

export function txt(owner: string | null, text: string): Buffer {
  return record(owner, Type.TXT, Buffer.from(`${String.fromCharCode(text.length)}${text}`))
}

/** The part of a reply after the question. Built once for many replies. */
export interface ReplyBody {
  readonly rcode: number
  /** AA, for a server that has the zone; otherwise RA. */
  readonly isAuthoritative: boolean
  readonly counts: readonly [answers: number, authorities: number, additionals: number]
  readonly records: Buffer
  /** Of the OPT record, which is there where the query has one. */
  readonly options: Buffer
}

/** Whole records, by section. */
export interface ReplyParts {
  readonly rcode?: number
  readonly answers?: readonly Buffer[]
  readonly authorities?: readonly Buffer[]
  readonly additionals?: readonly Buffer[]
  /** Of the OPT record, as they stand on the wire. */
  readonly options?: Buffer | undefined
}

/** Puts parts together. */
export function replyBody(parts: ReplyParts, isAuthoritative: boolean): ReplyBody {
  const { rcode = 0, answers = [], authorities = [], additionals = [], options = Buffer.alloc(0) } = parts
  return {
    rcode,
    isAuthoritative,
    counts: [answers.length, authorities.length, additionals.length],
    records: Buffer.concat([...answers, ...authorities, ...additionals]),
    options,
  }
}

/** Writes a reply to a query. */
export function writeReply({ bytes, end, hasEdns }: WireQuery, body: ReplyBody): Buffer {
  const { rcode, isAuthoritative, counts, records, options } = body
  const opt = hasEdns ? 11 + options.length : 0
  const reply = Buffer.alloc(end + records.length + opt)
  bytes.copy(reply, 0, 0, end)
  const desired = (bytes[2] ?? 0) & 1
  reply[2] = 0x80 | (isAuthoritative ? 4 : 0) | desired
  reply[3] = (isAuthoritative ? 0 : 0x80) | rcode
  reply.writeUInt16BE(counts[0], 6)
  reply.writeUInt16BE(counts[1], 8)
  reply.writeUInt16BE(counts[2] + (hasEdns ? 1 : 0), 10)
  records.copy(reply, end)
  if (!hasEdns) return reply
  const at = end + records.length
  reply.writeUInt16BE(41, at + 1)
  reply.writeUInt16BE(1_232, at + 3)
  reply.writeUInt16BE(options.length, at + 9)
  options.copy(reply, at + 11)
  return reply
}

/** A query as a server of the testbed reads it: enough to answer it, rightly or wrongly. */
export interface DnsQuery {
  /** The whole message, without a TCP length. */
  readonly bytes: Buffer
  readonly id: number
  readonly opcode: number
  readonly recursionDesired: boolean
  /** The bytes of the first question: name, type, class. Empty when there is none that can be read. */
  readonly question: Buffer
  /** The name of the first question, in its own spelling, without a final dot; bytes beyond plain ASCII as `\DDD`. */
  readonly name: string
  /** The type of the first question as a number; 0 when there is none. */
  readonly type: number
  /** True where it has additional records, which in a query means an OPT record (RFC 6891). */
  readonly edns: boolean
}

/** Reads a query that our own code wrote. Anything else is a query without a question. */
export function readDnsQuery(message: Uint8Array): DnsQuery {
  const bytes = Buffer.from(message)
  const flags = bytes.length >= 4 ? bytes.readUInt16BE(2) : 0
  const { question, name } = readQuestion(bytes)
  return {
    bytes,
    id: bytes.length >= 2 ? bytes.readUInt16BE(0) : 0,
    opcode: (flags >> 11) & 15,
    recursionDesired: (flags & 0x0100) !== 0,
    question,
    name,
    type: question.length === 0 ? 0 : question.readUInt16BE(question.length - 4),
    edns: bytes.length >= 12 && bytes.readUInt16BE(10) > 0,
  }
}

const headerLength = 12

function readQuestion(bytes: Buffer): { readonly question: Buffer; readonly name: string } {
  const labels: string[] = []
  let offset = headerLength
  for (let length = bytes[offset]; length !== undefined && length > 0 && length < 64; length = bytes[offset]) {
    labels.push(labelText(bytes.subarray(offset + 1, offset + 1 + length)))
    offset += 1 + length
  }
  const end = offset + 5
  const complete = bytes[offset] === 0 && end <= bytes.length
  if (!complete) return { question: Buffer.alloc(0), name: '' }
  return { question: bytes.subarray(headerLength, end), name: labels.join('.') }
}

function labelText(label: Buffer): string {
  const text = (byte: number): string => {
    if (byte === 0x2e || byte === 0x5c) return `\\${String.fromCharCode(byte)}`
    return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`
  }
  return [...label].map(text).join('')
}

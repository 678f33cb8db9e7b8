import type { Message, OpaqueData, ResourceRecord } from '../message/message.js'
import { HEADER_SIZE } from '../message/message-header.js'
import type { Name } from '../name/name.js'
import { nameToWire } from '../name/wire-name.js'
import { nameFromWire } from '../read/name-reader.js'
import { RecordClass, RecordType } from '../registries.js'

/** The TSIG record of a message, unchecked. @see RFC 8945 section 4.2 */
export interface TsigRecord {
  /** The owner of the record, which is the name of the key, in the letter case of the message. */
  readonly keyName: Name
  readonly algorithm: Name
  /** Seconds since 1970-01-01 UTC, 48 bits. */
  readonly time: number
  /** Seconds by which the clocks of both sides may differ. */
  readonly fudge: number
  /** Empty where the sender could not sign. */
  readonly mac: Buffer
  /** The id under which the message was signed; a forwarder may have changed that of the message. */
  readonly originalId: number
  /** A value of `ResponseCode`, where 16 is BADSIG. */
  readonly error: number
  readonly other: Buffer
  /** The octet at which the record begins. */
  readonly offset: number
}

/**
 * Returns the TSIG record of a message, or `undefined` for a message without one.
 *
 * @throws {TsigError} `FORMERR` for a record that is not the last of the message or not the only one of its type, has a wrong
 *   class or TTL, or cannot be read
 * @see RFC 8945 sections 4.2, 5.1 and 5.2
 */
export function readTsig(message: Message): TsigRecord | undefined {
  const { answers, authorities, additionals, lastRecordOffset } = message
  const last = additionals.at(-1)
  const isTsig = ({ type }: ResourceRecord): boolean => type === RecordType.TSIG
  if ([answers, authorities, additionals.slice(0, -1)].some((section) => section.some(isTsig))) {
    throw new TsigError('malformed', 'FORMERR', 'sent a signature in the wrong place, or several')
  }
  if (last === undefined || !isTsig(last)) return undefined
  if (last.class === RecordClass.ANY && last.ttl === 0) {
    // The reader of messages has no form of its own for TSIG.
    const fields = readFields((last.data as OpaqueData).bytes)
    if (fields !== undefined) return { keyName: last.name, ...fields, offset: lastRecordOffset }
  }
  throw new TsigError('malformed', 'FORMERR', 'sent a signature that cannot be read')
}

/** Appends a TSIG record to a message that has none. */
export function appendTsig(message: Uint8Array, record: Omit<TsigRecord, 'originalId' | 'offset'>): Buffer {
  const whole = Buffer.concat([message, tsigBytes({ ...record, originalId: idOf(message) })])
  whole.writeUInt16BE(whole.readUInt16BE(ADDITIONAL_COUNT_AT) + 1, ADDITIONAL_COUNT_AT)
  return whole
}

/** Returns the octets of a TSIG record. Names in it are not compressed (RFC 8945 section 4.2). */
export function tsigBytes(record: Omit<TsigRecord, 'offset'>): Buffer {
  const { keyName, algorithm, time, fudge, mac, originalId, error, other } = record
  const data = Buffer.concat([
    nameToWire(algorithm),
    timers({ time, fudge }),
    uint16(mac.length),
    mac,
    ...[originalId, error, other.length].map(uint16),
    other,
  ])
  const fixed = [RecordType.TSIG, RecordClass.ANY, 0, 0, data.length].map(uint16)
  return Buffer.concat([nameToWire(keyName), ...fixed, data])
}

/** Returns the parts of a message that its signature covers: what it was before the TSIG record was added (RFC 8945 section 4.3.2). */
export function signedParts(bytes: Uint8Array, { originalId, offset }: TsigRecord): readonly Uint8Array[] {
  const header = Buffer.from(bytes.subarray(0, HEADER_SIZE))
  header.writeUInt16BE(originalId, 0)
  header.writeUInt16BE(header.readUInt16BE(ADDITIONAL_COUNT_AT) - 1, ADDITIONAL_COUNT_AT)
  return [header, bytes.subarray(HEADER_SIZE, offset)]
}

/** Returns the variables of a TSIG record that are signed with a message; names are in lower case (RFC 8945 section 4.3.3). */
export function tsigVariables(
  keyName: Name,
  algorithm: Name,
  { time, fudge, error, other }: Pick<TsigRecord, 'time' | 'fudge' | 'error' | 'other'>,
): Buffer {
  const owner = [nameToWire(keyName), ...[RecordClass.ANY, 0, 0].map(uint16)]
  const errorAndOther = [uint16(error), uint16(other.length), other]
  return Buffer.concat([...owner, nameToWire(algorithm), timers({ time, fudge }), ...errorAndOther])
}

/** Returns the variables that are signed with the later messages of a response (RFC 8945 section 5.3.1). */
export function timers({ time, fudge }: Pick<TsigRecord, 'time' | 'fudge'>): Buffer {
  return Buffer.concat([uint48(time), uint16(fudge)])
}

/** Returns two octets, the high one first. */
export function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value)
}

/** Returns six octets, the highest first. */
export function uint48(value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(value, 0, 6)
  return bytes
}

/** The reason why a signature is not accepted. */
export class TsigError extends Error {
  override readonly name = 'TsigError'
  /**
   * - `refused`: the peer does not accept our signature.
   * - `failed`: we do not accept that of the peer, or it sent none.
   * - `malformed`: the signature of the peer cannot be read.
   */
  readonly status: 'refused' | 'failed' | 'malformed'
  /**
   * `BADKEY`, `BADSIG`, `BADTIME`, `BADTRUNC` (RFC 8945 section 3), `FORMERR`, `EUNSIGNED` for a message without a signature, or
   * the response code of an unsigned response.
   */
  readonly code: string

  /** `message` is a phrase about the peer, such as `did not sign its reply`; it contains none of its octets. */
  constructor(status: TsigError['status'], code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The offset of the count of additional records in a header (RFC 1035 section 4.1.1). */
const ADDITIONAL_COUNT_AT = 10

function idOf(message: Uint8Array): number {
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength).readUInt16BE(0)
}

/** Reads RDATA of untrusted bytes; `undefined` where it is not of that form. Every length is checked, and nothing may be left over. */
function readFields(data: Uint8Array): Omit<TsigRecord, 'keyName' | 'offset'> | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  try {
    const { name, next } = nameFromWire(bytes)
    const macAt = next + 10
    const afterMac = macAt + bytes.readUInt16BE(macAt - 2)
    const otherAt = afterMac + 6
    const end = otherAt + bytes.readUInt16BE(otherAt - 2)
    if (end !== bytes.length) return undefined
    return {
      algorithm: name,
      time: bytes.readUIntBE(next, 6),
      fudge: bytes.readUInt16BE(next + 6),
      mac: bytes.subarray(macAt, afterMac),
      originalId: bytes.readUInt16BE(afterMac),
      error: bytes.readUInt16BE(afterMac + 2),
      other: bytes.subarray(otherAt, end),
    }
  } catch {
    // No valid name, or truncated.
  }
  return undefined
}

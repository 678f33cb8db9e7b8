import { type Name, nameFromWire, RecordClass, RecordType } from '@pstorage/dns-message'
import type { SigningKey } from './tsig-key.js'

/** Seconds by which the clocks of both sides may differ (RFC 8945 section 10). */
export const FUDGE = 300

/** The RDATA of a TSIG record. @see RFC 8945 section 4.2 */
export interface TsigData {
  readonly algorithm: Name
  /** Seconds since 1970-01-01 UTC, 48 bits. */
  readonly time: number
  /** Seconds. */
  readonly fudge: number
  /** Empty where the sender could not sign. */
  readonly mac: Buffer
  readonly originalId: number
  /** A value of `ResponseCode`, where 16 is BADSIG. */
  readonly error: number
  readonly other: Buffer
}

/**
 * Reads RDATA that nobody vouches for; `undefined` where it is not of that form. Nothing in it is a pointer, every length
 * is checked, and nothing may be left over.
 */
export function readTsigData(data: Uint8Array): TsigData | undefined {
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
    // Not a name, or it ends too early.
    return undefined
  }
}

/** Where a header has the count of additional records (RFC 1035 section 4.1.1). */
export const ADDITIONAL_COUNT_AT = 10

/** Appends a TSIG record to a message that has none. Names in it are not compressed (RFC 8945 section 4.2). */
export function appendTsig(
  message: Uint8Array,
  key: SigningKey,
  { time, fudge, mac, originalId, error, other }: Omit<TsigData, 'algorithm'>,
): Buffer {
  const rdata = Buffer.concat([
    key.algorithmBytes,
    timers(time, fudge),
    uint16(mac.length),
    mac,
    ...[originalId, error, other.length].map(uint16),
    other,
  ])
  const fixed = Buffer.concat([RecordType.TSIG, RecordClass.ANY, 0, 0, rdata.length].map(uint16))
  const whole = Buffer.concat([message, key.nameBytes, fixed, rdata])
  whole.writeUInt16BE(whole.readUInt16BE(ADDITIONAL_COUNT_AT) + 1, ADDITIONAL_COUNT_AT)
  return whole
}

/** The variables of a TSIG record that are signed with a message (RFC 8945 section 4.3.3). */
export function tsigVariables(
  key: SigningKey,
  { time, fudge, error, other }: Omit<TsigData, 'algorithm' | 'mac'>,
): Buffer {
  const owner = [key.nameBytes, ...[RecordClass.ANY, 0, 0].map(uint16)]
  const errorAndOther = [uint16(error), uint16(other.length), other]
  return Buffer.concat([...owner, key.algorithmBytes, timers(time, fudge), ...errorAndOther])
}

/** What of them is signed with later messages of a response (RFC 8945 section 5.3.1). */
export function timers(time: number, fudge: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUIntBE(time, 0, 6)
  bytes.writeUInt16BE(fudge, 6)
  return bytes
}

/** Two octets. */
export function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value)
}

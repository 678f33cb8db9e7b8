import { nameFromWire, RecordClass, RecordType } from '@pstorage/dns-message'
import { type Octets, octetsFromBytes, uint16, uint32 } from './octets.js'
import { nameKey, type WireName, wireName } from './wire-name.js'

/** The RDATA of a TSIG record. @see RFC 8945 section 4.2 */
export interface TsigData {
  /** In lower case. */
  readonly algorithm: WireName
  /** Seconds since 1970-01-01 UTC, 48 bits. */
  readonly time: number
  /** Seconds by which clocks may differ. */
  readonly fudge: number
  readonly mac: Octets
  readonly originalId: number
  readonly error: number
  readonly other: Octets
}

/** Reads RDATA, or says nothing where it is not of that form. */
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
      algorithm: nameKey(wireName(name)),
      time: bytes.readUIntBE(next, 6),
      fudge: bytes.readUInt16BE(next + 6),
      mac: octetsFromBytes(bytes.subarray(macAt, afterMac)),
      originalId: bytes.readUInt16BE(afterMac),
      error: bytes.readUInt16BE(afterMac + 2),
      other: octetsFromBytes(bytes.subarray(otherAt, end)),
    }
  } catch {
    // Not a name, or it ends too early: the client is told by FORMERR.
    return undefined
  }
}

/** Appends a TSIG record to a message that has none. Names in it are not compressed (RFC 8945 section 4.2). */
export function appendTsig(message: Buffer, keyName: WireName, data: TsigData): Buffer {
  const { algorithm, time, fudge, mac, originalId, error, other } = data
  const rdata =
    algorithm +
    uint48(time) +
    [fudge, mac.length].map(uint16).join('') +
    mac +
    [originalId, error, other.length].map(uint16).join('') +
    other
  const fixed = uint16(RecordType.TSIG) + uint16(RecordClass.ANY) + uint32(0) + uint16(rdata.length)
  const whole = Buffer.concat([message, Buffer.from(keyName + fixed + rdata, 'latin1')])
  whole.writeUInt16BE(whole.readUInt16BE(additionalCountAt) + 1, additionalCountAt)
  return whole
}

/** How many bytes {@link appendTsig} adds. */
export function tsigLength(keyName: WireName, algorithm: WireName, macLength: number, otherLength: number): number {
  return keyName.length + 10 + algorithm.length + 16 + macLength + otherLength
}

/** Where a header has the count of additional records (RFC 1035 section 4.1.1). */
export const additionalCountAt = 10

/** A number in six bytes, the highest first. */
export function uint48(value: number): Octets {
  return uint16(Math.floor(value / 2 ** 32)) + uint32(value % 2 ** 32)
}

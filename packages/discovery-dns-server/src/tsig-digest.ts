import { createHmac, timingSafeEqual } from 'node:crypto'
import { RecordClass } from '@pstorage/dns-message'
import { type Octets, octetsFromBytes, uint16, uint32 } from './octets.js'
import type { SigningKey } from './tsig-key.js'
import { additionalCountAt, type TsigData, uint48 } from './tsig-record.js'

/** The MAC of a request: over the message without its TSIG record, as it was when it was signed (RFC 8945 section 4.3). */
export function requestMac(key: SigningKey, bytes: Uint8Array, recordOffset: number, data: TsigData): Octets {
  const message = Buffer.from(bytes.subarray(0, recordOffset))
  message.writeUInt16BE(data.originalId, 0)
  message.writeUInt16BE(message.readUInt16BE(additionalCountAt) - 1, additionalCountAt)
  return macOf(key, [message, variables(key, data)])
}

/** The MAC of a response, or of the first message of one: the request's MAC is part of it (RFC 8945 section 5.3). */
export function responseMac(key: SigningKey, requestMac: Octets, message: Buffer, data: Omit<TsigData, 'mac'>): Octets {
  return macOf(key, [withLength(requestMac), message, variables(key, data)])
}

/** The MAC of a further message: the prior MAC is part of it, and of the variables the timers (RFC 8945 section 5.3.1). */
export function furtherMac(key: SigningKey, priorMac: Octets, message: Buffer, time: number, fudge: number): Octets {
  return macOf(key, [withLength(priorMac), message, uint48(time) + uint16(fudge)])
}

/** Whether two MACs of one length are the same, in a time that does not tell how much of them is. */
export function equalMacs(one: Octets, other: Octets): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one, 'latin1'), Buffer.from(other, 'latin1'))
}

// RFC 8945 section 4.3.3.
function variables(key: SigningKey, { time, fudge, error, other }: Omit<TsigData, 'mac'>): Octets {
  const record = key.name + uint16(RecordClass.ANY) + uint32(0)
  return record + key.algorithm + uint48(time) + [fudge, error, other.length].map(uint16).join('') + other
}

function withLength(mac: Octets): Octets {
  return uint16(mac.length) + mac
}

function macOf(key: SigningKey, parts: readonly (Buffer | Octets)[]): Octets {
  const hmac = createHmac(key.hash, key.secret)
  for (const part of parts) hmac.update(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)
  return octetsFromBytes(hmac.digest())
}

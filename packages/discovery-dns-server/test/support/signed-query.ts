import { createHmac } from 'node:crypto'
import { nameFromText, nameToWire, readMessage } from '@pstorage/dns-message'
import type { TsigKey } from '../../src/index.js'

/** A client's side of RFC 8945, written apart from that of the server, so that each checks the other. */
export interface SignatureParts {
  /** Seconds. */
  readonly time: number
  readonly fudge?: number
  /** The id under which the query is signed, where a forwarder has given it another. */
  readonly originalId?: number
  /** Changes the MAC before it is sent. */
  readonly mac?: (whole: Buffer) => Buffer
  readonly class?: number
  readonly ttl?: number
}

/** A TSIG record of a message, taken apart. */
export interface SeenSignature {
  readonly record: Buffer
  readonly mac: Buffer
  readonly time: number
  readonly fudge: number
  readonly originalId: number
  readonly error: number
  readonly other: Buffer
  /** The message as it was signed. */
  readonly signed: Buffer
}

const uint = (value: number, bytes: number) => {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntBE(value, 0, bytes)
  return buffer
}
const wire = (name: string) => Buffer.from(nameToWire(nameFromText(name)))
const hmac = ({ algorithm, secret }: TsigKey, parts: readonly Uint8Array[]) =>
  createHmac(algorithm.slice('hmac-'.length), Buffer.from(secret, 'base64')).update(Buffer.concat(parts)).digest()

function variables(key: TsigKey, time: number, fudge: number, error: number, other: Buffer): Buffer {
  return Buffer.concat([
    wire(key.name.toLowerCase()),
    uint(255, 2),
    uint(0, 4),
    wire(key.algorithm),
    uint(time, 6),
    uint(fudge, 2),
    uint(error, 2),
    uint(other.length, 2),
    other,
  ])
}

/** A query with a signature, and the MAC that the answer is signed over. */
export function signedQuery(query: Buffer, key: TsigKey, parts: SignatureParts): { bytes: Buffer; mac: Buffer } {
  const { time, fudge = 300, originalId = query.readUInt16BE(0) } = parts
  const signed = Buffer.concat([uint(originalId, 2), query.subarray(2)])
  const whole = hmac(key, [signed, variables(key, time, fudge, 0, Buffer.alloc(0))])
  const mac = parts.mac?.(whole) ?? whole
  const data = Buffer.concat([
    wire(key.algorithm),
    uint(time, 6),
    uint(fudge, 2),
    uint(mac.length, 2),
    mac,
    uint(originalId, 2),
    uint(0, 4),
  ])
  const fixed = [uint(250, 2), uint(parts.class ?? 255, 2), uint(parts.ttl ?? 0, 4), uint(data.length, 2)]
  const bytes = Buffer.concat([query, wire(key.name), ...fixed, data])
  bytes.writeUInt16BE(bytes.readUInt16BE(10) + 1, 10)
  return { bytes, mac }
}

/** The TSIG record at the end of a message. */
export function signatureOf(bytes: Buffer): SeenSignature | undefined {
  const message = readMessage(bytes)
  const last = message.additionals.at(-1)
  if (last?.type !== 250 || last.data.kind !== 'opaque') return undefined
  const data = Buffer.from(last.data.bytes)
  let at = 0
  while (data.readUInt8(at) > 0) at += 1 + data.readUInt8(at)
  at++
  const macEnd = at + 10 + data.readUInt16BE(at + 8)
  const signed = Buffer.from(bytes.subarray(0, message.lastRecordOffset))
  signed.writeUInt16BE(signed.readUInt16BE(10) - 1, 10)
  return {
    record: bytes.subarray(message.lastRecordOffset),
    time: data.readUIntBE(at, 6),
    fudge: data.readUInt16BE(at + 6),
    mac: data.subarray(at + 10, macEnd),
    originalId: data.readUInt16BE(macEnd),
    error: data.readUInt16BE(macEnd + 2),
    other: data.subarray(macEnd + 6),
    signed,
  }
}

/** Tests if all messages of a response are signed as a chain and none is missing. */
export function areSigned(messages: readonly Buffer[], key: TsigKey, requestMac: Buffer): boolean {
  let prior = requestMac
  for (const [index, bytes] of messages.entries()) {
    const seen = signatureOf(bytes)
    if (seen === undefined) return false
    const { time, fudge, error, other } = seen
    const rest =
      index === 0 ? variables(key, time, fudge, error, other) : Buffer.concat([uint(time, 6), uint(fudge, 2)])
    const expected = hmac(key, [uint(prior.length, 2), prior, seen.signed, rest])
    if (!expected.equals(seen.mac)) return false
    prior = seen.mac
  }
  return messages.length > 0
}

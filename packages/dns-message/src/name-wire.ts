import { types } from 'node:util'
import { DEFAULT_MESSAGE_LIMITS } from './message-limits.js'
import type { Name } from './name.js'
import { checkName } from './name-check.js'
import { NameReader } from './name-reader.js'
import { Whereabouts } from './whereabouts.js'

/**
 * Writes a name uncompressed, in the letter case it has.
 *
 * @throws {NameError} for a name that cannot be written
 * @see RFC 1035 section 3.1
 */
export function nameToWire(name: Name): Uint8Array {
  const bytes = new Uint8Array(checkName(name))
  writeName(name, bytes, 0)
  return bytes
}

/**
 * Reads an uncompressed name, such as the algorithm in the opaque RDATA of a TSIG record. `next` is the octet after it.
 *
 * @param offset where the name begins; default 0
 * @throws {MessageError} when no whole name begins there, or one with a pointer in it
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @throws {RangeError} when `offset` is not an integer from 0
 * @see RFC 1035 section 3.1
 */
export function nameFromWire(bytes: Uint8Array, offset = 0): { readonly name: Name; readonly next: number } {
  if (!types.isUint8Array(bytes)) {
    throw new TypeError('A name is read from a Uint8Array')
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new RangeError(`offset must be an integer from 0, got ${String(offset)}`)
  }
  const where = new Whereabouts()
  where.section = 'name'
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const reader = new NameReader(whole, where, DEFAULT_MESSAGE_LIMITS)
  const name = reader.read(offset, whole.length, 'ERR_MESSAGE_TRUNCATED')
  return { name, next: reader.next }
}

/** Writes a name that was checked, and gives the octet after it. */
export function writeName(name: Name, bytes: Uint8Array, start: number): number {
  let at = start
  for (const label of name) {
    bytes[at++] = label.length
    for (let i = 0; i < label.length; i++) {
      bytes[at++] = label.charCodeAt(i)
    }
  }
  bytes[at++] = 0
  return at
}

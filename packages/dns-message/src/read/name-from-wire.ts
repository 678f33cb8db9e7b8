import { types } from 'node:util'
import { MessagePosition } from '../message/message-error.js'
import { DEFAULT_MESSAGE_LIMITS } from '../message/message-limits.js'
import type { Name } from '../name/name.js'
import { NameReader } from './name-reader.js'

/**
 * Reads an uncompressed name, such as the algorithm in the opaque RDATA of a TSIG record. `next` is the octet after it.
 *
 * @param offset of the name; default 0
 * @throws {MessageError} when there is no whole name, or one with a pointer
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
  const position = new MessagePosition()
  position.section = 'name'
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const names = new NameReader(whole, position, DEFAULT_MESSAGE_LIMITS, true)
  const next = names.pass(offset, whole.length, 'ERR_MESSAGE_TRUNCATED')
  return { name: names.name, next }
}

import { types } from 'node:util'
import type { MessageHeader } from './message.js'
import type { MessagePosition } from './message-error.js'
import type { MessageLimits } from './message-limits.js'
import { uint16 } from './octets.js'

/** Octets of the fixed part in front of every message (RFC 1035 section 4.1.1). */
export const HEADER_SIZE = 12

/** Checks that `bytes` can hold a message, and returns a Buffer on the same memory. */
export function messageBytes(bytes: Uint8Array, limits: MessageLimits, position: MessagePosition): Buffer {
  if (!types.isUint8Array(bytes)) {
    throw new TypeError('A message is read from a Uint8Array')
  }
  const size = bytes.length
  if (size < HEADER_SIZE) {
    position.fail('ERR_MESSAGE_TRUNCATED', `${size} octets, less than the ${HEADER_SIZE} of a header,`, size)
  }
  if (size > limits.bytes) {
    position.fail('ERR_MESSAGE_LIMIT', `${size} octets, more than ${limits.bytes},`, limits.bytes, 'bytes')
  }
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, size)
}

/** The header of bytes that have one. */
export function headerOf(bytes: Buffer): MessageHeader {
  const flags = uint16(bytes, 2)
  return {
    id: uint16(bytes, 0),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    rcode: flags & 0xf,
  }
}

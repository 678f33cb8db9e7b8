import type { Message } from './message.js'
import { type MessageLimits, messageLimits } from './message-limits.js'
import { MessageReader } from './message-reader.js'

/**
 * Reads a DNS message whole, from bytes that nobody vouches for: all of it is in order, or it is refused.
 *
 * Strict where a sender has no choice (counts, lengths, compression, RDATA of the types it reads, nothing after the last
 * record) and open where it has: unknown types, classes, flags and EDNS options are kept as they came (RFC 3597), and a
 * compressed SRV target is read although RFC 2782 forbids it. Strings, options and opaque RDATA are views of `bytes`.
 *
 * @param bytes the message, without the two octets of length that precede it over TCP
 * @param limits to be stricter than the defaults; an empty object is none
 * @throws {MessageError} for any bytes that are not a message; nothing else is thrown for bytes of any content and length
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @throws {RangeError} when a limit is not an integer from 0 to its default
 * @see RFC 1035 section 4, RFC 6891 section 6.1.1, RFC 9267
 */
export function readMessage(bytes: Uint8Array, limits?: Partial<MessageLimits>): Message {
  return new MessageReader(bytes, messageLimits(limits)).message()
}

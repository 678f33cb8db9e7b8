import type { MessageHeader, Question } from './message.js'
import { headerOf, messageBytes } from './message-header.js'
import { DEFAULT_MESSAGE_LIMITS, type MessageLimits, messageLimits } from './message-limits.js'
import { MessageReader } from './message-reader.js'
import { Whereabouts } from './whereabouts.js'

/**
 * Reads the header of a message and looks at nothing behind it: enough to drop what is no response or has another id, and to go
 * to TCP where a reply is truncated, for the price of twelve octets.
 *
 * @throws {MessageError} `ERR_MESSAGE_TRUNCATED` below 12 octets, `ERR_MESSAGE_LIMIT` above 65,535
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @see RFC 1035 section 4.1.1
 */
export function readHeader(bytes: Uint8Array): MessageHeader {
  return headerOf(messageBytes(bytes, DEFAULT_MESSAGE_LIMITS, new Whereabouts()))
}

/**
 * Reads the questions of a message and looks at nothing behind them: what a truncated reply was about, for example.
 *
 * @throws {MessageError} as `readMessage`, for the header and the questions
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @throws {RangeError} when a limit is not an integer from 0 to its default
 * @see RFC 1035 section 4.1.2
 */
export function readQuestions(bytes: Uint8Array, limits?: Partial<MessageLimits>): readonly Question[] {
  return new MessageReader(bytes, messageLimits(limits)).questions()
}

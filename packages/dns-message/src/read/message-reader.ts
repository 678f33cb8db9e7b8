import type { Message, MessageHeader, Question, ResourceRecord } from '../message/message.js'
import { MessagePosition } from '../message/message-error.js'
import { headerOf, messageBytes } from '../message/message-header.js'
import { DEFAULT_MESSAGE_LIMITS, type MessageLimits, messageLimits } from '../message/message-limits.js'
import { MessageCursor } from './message-cursor.js'

/**
 * Reads a whole DNS message from untrusted bytes and rejects it for any fault.
 *
 * Strict about counts, lengths, compression, RDATA of the types it reads and the end of the message; tolerant of what a sender
 * may choose: unknown types, classes, flags and EDNS options are kept as they came (RFC 3597), and a
 * compressed SRV target is read although RFC 2782 forbids it. Strings, options and opaque RDATA are views of `bytes`.
 *
 * @param bytes the message, without the two octets of length that precede it over TCP
 * @param limits stricter than the defaults; omitted ones have their default
 * @throws {MessageError} for any bytes that are not a message; nothing else is thrown for bytes of any content and length
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @throws {RangeError} when a limit is not an integer from 0 to its default
 * @see RFC 1035 section 4, RFC 6891 section 6.1.1, RFC 9267
 */
export function readMessage(bytes: Uint8Array, limits?: Partial<MessageLimits>): Message {
  const cursor = new MessageCursor(bytes, messageLimits(limits), true)
  const header = headerOf(cursor.bytes)
  const questions = readAllQuestions(cursor)
  const answers = readRecords(cursor, 'answer', 6)
  const authorities = readRecords(cursor, 'authority', 8)
  const additionals = readRecords(cursor, 'additional', 10)
  cursor.expectEnd()
  return { header, questions, answers, authorities, additionals, lastRecordOffset: cursor.start }
}

/**
 * Reads the header of a message only: enough to drop a message that is no response or has another id, and to retry over TCP
 * when a reply is truncated.
 *
 * @throws {MessageError} `ERR_MESSAGE_TRUNCATED` below 12 octets, `ERR_MESSAGE_LIMIT` above 65,535
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @see RFC 1035 section 4.1.1
 */
export function readHeader(bytes: Uint8Array): MessageHeader {
  return headerOf(messageBytes(bytes, DEFAULT_MESSAGE_LIMITS, new MessagePosition()))
}

/**
 * Reads the questions of a message only, such as those of a truncated reply.
 *
 * @throws {MessageError} as `readMessage`, for the header and the questions
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @throws {RangeError} when a limit is not an integer from 0 to its default
 * @see RFC 1035 section 4.1.2
 */
export function readQuestions(bytes: Uint8Array, limits?: Partial<MessageLimits>): readonly Question[] {
  const cursor = new MessageCursor(bytes, messageLimits(limits), true)
  return readAllQuestions(cursor)
}

function readAllQuestions(cursor: MessageCursor): Question[] {
  const questions: Question[] = []
  for (let left = cursor.enter('question', 4); left > 0; left--) {
    questions.push(cursor.nextQuestion() as Question) // this cursor reads
  }
  return questions
}

function readRecords(
  cursor: MessageCursor,
  section: 'answer' | 'authority' | 'additional',
  at: number,
): ResourceRecord[] {
  // Grown by what is read, never sized by the count of the header.
  const records: ResourceRecord[] = []
  for (let left = cursor.enter(section, at); left > 0; left--) {
    records.push(cursor.nextRecord() as ResourceRecord) // this cursor reads
  }
  return records
}

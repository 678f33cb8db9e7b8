import type { Question, ResourceRecord } from '../message/message.js'
import { MessagePosition, Part } from '../message/message-error.js'
import { HEADER_SIZE, messageBytes } from '../message/message-header.js'
import type { MessageLimits } from '../message/message-limits.js'
import { uint8, uint16, uint32 } from '../message/octets.js'
import { RecordType } from '../registries.js'
import { labelAt } from './checked-name.js'
import { NameReader } from './name-reader.js'
import { type RecordDataSource, readRecordData } from './record-data-reader.js'

/** The octets of a record without its owner's name and its RDATA, and of a question without its name. */
const [RECORD_FIELDS, QUESTION_FIELDS] = [10, 4]

/**
 * Goes through a message from its start to its end and checks all of it. With the names and the RDATA in this folder, it is the
 * only code that meets octets that were not checked: what it has passed can be read without another check.
 */
export class MessageCursor implements RecordDataSource {
  readonly bytes: Buffer
  readonly names: NameReader
  readonly position: MessagePosition = new MessagePosition()
  readonly isRead: boolean
  /** The octet at which the record begins that was passed last; where there is none, the end of the message. */
  start: number
  /** The octet at which its fields begin, after its owner. */
  fields: number = HEADER_SIZE
  #offset = HEADER_SIZE
  #hasOpt = false

  /** With `isRead` questions and records are read, without it they are only checked. */
  constructor(input: Uint8Array, limits: MessageLimits, isRead: boolean) {
    this.bytes = messageBytes(input, limits, this.position)
    this.start = this.bytes.length
    this.names = new NameReader(this.bytes, this.position, limits, isRead)
    this.isRead = isRead
  }

  /** Enters a section, and returns the number of its questions or records, which is at `at`. */
  enter(section: 'question' | 'answer' | 'authority' | 'additional', at: number): number {
    this.position.section = section
    this.position.number = 0
    return uint16(this.bytes, at)
  }

  /** Passes the next question, and reads it where the message is read. */
  nextQuestion(): Question | undefined {
    const { bytes } = this
    this.position.number++
    const at = this.#passNameAndFields(QUESTION_FIELDS)
    if (!this.isRead) return undefined
    return { name: this.names.name, type: uint16(bytes, at), class: uint16(bytes, at + 2) }
  }

  /** Passes the next record, and reads it where the message is read. */
  nextRecord(): ResourceRecord | undefined {
    const { bytes, position } = this
    position.number++
    this.start = this.#offset
    const at = this.#passNameAndFields(RECORD_FIELDS)
    this.fields = at
    const { name } = this.names
    const type = uint16(bytes, at)
    const recordClass = uint16(bytes, at + 2)
    const start = at + RECORD_FIELDS
    const end = start + uint16(bytes, at + 8)
    position.part = type
    if (end > bytes.length) {
      // Stryker disable next-line ArithmeticOperator: a number in the words of an error
      const left = bytes.length - start
      // Stryker disable next-line ArithmeticOperator: a number in the words of an error
      position.fail('ERR_MESSAGE_TRUNCATED', `${end - start} octets of RDATA in a message that has ${left} left`, start)
    }
    if (type === RecordType.OPT) this.#checkOpt()
    this.#offset = end
    const data = readRecordData(this, type, recordClass, start, end)
    // Stryker disable next-line ConditionalExpression: no record is taken from a message that is only checked
    if (data === undefined) return undefined
    return { name, type, class: recordClass, ttl: uint32(bytes, at + 4), data }
  }

  /** Checks that nothing follows the last record. */
  expectEnd(): void {
    const left = this.bytes.length - this.#offset
    if (left === 0) return
    this.position.section = 'end'
    this.position.fail('ERR_MESSAGE_TRAILING', `${left} octets too many`, this.#offset)
  }

  /** Passes a name and the fields of a fixed size after it, and returns the offset of the fields. */
  #passNameAndFields(size: number): number {
    const { length } = this.bytes
    this.position.part = Part.name
    const at = this.names.pass(this.#offset, length, 'ERR_MESSAGE_TRUNCATED')
    this.position.part = Part.fields
    if (at + size > length) {
      // Stryker disable next-line ArithmeticOperator: a number in the words of an error
      this.position.fail('ERR_MESSAGE_TRUNCATED', `${length - at} octets left for fields of ${size}`, at)
    }
    this.#offset = at + size
    return at
  }

  /** One message has at most one OPT record, in the additional section and owned by the root (RFC 6891 section 6.1.1). */
  #checkOpt(): void {
    const { bytes, position, start } = this
    if (position.section !== 'additional') {
      position.fail('ERR_MESSAGE_OPT', 'An OPT record outside the additional section', start)
    }
    if (uint8(bytes, labelAt(bytes, start)) > 0) {
      position.fail('ERR_MESSAGE_OPT', 'An OPT record that the root does not own', start)
    }
    if (this.#hasOpt) position.fail('ERR_MESSAGE_OPT', 'A second OPT record', start)
    this.#hasOpt = true
  }
}

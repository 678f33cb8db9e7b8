import type { Message, Question, ResourceRecord } from './message.js'
import { HEADER_SIZE, headerOf, messageBytes } from './message-header.js'
import type { MessageLimits } from './message-limits.js'
import type { Name } from './name.js'
import { NameReader } from './name-reader.js'
import { uint16, uint32 } from './octets.js'
import { type MessageSource, readRecordData } from './record-data-reader.js'
import { RecordType } from './record-type.js'
import { Part, Whereabouts } from './whereabouts.js'

/** Reads one message from its start to its end. */
export class MessageReader implements MessageSource {
  readonly bytes: Buffer
  readonly names: NameReader
  readonly where: Whereabouts = new Whereabouts()
  #offset = HEADER_SIZE
  #lastRecordOffset: number
  #hasOpt = false

  constructor(bytes: Uint8Array, limits: MessageLimits) {
    this.bytes = messageBytes(bytes, limits, this.where)
    this.names = new NameReader(this.bytes, this.where, limits)
    this.#lastRecordOffset = this.bytes.length
  }

  message(): Message {
    const { bytes, where } = this
    const header = headerOf(bytes)
    const questions = this.questions()
    const answers = this.#records('answer', uint16(bytes, 6))
    const authorities = this.#records('authority', uint16(bytes, 8))
    const additionals = this.#records('additional', uint16(bytes, 10))
    if (this.#offset !== bytes.length) {
      where.section = 'end'
      where.fail('ERR_MESSAGE_TRAILING', `${bytes.length - this.#offset} octets too many`, this.#offset)
    }
    return { header, questions, answers, authorities, additionals, lastRecordOffset: this.#lastRecordOffset }
  }

  questions(): Question[] {
    const { bytes, where } = this
    const count = uint16(bytes, 4)
    const questions: Question[] = []
    where.section = 'question'
    for (let number = 1; number <= count; number++) {
      where.number = number
      const name = this.#name()
      const at = this.#fields(4)
      questions.push({ name, type: uint16(bytes, at), class: uint16(bytes, at + 2) })
    }
    return questions
  }

  #records(section: 'answer' | 'authority' | 'additional', count: number): ResourceRecord[] {
    const { where } = this
    // Grown by what is read, never by what the count promises.
    const records: ResourceRecord[] = []
    where.section = section
    for (let number = 1; number <= count; number++) {
      where.number = number
      records.push(this.#record())
    }
    return records
  }

  #record(): ResourceRecord {
    const { bytes, where } = this
    this.#lastRecordOffset = this.#offset
    const name = this.#name()
    const at = this.#fields(10)
    const type = uint16(bytes, at)
    const recordClass = uint16(bytes, at + 2)
    const start = at + 10
    const end = start + uint16(bytes, at + 8)
    where.part = type
    if (end > bytes.length) {
      where.fail(
        'ERR_MESSAGE_TRUNCATED',
        `${end - start} octets of RDATA in a message that has ${bytes.length - start} left`,
        start,
      )
    }
    if (type === RecordType.OPT) {
      this.#checkOpt(name.length)
    }
    this.#offset = end
    const data = readRecordData(this, type, recordClass, start, end)
    return { name, type, class: recordClass, ttl: uint32(bytes, at + 4), data }
  }

  #name(): Name {
    this.where.part = Part.name
    const name = this.names.read(this.#offset, this.bytes.length, 'ERR_MESSAGE_TRUNCATED')
    this.#offset = this.names.next
    return name
  }

  /** Passes fields of a fixed size, when the message has them, and gives their first octet. */
  #fields(size: number): number {
    const at = this.#offset
    this.where.part = Part.fields
    if (at + size > this.bytes.length) {
      this.where.fail('ERR_MESSAGE_TRUNCATED', `${this.bytes.length - at} octets left for fields of ${size}`, at)
    }
    this.#offset = at + size
    return at
  }

  /** One message has at most one OPT record, in the additional section and owned by the root (RFC 6891 section 6.1.1). */
  #checkOpt(ownerLabels: number): void {
    const { where } = this
    if (where.section !== 'additional') {
      where.fail('ERR_MESSAGE_OPT', 'An OPT record outside the additional section', this.#lastRecordOffset)
    }
    if (ownerLabels > 0) {
      where.fail('ERR_MESSAGE_OPT', 'An OPT record that the root does not own', this.#lastRecordOffset)
    }
    if (this.#hasOpt) {
      where.fail('ERR_MESSAGE_OPT', 'A second OPT record', this.#lastRecordOffset)
    }
    this.#hasOpt = true
  }
}

import { HEADER_SIZE, messageBytes } from './message-header.js'
import type { MessageLimits } from './message-limits.js'
import { NameScanner } from './name-scanner.js'
import { uint16 } from './octets.js'
import { checkRecordData, type ScanSource } from './record-data-scanner.js'
import { RecordType } from './record-type.js'
import { Part, Whereabouts } from './whereabouts.js'

/** The octets of a record without its owner's name and its RDATA, and of a question without its name. */
const [RECORD_FIELDS, QUESTION_FIELDS] = [10, 4]
/** Those of the shortest record: the root, and no RDATA. */
const SHORTEST_RECORD = 1 + RECORD_FIELDS

/** Passes over one message from its start to its end by the rules of `MessageReader`, and notes where its records are. */
export class MessageScanner implements ScanSource {
  readonly bytes: Buffer
  readonly names: NameScanner
  readonly where: Whereabouts = new Whereabouts()
  /** Where the records begin. */
  readonly owners: Uint16Array
  /** Where their types begin, after their owners. */
  readonly fields: Uint16Array
  #records = 0
  #offset = HEADER_SIZE
  #hasOpt = false

  constructor(given: Uint8Array, limits: MessageLimits) {
    const bytes = messageBytes(given, limits, this.where)
    this.bytes = bytes
    this.names = new NameScanner(bytes, this.where, limits)
    const promised = uint16(bytes, 6) + uint16(bytes, 8) + uint16(bytes, 10)
    const most = Math.min(promised, Math.floor((bytes.length - HEADER_SIZE) / SHORTEST_RECORD))
    this.owners = new Uint16Array(most)
    this.fields = new Uint16Array(most)
  }

  scan(): void {
    const { bytes, where } = this
    this.#passQuestions(uint16(bytes, 4))
    this.#passRecords('answer', uint16(bytes, 6))
    this.#passRecords('authority', uint16(bytes, 8))
    this.#passRecords('additional', uint16(bytes, 10))
    if (this.#offset !== bytes.length) {
      where.section = 'end'
      where.fail('ERR_MESSAGE_TRAILING', `${bytes.length - this.#offset} octets too many`, this.#offset)
    }
  }

  #passQuestions(count: number): void {
    const { where } = this
    where.section = 'question'
    for (let number = 1; number <= count; number++) {
      where.number = number
      this.#passNameAndFields(QUESTION_FIELDS)
    }
  }

  #passRecords(section: 'answer' | 'authority' | 'additional', count: number): void {
    const { where } = this
    where.section = section
    for (let number = 1; number <= count; number++) {
      where.number = number
      this.#passRecord()
    }
  }

  #passRecord(): void {
    const { bytes, where } = this
    const owner = this.#offset
    const at = this.#passNameAndFields(RECORD_FIELDS)
    const type = uint16(bytes, at)
    const start = at + RECORD_FIELDS
    const end = start + uint16(bytes, at + 8)
    where.part = type
    if (end > bytes.length) {
      const left = bytes.length - start
      where.fail('ERR_MESSAGE_TRUNCATED', `${end - start} octets of RDATA in a message that has ${left} left`, start)
    }
    if (type === RecordType.OPT) this.#checkOpt(owner)
    this.#offset = end
    checkRecordData(this, type, uint16(bytes, at + 2), start, end)
    this.owners[this.#records] = owner
    this.fields[this.#records] = at
    this.#records++
  }

  /** Passes a name and the fields of a fixed size after it, and gives the first octet of these. */
  #passNameAndFields(size: number): number {
    const { length } = this.bytes
    this.where.part = Part.name
    const at = this.names.pass(this.#offset, length, 'ERR_MESSAGE_TRUNCATED')
    this.where.part = Part.fields
    if (at + size > length) {
      this.where.fail('ERR_MESSAGE_TRUNCATED', `${length - at} octets left for fields of ${size}`, at)
    }
    this.#offset = at + size
    return at
  }

  /** One message has at most one OPT record, in the additional section and owned by the root (RFC 6891 section 6.1.1). */
  #checkOpt(owner: number): void {
    const { where } = this
    if (where.section !== 'additional') {
      where.fail('ERR_MESSAGE_OPT', 'An OPT record outside the additional section', owner)
    }
    if (!this.names.isRoot(owner)) where.fail('ERR_MESSAGE_OPT', 'An OPT record that the root does not own', owner)
    if (this.#hasOpt) where.fail('ERR_MESSAGE_OPT', 'A second OPT record', owner)
    this.#hasOpt = true
  }
}

import type { AuthorityData, MessageHeader } from '../message/message.js'
import { HEADER_SIZE, headerOf } from '../message/message-header.js'
import { DEFAULT_MESSAGE_LIMITS } from '../message/message-limits.js'
import { uint16, uint32 } from '../message/octets.js'
import type { Name } from '../name/name.js'
import { RecordType } from '../registries.js'
import { afterName, labelAt, nameAt, passLabels } from './checked-name.js'
import { MessageCursor } from './message-cursor.js'
import { authorityOf } from './record-data-reader.js'

/** The octets between the owner of a record and its RDATA. */
const RECORD_FIELDS = 10

/** The size of the shortest record: the root as owner, and no RDATA. */
const SHORTEST_RECORD = 1 + RECORD_FIELDS

/** The sections of records, and the octets of their counts. */
const SECTIONS = [
  ['answer', 6],
  ['authority', 8],
  ['additional', 10],
] as const

/**
 * A message that was checked whole, as `readMessage` does, and whose parts are read on demand: for messages of a thousand
 * records of which few matter. Records are counted from 0 through all sections, the answers first.
 */
export class MessageScan {
  /** The message that the other members read. */
  readonly bytes: Buffer
  readonly header: MessageHeader
  /** The number of questions. */
  readonly questions: number
  /** The number of answers. */
  readonly answers: number
  readonly #owners: Uint16Array
  readonly #fields: Uint16Array

  /** Constructed by {@link scanMessage} only. @internal */
  constructor(bytes: Buffer, owners: Uint16Array, fields: Uint16Array) {
    this.bytes = bytes
    this.header = headerOf(bytes)
    this.questions = uint16(bytes, 4)
    this.answers = uint16(bytes, 6)
    this.#owners = owners
    this.#fields = fields
  }

  /** The number of records in all sections. */
  get records(): number {
    return this.#owners.length
  }

  /** The response code, as `responseCode` has it. */
  get responseCode(): number {
    const { rcode } = this.header
    // Stryker disable next-line ArithmeticOperator: there is no type beyond the last record
    for (let index = this.#owners.length - 1; index >= this.answers; index--) {
      if (this.type(index) === RecordType.OPT) return ((this.ttl(index) >>> 24) << 4) | rcode
    }
    return rcode
  }

  /** The octet at which the owner of a record begins. */
  ownerOffset(index: number): number {
    return this.#owners[index] as number // of an existing record
  }

  /**
   * Skips labels at the front of a name, or of the remainder of one, ignoring the case of letters. Returns the offset of the
   * remaining labels, or -1 when the name begins with other labels.
   *
   * @param at the offset of an owner, or of the remainder of one
   * @param labels as `nameToWire` gives them, in lower case; the root at their end means that the name must end there
   */
  passLabels(at: number, labels: Uint8Array): number {
    return passLabels(this.bytes, at, labels)
  }

  /** Returns the offset of the next label of a name, which is its length octet: `at`, or the target of the pointers there. */
  labelAt(at: number): number {
    return labelAt(this.bytes, at)
  }

  /** The owner of a record. */
  owner(index: number): Name {
    return nameAt(this.bytes, this.ownerOffset(index))
  }

  /** The type of a record, a value of {@link RecordType}. */
  type(index: number): number {
    return uint16(this.bytes, this.#fieldsOf(index))
  }

  /** The class of a record, a value of {@link RecordClass}. */
  class(index: number): number {
    return uint16(this.bytes, this.#fieldsOf(index) + 2)
  }

  /** The TTL of a record in seconds, the 32 bits as they came. */
  ttl(index: number): number {
    return uint32(this.bytes, this.#fieldsOf(index) + 4)
  }

  /** Reads the RDATA of a record of the type SOA and the class IN. */
  authority(index: number): AuthorityData {
    const { bytes } = this
    const mname = this.#fieldsOf(index) + RECORD_FIELDS
    const rname = afterName(bytes, mname)
    return authorityOf(bytes, nameAt(bytes, mname), nameAt(bytes, rname), afterName(bytes, rname))
  }

  /** The offset of the fields after the owner. */
  #fieldsOf(index: number): number {
    return this.#fields[index] as number // of an existing record
  }
}

/**
 * Checks a whole message by the rules of `readMessage`: it accepts what that accepts and refuses what that refuses, but
 * for the limit on copied labels, as no labels are copied. The scan refers to `bytes`, which must not change meanwhile.
 *
 * @throws {MessageError} for any bytes that are not a message
 * @throws {TypeError} when `bytes` is not a Uint8Array
 */
export function scanMessage(bytes: Uint8Array): MessageScan {
  const cursor = new MessageCursor(bytes, DEFAULT_MESSAGE_LIMITS, false)
  const { length } = cursor.bytes
  for (let left = cursor.enter('question', 4); left > 0; left--) cursor.nextQuestion()
  const declared = uint16(cursor.bytes, 6) + uint16(cursor.bytes, 8) + uint16(cursor.bytes, 10)
  // Stryker disable next-line ArithmeticOperator: all records that are declared are there in the end: until then it would only take more memory
  const capacity = Math.min(declared, Math.floor((length - HEADER_SIZE) / SHORTEST_RECORD))
  const owners = new Uint16Array(capacity)
  const fields = new Uint16Array(capacity)
  let records = 0
  for (const [section, at] of SECTIONS) {
    for (let left = cursor.enter(section, at); left > 0; left--) {
      cursor.nextRecord()
      owners[records] = cursor.start
      fields[records] = cursor.fields
      records++
    }
  }
  cursor.expectEnd()
  return new MessageScan(cursor.bytes, owners, fields)
}

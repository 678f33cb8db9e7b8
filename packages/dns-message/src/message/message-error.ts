import { recordTypeName } from '../registries.js'
import type { MessageLimits } from './message-limits.js'

/**
 * The fault of a message.
 *
 * - `ERR_MESSAGE_TRUNCATED`: it ends before what it announces: a header, a name, the fields of a record, RDATA, a counted record.
 * - `ERR_MESSAGE_NAME`: a label of an unknown kind (bits 01 or 10), or a name of more than 255 octets.
 * - `ERR_MESSAGE_POINTER`: a compression pointer that does not go back to the beginning of a name or of a label.
 * - `ERR_MESSAGE_RDATA`: RDATA that is longer or shorter than its type has it, or that a name or a string in it runs out of.
 * - `ERR_MESSAGE_OPT`: an OPT record outside the additional section, with an owner other than the root, or a second one.
 * - `ERR_MESSAGE_TRAILING`: octets after the last counted record.
 * - `ERR_MESSAGE_LIMIT`: more octets, pointer hops or labels than the limits allow; `limit` names the one.
 */
export type MessageErrorCode =
  | 'ERR_MESSAGE_TRUNCATED'
  | 'ERR_MESSAGE_NAME'
  | 'ERR_MESSAGE_POINTER'
  | 'ERR_MESSAGE_RDATA'
  | 'ERR_MESSAGE_OPT'
  | 'ERR_MESSAGE_TRAILING'
  | 'ERR_MESSAGE_LIMIT'

/** The reason why bytes are not a DNS message, and its position. The message holds none of the bytes, so it is safe to print. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
  readonly code: MessageErrorCode
  /** The octet, counted from 0, at which the fault stands. */
  readonly offset: number
  /** The part of the message, in words, records counted from 1: `header`, `question 1, name`, `answer 3, RDATA of SRV`. */
  readonly where: string
  /** The limit that was reached, where the code is `ERR_MESSAGE_LIMIT`. */
  readonly limit: keyof MessageLimits | undefined

  constructor(code: MessageErrorCode, fault: string, offset: number, where: string, limit?: keyof MessageLimits) {
    super(`${fault} at octet ${offset} (${where})`)
    this.code = code
    this.offset = offset
    this.where = where
    this.limit = limit
  }
}

/** The part of a question or record that is being read; values from 0 are the RDATA of that type. */
export const Part = { name: -1, fields: -2 } as const

/** The part of a message that is being read. Kept as numbers; the text is made only for an error. */
export class MessagePosition {
  section: 'name' | 'header' | 'question' | 'answer' | 'authority' | 'additional' | 'end' = 'header'
  /** Of the question or record in its section, from 1. */
  number = 0
  part: number = Part.fields

  fail(code: MessageErrorCode, fault: string, offset: number, limit?: keyof MessageLimits): never {
    throw new MessageError(code, fault, offset, this.toString(), limit)
  }

  toString(): string {
    if (this.section === 'header' || this.section === 'name') {
      return this.section
    }
    if (this.section === 'end') {
      return 'after the last record'
    }
    const item = `${this.section} ${this.number}`
    if (this.part === Part.name) {
      return this.section === 'question' ? `${item}, name` : `${item}, owner`
    }
    return this.part === Part.fields ? item : `${item}, RDATA of ${recordTypeName(this.part)}`
  }
}

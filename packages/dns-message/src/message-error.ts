import type { MessageLimits } from './message-limits.js'

/**
 * What is wrong with a message.
 *
 * - `ERR_MESSAGE_TRUNCATED`: it ends before what it announces: a header, a name, the fields of a record, RDATA, a counted record.
 * - `ERR_MESSAGE_NAME`: a label of an unknown kind (bits 01 or 10), or a name of more than 255 octets.
 * - `ERR_MESSAGE_POINTER`: a compression pointer that does not go back to a place where a name, or a label of one, begins.
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

/** Why bytes are not a DNS message, and where in them. Its message holds nothing of the bytes themselves and is safe to print. */
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

import {
  type AuthorityData,
  equalNames,
  type Message,
  type MessageScan,
  type Name,
  Opcode,
  RecordClass,
  RecordType,
  type ResourceRecord,
  ResponseCode,
  readMessage,
  readQuestions,
  responseCodeName,
} from '@pstorage/dns-message'
import type { TransferLimits } from '../config/transfer-limits.js'

type TransferStatus = 'refused' | 'failed' | 'malformed' | 'timeout'

/** Reason why a transfer cannot be used. */
export class TransferError extends Error {
  override readonly name = 'TransferError'
  readonly status: TransferStatus
  /**
   * `REFUSED`, `SERVFAIL`, ...; `EBADTRANSFER` for one that breaks the rules, `EZONECHANGED` for one whose zone changed
   * meanwhile, `ELIMIT` for one that goes past a limit, `ETIMEDOUT` for one that takes longer than the question has time.
   */
  readonly code: string

  /** `message` is a phrase about the server, such as `said REFUSED`. */
  constructor(status: TransferStatus, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Is handed the record of a number in a message of a transfer. Neither outlives the call. */
export type TakeRecord = (message: MessageScan, index: number) => void

/** Number of messages without a record in a row that are accepted. */
const EMPTY_MESSAGES = 100

/**
 * Follows a zone transfer message by message and hands over the records between its two SOA records. Only when it says
 * `complete` may anything of it be used: a transfer cut short is not a smaller zone.
 *
 * @see RFC 5936 section 2.2
 */
export class ZoneTransfer {
  readonly #zone: Name
  readonly #limits: Pick<TransferLimits, 'records' | 'bytes'>
  readonly #record: TakeRecord
  #first: AuthorityData | undefined
  #complete = false
  #messages = 0
  #emptyMessages = 0
  #records = 0
  #bytes = 0

  constructor(zone: Name, limits: Pick<TransferLimits, 'records' | 'bytes'>, record: TakeRecord) {
    this.#zone = zone
    this.#limits = limits
    this.#record = record
  }

  /** Returns whether the second SOA record has come. */
  get complete(): boolean {
    return this.#complete
  }

  /**
   * Takes the next message.
   *
   * @throws TransferError
   */
  add(message: MessageScan): void {
    this.#checkHeader(message)
    this.#bytes += message.bytes.length
    if (this.#bytes > this.#limits.bytes) throw exceeded(`sent more than ${this.#limits.bytes} octets`)
    this.#emptyMessages = message.answers === 0 ? this.#emptyMessages + 1 : 0
    if (this.#emptyMessages >= EMPTY_MESSAGES) throw broken(`sent ${EMPTY_MESSAGES} messages without a record`)
    for (let index = 0; index < message.answers; index++) this.#addRecord(message, index)
    this.#messages += 1
  }

  #checkHeader(message: MessageScan): void {
    const { header, responseCode: rcode } = message
    const code = responseCodeName(rcode)
    if (rcode === ResponseCode.REFUSED || rcode === ResponseCode.NOTAUTH)
      throw new TransferError('refused', code, `said ${code}`)
    if (rcode !== ResponseCode.NOERROR) throw new TransferError('failed', code, `said ${code}`)
    if (!header.response || header.opcode !== Opcode.QUERY) throw broken('sent what is not a response')
    if (header.truncated) throw broken('sent a truncated message')
    // Messages after the first may leave the question out (RFC 5936 section 2.2.2).
    if (message.questions === 0 && this.#messages > 0) return
    const question = message.questions === 1 ? readQuestions(message.bytes)[0] : undefined
    const isOurs = question?.type === RecordType.AXFR && equalNames(question.name, this.#zone)
    if (!isOurs) throw broken('answered another question')
  }

  #addRecord(message: MessageScan, index: number): void {
    if (this.#complete) throw broken('sent records after the end of the zone')
    this.#records += 1
    if (this.#records > this.#limits.records) throw exceeded(`sent more than ${this.#limits.records} records`)
    const authority = message.type(index) === RecordType.SOA ? this.#authority(message, index) : undefined
    if (this.#first === undefined) {
      if (authority === undefined) throw broken('did not begin with the SOA record of the zone')
      this.#first = authority
    } else if (authority !== undefined) {
      if (!sameAuthority(this.#first, authority)) throw changed()
      this.#complete = true
    } else {
      this.#record(message, index)
    }
  }

  /** Returns what the SOA record of the zone says: a transfer has two. `undefined` for that of another zone. */
  #authority(message: MessageScan, index: number): AuthorityData | undefined {
    if (message.class(index) !== RecordClass.IN || !equalNames(message.owner(index), this.#zone)) return undefined
    return message.authority(index)
  }
}

function sameAuthority(a: AuthorityData, b: AuthorityData): boolean {
  const numbers = ['serial', 'refresh', 'retry', 'expire', 'minimum'] as const
  return numbers.every((key) => a[key] === b[key]) && equalNames(a.mname, b.mname) && equalNames(a.rname, b.rname)
}

function broken(message: string): TransferError {
  return new TransferError('malformed', 'EBADTRANSFER', message)
}

function changed(): TransferError {
  return new TransferError('failed', 'EZONECHANGED', 'changed the zone during the transfer, or sent differences')
}

/** The error of a transfer that goes past a limit, with a phrase about the server. */
export function exceeded(message: string): TransferError {
  return new TransferError('failed', 'ELIMIT', message)
}

/** Reads the records of a transfer, for those who need all that is in them. Each message is read once. */
export function recordReader(take: (record: ResourceRecord) => void): TakeRecord {
  let last: MessageScan | undefined
  let answers: Message['answers'] = []
  return (message, index) => {
    if (message !== last) {
      last = message
      answers = readMessage(message.bytes).answers
    }
    for (const record of answers.slice(index, index + 1)) take(record)
  }
}

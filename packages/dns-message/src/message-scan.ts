import type { MessageHeader } from './message.js'
import { headerOf } from './message-header.js'
import { DEFAULT_MESSAGE_LIMITS } from './message-limits.js'
import { MessageScanner } from './message-scanner.js'
import type { Name } from './name.js'
import { uint16, uint32 } from './octets.js'
import type { AuthorityData } from './record-data.js'
import { RecordType } from './record-type.js'
import { afterName, labelAt, nameAt, passLabels } from './scanned-name.js'

/** The octets between the owner of a record and its RDATA. */
const RECORD_FIELDS = 10

/**
 * A message that was looked through whole, as `readMessage` does, but of which nothing is made until it is asked for: for
 * messages of a thousand records of which few matter. Records are counted from 0 through all sections, the answers first.
 */
export class MessageScan {
  /** The message; everything is looked up in it. */
  readonly bytes: Buffer
  readonly header: MessageHeader
  /** How many questions there are. */
  readonly questions: number
  /** How many answers there are. */
  readonly answers: number
  readonly #owners: Uint16Array
  readonly #fields: Uint16Array

  /** Made by {@link scanMessage} alone. @internal */
  constructor(bytes: Buffer, owners: Uint16Array, fields: Uint16Array) {
    this.bytes = bytes
    this.header = headerOf(bytes)
    this.questions = uint16(bytes, 4)
    this.answers = uint16(bytes, 6)
    this.#owners = owners
    this.#fields = fields
  }

  /** How many records there are in all sections. */
  get records(): number {
    return this.#owners.length
  }

  /** The response code, as `responseCode` has it. */
  get responseCode(): number {
    const { rcode } = this.header
    for (let index = this.#owners.length - 1; index >= this.answers; index--) {
      if (this.type(index) === RecordType.OPT) return ((this.ttl(index) >>> 24) << 4) | rcode
    }
    return rcode
  }

  /** The octet at which the owner of a record begins. */
  ownerOffset(index: number): number {
    return this.#owners[index] as number // of a record that is there
  }

  /**
   * Passes labels at the front of a name, or of what is left of one, without regard to the case of letters. Gives where the rest
   * of the name begins, or -1 when the name begins otherwise.
   *
   * @param at where an owner begins, or what is left of one
   * @param labels as `nameToWire` gives them, in lower case; the root at their end means that the name must end there
   */
  passLabels(at: number, labels: Uint8Array): number {
    return passLabels(this.bytes, at, labels)
  }

  /** Where the next label of a name begins, with its length in front: at `at`, or where the pointers there lead to. */
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

  /** What the RDATA of a record says that is of the type SOA and of the class IN. */
  authority(index: number): AuthorityData {
    const { bytes } = this
    const mname = this.#fieldsOf(index) + RECORD_FIELDS
    const rname = afterName(bytes, mname)
    const at = afterName(bytes, rname)
    return {
      kind: 'SOA',
      mname: nameAt(bytes, mname),
      rname: nameAt(bytes, rname),
      serial: uint32(bytes, at),
      refresh: uint32(bytes, at + 4),
      retry: uint32(bytes, at + 8),
      expire: uint32(bytes, at + 12),
      minimum: uint32(bytes, at + 16),
    }
  }

  /** Where what follows the owner begins. */
  #fieldsOf(index: number): number {
    return this.#fields[index] as number // of a record that is there
  }
}

/**
 * Looks through a message whole, by the rules of `readMessage`: it accepts what that accepts and refuses what that refuses, but
 * for the limit on copied labels, as no labels are copied. The scan refers to `bytes`, which must not change meanwhile.
 *
 * @throws {MessageError} for any bytes that are not a message
 * @throws {TypeError} when `bytes` is not a Uint8Array
 */
export function scanMessage(bytes: Uint8Array): MessageScan {
  const scanner = new MessageScanner(bytes, DEFAULT_MESSAGE_LIMITS)
  scanner.scan()
  return new MessageScan(scanner.bytes, scanner.owners, scanner.fields)
}

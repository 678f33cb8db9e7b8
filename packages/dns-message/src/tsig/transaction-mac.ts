import { type Hmac, timingSafeEqual } from 'node:crypto'
import type { Name } from '../name/name.js'
import { nameFromText } from '../name/name-text.js'
import { beginMac, type TsigKey } from './tsig-key.js'
import { appendTsig, signedParts, type TsigRecord, timers, tsigVariables, uint16 } from './tsig-record.js'

/** Seconds by which the clocks of both sides may differ (RFC 8945 section 10). */
export const FUDGE = 300

/** In a TSIG record 16 is BADSIG (RFC 8945 section 3), where an OPT record has BADVERS. */
export const BADSIG = 16

/** The fields of a TSIG record that its sender chooses. */
export type TsigFields = Pick<TsigRecord, 'time' | 'fudge' | 'error' | 'other'>

/**
 * The MACs of one transaction: of the request, and of each message of the response, in this order. Each is over the MAC before it
 * and what came unsigned since, so that no message can be altered, removed, inserted or replaced.
 *
 * @see RFC 8945 sections 4.3, 5.3 and 5.3.1
 */
export class TransactionMac {
  readonly #key: TsigKey
  readonly #keyName: Name
  readonly #algorithm: Name
  #hmac: Hmac
  #count = 0

  constructor(key: TsigKey) {
    this.#key = key
    this.#keyName = nameFromText(key.name)
    this.#algorithm = [key.algorithm]
    this.#hmac = beginMac(key)
  }

  /** Signs the next message. `keyName` is the owner of its TSIG record, in any letter case. */
  sign(message: Uint8Array, fields: TsigFields, keyName: Name = this.#keyName): Buffer {
    const mac = this.#finish([message], fields)
    this.#continueAfter(mac)
    return appendTsig(message, { ...fields, keyName, algorithm: this.#algorithm, mac })
  }

  /** Tests in constant time if the MAC of the next message is right as far as it goes. The caller checks that it is long enough. */
  verify(bytes: Uint8Array, record: TsigRecord): boolean {
    const mac = this.#finish(signedParts(bytes, record), record).subarray(0, record.mac.length)
    this.#continueAfter(record.mac)
    return mac.length === record.mac.length && timingSafeEqual(mac, record.mac)
  }

  /** Adds a message that has no signature of its own. */
  addUnsigned(bytes: Uint8Array): void {
    this.#hmac.update(bytes)
  }

  #finish(message: readonly Uint8Array[], fields: TsigFields): Buffer {
    for (const part of message) this.#hmac.update(part)
    // Only the timers are signed with the second message of a response and those after it.
    const isWhole = this.#count < 2
    this.#count += 1
    return this.#hmac.update(isWhole ? tsigVariables(this.#keyName, this.#algorithm, fields) : timers(fields)).digest()
  }

  #continueAfter(mac: Uint8Array): void {
    this.#hmac = beginMac(this.#key).update(uint16(mac.length)).update(mac)
  }
}

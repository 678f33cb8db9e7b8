import { responseCode } from '../message/edns.js'
import type { Message } from '../message/message.js'
import { nameKey } from '../name/name-compare.js'
import { ResponseCode, responseCodeName } from '../registries.js'
import { BADSIG, FUDGE, TransactionMac } from './transaction-mac.js'
import { macLengthOf, type TsigKey } from './tsig-key.js'
import { readTsig, TsigError, type TsigRecord } from './tsig-record.js'

/** The number of messages in a row that may come without a signature, after the first (RFC 8945 section 5.3.1). */
const UNSIGNED_MESSAGES = 99

/**
 * A signed request of any kind, and the check of the messages that answer it, of which the first and the last must be signed.
 *
 * @see RFC 8945 section 5.3
 */
export class SignedRequest {
  /** The request with its signature. */
  readonly bytes: Buffer
  readonly #key: TsigKey
  readonly #now: () => number
  readonly #mac: TransactionMac
  #isFirst = true
  #unsigned = 0

  /**
   * Signs a request.
   *
   * @param message without a TSIG record
   * @param now the clock of signatures, in milliseconds since 1970-01-01 UTC
   */
  constructor(key: TsigKey, message: Uint8Array, now: () => number) {
    this.#key = key
    this.#now = now
    this.#mac = new TransactionMac(key)
    this.bytes = this.#mac.sign(message, { time: this.#seconds(), fudge: FUDGE, error: 0, other: Buffer.alloc(0) })
  }

  /**
   * Checks the next message of the response. After an error no further message can be checked.
   *
   * @param bytes those that `message` was read from
   * @throws {TsigError} for a signature that is wrong, or missing where there must be one, and for an error that the server reports
   */
  verify(bytes: Uint8Array, message: Message): void {
    const record = readTsig(message)
    if (record === undefined) this.#addUnsigned(bytes, message)
    else this.#verifySigned(bytes, record)
  }

  /** Checks that the last message of the response was signed. @throws {TsigError} `EUNSIGNED` */
  end(): void {
    if (this.#isFirst || this.#unsigned > 0) throw failed('EUNSIGNED', 'did not sign the end of its reply')
  }

  #verifySigned(bytes: Uint8Array, record: TsigRecord): void {
    if (record.mac.length === 0) throw this.#unsignedError(record)
    const { name, algorithm } = this.#key
    if (nameKey(record.keyName) !== name || nameKey(record.algorithm) !== algorithm) {
      throw failed('BADKEY', 'signed its reply with another key or algorithm')
    }
    if (record.mac.length < macLengthOf(this.#key)) throw failed('BADTRUNC', 'shortened its signature')
    if (!this.#mac.verify(bytes, record)) throw failed('BADSIG', 'sent a reply whose signature does not hold (BADSIG)')
    if (record.error !== 0) throw this.#reportedError(record)
    this.#checkTime(record)
    this.#isFirst = false
    this.#unsigned = 0
  }

  #addUnsigned(bytes: Uint8Array, message: Message): void {
    if (this.#isFirst) throw unsignedReply(message)
    this.#unsigned += 1
    if (this.#unsigned > UNSIGNED_MESSAGES) {
      throw failed('EUNSIGNED', `sent ${this.#unsigned} messages in a row without a signature`)
    }
    this.#mac.addUnsigned(bytes)
  }

  #checkTime({ time, fudge }: TsigRecord): void {
    const skew = time - this.#seconds()
    if (Math.abs(skew) <= fudge) return
    throw failed('BADTIME', `signed its reply at another time (BADTIME): ${describeSkew(skew, fudge)}`)
  }

  /** Of an error without a MAC only this is certain: that it is not the response (RFC 8945 section 5.3.2). */
  #unsignedError(record: TsigRecord): TsigError {
    if (record.error === 0) return failed('EUNSIGNED', 'sent an empty signature')
    const { code, message } = this.#reportedError(record)
    return new TsigError('refused', code, `${message}; that is not signed, so it is only a hint`)
  }

  #reportedError({ error, other }: TsigRecord): TsigError {
    const key = `the key ${this.#key.name} with ${this.#key.algorithm}`
    const refused = (code: string, message: string): TsigError => new TsigError('refused', code, message)
    if (error === BADSIG) return refused('BADSIG', `has another secret for ${key} (BADSIG)`)
    if (error === ResponseCode.BADKEY) return refused('BADKEY', `does not know ${key} (BADKEY)`)
    if (error === ResponseCode.BADTRUNC) return refused('BADTRUNC', 'wants a longer signature (BADTRUNC)')
    if (error !== ResponseCode.BADTIME) {
      const code = responseCodeName(error)
      return refused(code, `does not accept our signature (${code})`)
    }
    const skew = other.length === 6 ? other.readUIntBE(0, 6) - this.#seconds() : undefined
    const why = skew === undefined ? 'the clocks differ by too much' : describeSkew(skew, FUDGE)
    return refused('BADTIME', `does not accept our time (BADTIME): ${why}`)
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1_000)
  }
}

function unsignedReply(message: Message): TsigError {
  const rcode = responseCode(message)
  if (rcode === ResponseCode.NOERROR) return failed('EUNSIGNED', 'did not sign its reply')
  const code = responseCodeName(rcode)
  const isRefusal = rcode === ResponseCode.REFUSED || rcode === ResponseCode.NOTAUTH
  return new TsigError(isRefusal ? 'refused' : 'failed', code, `said ${code}, without a signature`)
}

function failed(code: string, message: string): TsigError {
  return new TsigError('failed', code, message)
}

function describeSkew(skew: number, fudge: number): string {
  const direction = skew < 0 ? 'behind' : 'ahead of'
  return `its clock is ${Math.abs(skew)} s ${direction} ours, and ${fudge} s are allowed`
}

import { type Hmac, timingSafeEqual } from 'node:crypto'
import {
  equalNames,
  type Message,
  type OpaqueData,
  RecordType,
  type ResourceRecord,
  ResponseCode,
  readHeader,
  responseCode,
  responseCodeName,
} from '@pstorage/dns-message'
import { TsigError } from './tsig-error.js'
import { type SigningKey, signingKeyOf, type TsigKey } from './tsig-key.js'
import {
  ADDITIONAL_COUNT_AT,
  appendTsig,
  FUDGE,
  readTsigData,
  type TsigData,
  timers,
  tsigVariables,
  uint16,
} from './tsig-record.js'

/** How many messages in a row may come without a signature, after the first (RFC 8945 section 5.3.1). */
const UNSIGNED_MESSAGES = 99
/** In a TSIG record 16 is BADSIG (RFC 8945 section 3), where an OPT record has BADVERS. */
const BADSIG = 16
/** RFC 1035 section 4.1.1. */
const HEADER_OCTETS = 12
const NOTHING = Buffer.alloc(0)

/**
 * A signed query, and the check of each message that answers it: the first is signed over the MAC of the query, each
 * later one over the MAC before it and whatever came unsigned in between, so that none can be altered, left out, put in
 * or exchanged.
 *
 * @see RFC 8945 section 5.3
 */
export class SignedExchange {
  /** The query with its signature. */
  readonly request: Uint8Array
  readonly #key: SigningKey
  readonly #wallClock: () => number
  /** Over what the next signature has to be, as far as it is known. */
  #digest: Hmac
  #isFirst = true
  #unsigned = 0

  /** @param wallClock milliseconds since 1970-01-01 UTC */
  constructor(key: TsigKey, query: Uint8Array, wallClock: () => number) {
    this.#key = signingKeyOf(key)
    this.#wallClock = wallClock
    const fields = { time: this.#seconds(), fudge: FUDGE, error: 0, other: NOTHING, originalId: readHeader(query).id }
    const mac = this.#key.hmac().update(query).update(tsigVariables(this.#key, fields)).digest()
    this.request = appendTsig(query, this.#key, { ...fields, mac })
    this.#digest = this.#digestAfter(mac)
  }

  /**
   * Takes the next message of the response.
   *
   * @throws TsigError when its signature does not hold, or is missing where it must not be
   */
  verify(bytes: Uint8Array, message: Message): void {
    const record = tsigRecordOf(message)
    if (record === undefined) this.#takeUnsigned(bytes, message)
    else this.#takeSigned(bytes, message, record)
  }

  /** To be called after the last message. @throws TsigError when that was not signed */
  end(): void {
    if (this.#isFirst || this.#unsigned > 0) throw unbelieved('EUNSIGNED', 'did not sign the end of its reply')
  }

  #takeSigned(bytes: Uint8Array, message: Message, record: ResourceRecord): void {
    const data = dataOf(record)
    if (data.mac.length === 0) throw this.#withoutMac(data)
    this.#checkKey(record, data)
    this.#checkMac(bytes, message, data)
    if (data.error !== 0) throw this.#refusedBySigner(data)
    this.#checkTime(data)
    this.#digest = this.#digestAfter(data.mac)
    this.#isFirst = false
    this.#unsigned = 0
  }

  #takeUnsigned(bytes: Uint8Array, message: Message): void {
    if (this.#isFirst) throw unsignedReply(message)
    this.#unsigned += 1
    if (this.#unsigned > UNSIGNED_MESSAGES) {
      throw unbelieved('EUNSIGNED', `sent ${this.#unsigned} messages in a row without a signature`)
    }
    this.#digest.update(bytes)
  }

  #checkKey({ name }: ResourceRecord, { algorithm }: TsigData): void {
    if (equalNames(name, this.#key.owner) && equalNames(algorithm, [this.#key.algorithm])) return
    throw unbelieved('BADKEY', 'signed its reply with another key or algorithm')
  }

  #checkMac(bytes: Uint8Array, { lastRecordOffset }: Message, data: TsigData): void {
    const header = Buffer.from(bytes.subarray(0, HEADER_OCTETS))
    header.writeUInt16BE(data.originalId, 0)
    header.writeUInt16BE(header.readUInt16BE(ADDITIONAL_COUNT_AT) - 1, ADDITIONAL_COUNT_AT)
    const variables = this.#isFirst ? tsigVariables(this.#key, data) : timers(data.time, data.fudge)
    const records = bytes.subarray(HEADER_OCTETS, lastRecordOffset)
    const mac = this.#digest.update(header).update(records).update(variables).digest()
    if (data.mac.length < mac.length) throw unbelieved('BADTRUNC', 'shortened its signature')
    if (data.mac.length === mac.length && timingSafeEqual(data.mac, mac)) return
    throw unbelieved('BADSIG', 'sent a reply whose signature does not hold (BADSIG)')
  }

  #checkTime({ time, fudge }: TsigData): void {
    const skew = time - this.#seconds()
    if (Math.abs(skew) <= fudge) return
    throw unbelieved('BADTIME', `signed its reply at another time (BADTIME): ${describeSkew(skew, fudge)}`)
  }

  /** Of what nobody has signed only this is certain: that it is not what was asked for (RFC 8945 section 5.3.2). */
  #withoutMac(data: TsigData): TsigError {
    if (data.error === 0) return unbelieved('EUNSIGNED', 'sent an empty signature')
    const hint = this.#refusedBySigner(data)
    return new TsigError('refused', hint.code, `${hint.message}; nobody has signed that, so it is only a hint`)
  }

  #refusedBySigner({ error, other }: TsigData): TsigError {
    const { name, algorithm } = this.#key
    const key = `the key ${name} with ${algorithm}`
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

  #digestAfter(mac: Buffer): Hmac {
    return this.#key.hmac().update(uint16(mac.length)).update(mac)
  }

  #seconds(): number {
    return Math.floor(this.#wallClock() / 1_000)
  }
}

/** The signature of a message: its last record, or none (RFC 8945 section 5.1). */
function tsigRecordOf({ answers, authorities, additionals }: Message): ResourceRecord | undefined {
  const last = additionals.at(-1)
  const signatures = [answers, authorities, additionals].reduce(
    (count, records) => count + records.reduce((sum, { type }) => sum + (type === RecordType.TSIG ? 1 : 0), 0),
    0,
  )
  if (signatures === 0) return undefined
  if (signatures === 1 && last?.type === RecordType.TSIG) return last
  throw new TsigError('malformed', 'FORMERR', 'sent a signature in the wrong place, or several')
}

function dataOf({ data }: ResourceRecord): TsigData {
  // The reader of messages has no form of its own for TSIG.
  const read = readTsigData((data as OpaqueData).bytes)
  if (read !== undefined) return read
  throw new TsigError('malformed', 'FORMERR', 'sent a signature that cannot be read')
}

function unsignedReply(message: Message): TsigError {
  const rcode = responseCode(message)
  if (rcode === ResponseCode.NOERROR) return unbelieved('EUNSIGNED', 'did not sign its reply')
  const code = responseCodeName(rcode)
  const isRefusal = rcode === ResponseCode.REFUSED || rcode === ResponseCode.NOTAUTH
  return new TsigError(isRefusal ? 'refused' : 'failed', code, `said ${code}, without a signature`)
}

function unbelieved(code: string, message: string): TsigError {
  return new TsigError('failed', code, message)
}

function describeSkew(skew: number, fudge: number): string {
  const direction = skew < 0 ? 'behind' : 'ahead of'
  return `its clock is ${Math.abs(skew)} s ${direction} ours, and ${fudge} s are allowed`
}

import { ResponseCode } from '@pstorage/dns-message'
import type { Octets } from './octets.js'
import { furtherMac, responseMac } from './tsig-digest.js'
import type { SigningKey } from './tsig-key.js'
import { appendTsig, type TsigData } from './tsig-record.js'
import type { WireName } from './wire-name.js'

// Seconds (RFC 8945 section 10).
const fudge = 300

/**
 * Signs the messages of one response, every one of them: the first over the MAC of the request, each further one over
 * that of the message before, so that none can be left out, put in or exchanged (RFC 8945 section 5.3.1).
 */
export class ResponseSigner {
  readonly #key: SigningKey
  readonly #keyName: WireName
  readonly #id: number
  readonly #request: TsigData
  readonly #now: () => number
  #priorMac: Octets | undefined

  /** `keyName` is the name of the key as the request spells it, `id` that of the response. */
  constructor(key: SigningKey, keyName: WireName, id: number, request: TsigData, now: () => number) {
    this.#key = key
    this.#keyName = keyName
    this.#id = id
    this.#request = request
    this.#now = now
  }

  /** Signs the next message. */
  sign(message: Buffer): Buffer {
    const time = Math.floor(this.#now() / 1000)
    const data = this.#data({ time, fudge, error: ResponseCode.NOERROR, other: '' })
    const mac =
      this.#priorMac === undefined
        ? responseMac(this.#key, this.#request.mac, message, data)
        : furtherMac(this.#key, this.#priorMac, message, time, fudge)
    this.#priorMac = mac
    return appendTsig(message, this.#keyName, { ...data, mac })
  }

  /**
   * Signs a response that says what is wrong with a signature whose MAC is right. It has the time and fudge of the client, whose
   * check of them would fail else (RFC 8945 section 5.2.3).
   */
  signError(message: Buffer, error: number, other: Octets): Buffer {
    const { time, fudge } = this.#request
    const data = this.#data({ time, fudge, error, other })
    const mac = responseMac(this.#key, this.#request.mac, message, data)
    return appendTsig(message, this.#keyName, { ...data, mac })
  }

  #data(parts: Pick<TsigData, 'time' | 'fudge' | 'error' | 'other'>): Omit<TsigData, 'mac'> {
    return { algorithm: this.#key.algorithm, originalId: this.#id, ...parts }
  }
}

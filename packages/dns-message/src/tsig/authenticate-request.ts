import type { Message } from '../message/message.js'
import { nameKey } from '../name/name-compare.js'
import { ResponseCode } from '../registries.js'
import { BADSIG, FUDGE, TransactionMac, type TsigFields } from './transaction-mac.js'
import { macLengthOf, type TsigKey } from './tsig-key.js'
import { appendTsig, readTsig, type TsigRecord, tsigBytes, uint48 } from './tsig-record.js'

/** The keys of a server, and its clock. */
export interface TsigSettings {
  /** By {@link TsigKey.name}. */
  readonly keys: ReadonlyMap<string, TsigKey>
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number
}

/** The result of checking the signature of a request. */
export interface Authentication {
  /** The response code of the refusal, if the request is refused. */
  readonly refusal: number | undefined
  /** The key that signed the request, if the signature is valid. */
  readonly key: TsigKey | undefined
  /** Octets that {@link Authentication.sign} adds to a message. */
  readonly signatureLength: number
  /** Signs a message of the response as necessary; call it for each message, in order. */
  sign(message: Buffer): Buffer
}

const unsigned: Authentication = { refusal: undefined, key: undefined, signatureLength: 0, sign: (message) => message }
const malformed: Authentication = { ...unsigned, refusal: ResponseCode.FORMERR }

/**
 * Checks the TSIG record of a request of any kind: its key, its MAC, its time, and the length of the MAC. A request without one
 * is not refused, and has no key; neither is one that could not be read as a message, which the caller refuses.
 *
 * Every message of the response is signed. A refusal is signed only where the MAC is right.
 *
 * @param bytes those that `message` was read from
 * @see RFC 8945 sections 5.2 and 5.3
 */
export function authenticateRequest(
  bytes: Uint8Array,
  message: Message | undefined,
  settings: TsigSettings,
): Authentication {
  let record: TsigRecord | undefined
  try {
    record = message && readTsig(message)
  } catch {
    // A TsigError: the client gets FORMERR.
    return malformed
  }
  return record === undefined ? unsigned : authenticate(bytes, record, settings)
}

function authenticate(bytes: Uint8Array, record: TsigRecord, { keys, now }: TsigSettings): Authentication {
  const key = keys.get(nameKey(record.keyName))
  if (key?.algorithm !== nameKey(record.algorithm)) return refuseUnsigned(record, ResponseCode.BADKEY)
  const [macLength, wholeLength] = [record.mac.length, macLengthOf(key)]
  // Half of a whole MAC has 10 octets or more with every algorithm here (RFC 8945 section 5.2.2.1).
  if (macLength > wholeLength || macLength < wholeLength / 2) return malformed
  const mac = new TransactionMac(key)
  if (!mac.verify(bytes, record)) return refuseUnsigned(record, BADSIG)
  const { time, fudge } = record
  // A refusal repeats the time of the client, whose check of it would fail otherwise (RFC 8945 section 5.2.3).
  const refuse = (error: number, other: Buffer): Authentication => {
    const signing = signResponse(key, mac, record, () => ({ time, fudge, error, other }))
    return { refusal: ResponseCode.NOTAUTH, key: undefined, ...signing }
  }
  const clock = (): number => Math.floor(now() / 1000)
  const seconds = clock()
  if (Math.abs(seconds - time) > fudge) return refuse(ResponseCode.BADTIME, uint48(seconds))
  if (macLength < wholeLength) return refuse(ResponseCode.BADTRUNC, NOTHING)
  const signing = signResponse(key, mac, record, () => ({ time: clock(), fudge: FUDGE, error: 0, other: NOTHING }))
  return { refusal: undefined, key, ...signing }
}

const NOTHING = Buffer.alloc(0)

type ResponseSigning = Pick<Authentication, 'signatureLength' | 'sign'>

/** The signatures of a response, with the name of the key as the request spells it. */
function signResponse(
  key: TsigKey,
  mac: TransactionMac,
  request: TsigRecord,
  fields: () => TsigFields,
): ResponseSigning {
  const { keyName, algorithm } = request
  const longest = { ...fields(), keyName, algorithm, mac: Buffer.alloc(macLengthOf(key)), originalId: 0 }
  return { signatureLength: tsigBytes(longest).length, sign: (message) => mac.sign(message, fields(), keyName) }
}

/** Refuses a request with an unknown key or a wrong MAC; the response is not signed (RFC 8945 section 5.3.2). */
function refuseUnsigned(request: TsigRecord, error: number): Authentication {
  const empty = { ...request, mac: NOTHING, error, other: NOTHING }
  return {
    refusal: ResponseCode.NOTAUTH,
    key: undefined,
    signatureLength: tsigBytes(empty).length,
    sign: (message) => appendTsig(message, empty),
  }
}

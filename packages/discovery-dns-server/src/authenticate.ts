import { ResponseCode } from '@pstorage/dns-message'
import type { Query, Signature } from './query.js'
import { ResponseSigner } from './response-signer.js'
import { equalMacs, requestMac } from './tsig-digest.js'
import type { KeyRing, SigningKey } from './tsig-key.js'
import { appendTsig, readTsigData, type TsigData, tsigLength, uint48 } from './tsig-record.js'

/** What the signature of a query amounts to. */
export interface Authentication {
  /** The response code with which the query is turned away, where it is. */
  readonly refusal: number | undefined
  /** The key that signed the query, where it is to be believed. */
  readonly key: SigningKey | undefined
  /** Bytes that {@link Authentication.finish} adds to a message. */
  readonly signatureLength: number
  /** Puts under a message of the response what belongs there; to be called for each message, in their order. */
  finish(message: Buffer): Buffer
}

/** The keys of a server, and its clock. */
export interface KeySettings {
  readonly keys: KeyRing
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number
}

const asItIs = (message: Buffer): Buffer => message
const unsigned: Authentication = { refusal: undefined, key: undefined, signatureLength: 0, finish: asItIs }
const malformed: Authentication = { ...unsigned, refusal: ResponseCode.FORMERR }

// In a TSIG record 16 is BADSIG (RFC 8945 section 3), where an OPT record has BADVERS.
const badSignature = 16
const leastMacLength = 10

/** Checks the TSIG record of a query: its key, its MAC, its time, and how much of the MAC is there (RFC 8945 section 5.2). */
export function authenticate(bytes: Uint8Array, query: Query, { keys, now }: KeySettings): Authentication {
  const { signature } = query
  if (signature === undefined) return unsigned
  const data = readTsigData(signature.data)
  if (data === undefined) return malformed
  const key = keys.get(signature.key)
  if (key?.algorithm !== data.algorithm) return unbelieved(query, signature, data, ResponseCode.BADKEY)
  // RFC 8945 section 5.2.2.1.
  const shortest = Math.max(leastMacLength, key.macLength / 2)
  if (data.mac.length > key.macLength || data.mac.length < shortest) return malformed
  const mac = requestMac(key, bytes, signature.offset, data)
  if (!equalMacs(mac.slice(0, data.mac.length), data.mac)) return unbelieved(query, signature, data, badSignature)
  const signer = new ResponseSigner(key, signature.keyName, query.id, data, now)
  const seconds = Math.floor(now() / 1000)
  if (Math.abs(seconds - data.time) > data.fudge) {
    return refused(key, uint48(seconds), (message) => signer.signError(message, ResponseCode.BADTIME, uint48(seconds)))
  }
  if (data.mac.length < key.macLength) {
    return refused(key, '', (message) => signer.signError(message, ResponseCode.BADTRUNC, ''))
  }
  const signatureLength = tsigLength(key.name, key.algorithm, key.macLength, 0)
  return { refusal: undefined, key, signatureLength, finish: (message) => signer.sign(message) }
}

/** Without a key or a MAC that hold, the answer is not signed either (RFC 8945 section 5.3.2). */
function unbelieved(query: Query, { keyName }: Signature, data: TsigData, error: number): Authentication {
  const empty = { ...data, mac: '', originalId: query.id, error, other: '' }
  return {
    refusal: ResponseCode.NOTAUTH,
    key: undefined,
    signatureLength: tsigLength(keyName, data.algorithm, 0, 0),
    finish: (message) => appendTsig(message, keyName, empty),
  }
}

function refused(key: SigningKey, other: string, finish: (message: Buffer) => Buffer): Authentication {
  const signatureLength = tsigLength(key.name, key.algorithm, key.macLength, other.length)
  return { refusal: ResponseCode.NOTAUTH, key: undefined, signatureLength, finish }
}

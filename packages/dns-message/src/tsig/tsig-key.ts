import { createHmac, createSecretKey, type Hmac, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import type { Name } from '../name/name.js'
import { nameKey } from '../name/name-compare.js'
import { nameFromText } from '../name/name-text.js'

/** Algorithms of signatures, by the names of RFC 8945 section 6. `hmac-sha1` is for peers that know nothing better. */
export type TsigAlgorithm = 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'

/** A key as it is written down. */
export interface TsigKeyText {
  /** A domain name; both sides write the same one, in any letter case. */
  readonly name: string
  readonly algorithm: TsigAlgorithm
  /** The shared secret in base64 (RFC 4648 section 4), as `tsig-keygen` prints it. */
  readonly secret: string
}

let secretIn: (key: TsigKey) => KeyObject

/**
 * A key of transaction signatures (TSIG, RFC 8945). Its secret can be used and never be seen again: it is in no property,
 * no JSON and no message, nor in what `console.log` shows.
 */
export class TsigKey {
  /** In presentation format and lower case, without the final dot: the form of {@link nameKey}. */
  readonly name: string
  readonly algorithm: TsigAlgorithm
  readonly #secret: KeyObject

  static {
    secretIn = (key) => key.#secret
    Object.defineProperty(TsigKey.prototype, inspect.custom, {
      value(this: TsigKey) {
        return `TsigKey { name: ${inspect(this.name)}, algorithm: '${this.algorithm}', secret: [hidden] }`
      },
    })
  }

  /** @throws {TsigKeyError} for an algorithm, a name or a secret that cannot be used */
  constructor({ name, algorithm, secret }: TsigKeyText) {
    if (!hashes.has(algorithm)) throw new TsigKeyError('ERR_TSIG_ALGORITHM', algorithmFault(algorithm))
    this.name = keyName(name)
    this.algorithm = algorithm
    // Buffer reads whatever looks a little like base64, so a secret that was cut or mistyped is detected here.
    if (typeof secret !== 'string' || secret === '' || !base64.test(secret)) {
      throw new TsigKeyError('ERR_TSIG_SECRET', 'the secret of the key is not base64')
    }
    this.#secret = createSecretKey(secret, 'base64')
  }
}

/** The part of a key that cannot be used: its name, its algorithm or its secret. */
export type TsigKeyErrorCode = 'ERR_TSIG_NAME' | 'ERR_TSIG_ALGORITHM' | 'ERR_TSIG_SECRET'

/** Thrown for a key that cannot be used. The message quotes nothing that may be the secret in the wrong place. */
export class TsigKeyError extends Error {
  override readonly name = 'TsigKeyError'
  readonly code: TsigKeyErrorCode

  constructor(code: TsigKeyErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Begins a MAC. */
export function beginMac(key: TsigKey): Hmac {
  return createHmac(methodOf(key).hash, secretIn(key))
}

/** Returns the number of octets of a full MAC. */
export function macLengthOf(key: TsigKey): number {
  return methodOf(key).macLength
}

const hashes: ReadonlyMap<TsigAlgorithm, { readonly hash: string; readonly macLength: number }> = new Map([
  ['hmac-sha1', { hash: 'sha1', macLength: 20 }],
  ['hmac-sha256', { hash: 'sha256', macLength: 32 }],
  ['hmac-sha384', { hash: 'sha384', macLength: 48 }],
  ['hmac-sha512', { hash: 'sha512', macLength: 64 }],
])

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function methodOf({ algorithm }: TsigKey): { readonly hash: string; readonly macLength: number } {
  // The constructor has checked it.
  return hashes.get(algorithm) as { readonly hash: string; readonly macLength: number }
}

function algorithmFault(algorithm: unknown): string {
  const remedy = `use one of ${[...hashes.keys()].join(', ')}`
  if (typeof algorithm !== 'string' || !/^hmac-[a-z0-9.-]{1,40}$/i.test(algorithm)) {
    return `the algorithm of the key is none that is known; ${remedy}`
  }
  if (!/^hmac-md5\b/i.test(algorithm)) return `the algorithm ${algorithm} is not known; ${remedy}`
  return 'hmac-md5 is broken and refused; make a new key with "tsig-keygen -a hmac-sha256"'
}

function keyName(text: string): string {
  let name: Name
  try {
    name = nameFromText(text)
  } catch {
    throw new TsigKeyError('ERR_TSIG_NAME', 'the name of the key is not a domain name')
  }
  if (name.length === 0) throw new TsigKeyError('ERR_TSIG_NAME', 'the name of the key is empty')
  return nameKey(name)
}

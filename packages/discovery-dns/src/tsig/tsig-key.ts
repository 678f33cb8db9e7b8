import { createHmac, createSecretKey, type Hmac } from 'node:crypto'
import { inspect } from 'node:util'
import { DiscoveryError, quoteText } from '@pstorage/discovery-core'
import { type Name, nameFromText, nameToText, nameToWire } from '@pstorage/dns-message'

/** How messages are signed, by the names of RFC 8945 section 6. `hmac-sha1` is for servers that know nothing better. */
export type TsigAlgorithm = 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'

/** A key as it is written down. */
export interface TsigKeyText {
  /** A domain name; both sides write the same one, in any letter case. */
  readonly name: string
  readonly algorithm: TsigAlgorithm
  /** The shared secret in base64 (RFC 4648 section 4), as `tsig-keygen` prints it. */
  readonly secret: string
}

const hashes: ReadonlyMap<unknown, { readonly algorithm: TsigAlgorithm; readonly hash: string }> = new Map(
  (['sha1', 'sha256', 'sha384', 'sha512'] as const).map((hash) => [
    `hmac-${hash}`,
    { algorithm: `hmac-${hash}` as const, hash },
  ]),
)

// Buffer reads whatever looks a little like base64; a secret that was cut or mistyped has to be told here.
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** What signing takes. */
export interface SigningKey {
  /** In presentation format and lower case, without the final dot. */
  readonly name: string
  readonly algorithm: TsigAlgorithm
  /** The name, label by label. */
  readonly owner: Name
  /** The name in canonical wire format, which is lower case: the form that is signed (RFC 8945 section 4.3.3). */
  readonly nameBytes: Uint8Array
  readonly algorithmBytes: Uint8Array
  /** Begins a MAC. */
  hmac(): Hmac
}

let signingKeyIn: (key: TsigKey) => SigningKey

/** What a key is made for. Not for callers of this package: a `TsigKey` in their hands shows nothing and signs nothing. */
export function signingKeyOf(key: TsigKey): SigningKey {
  return signingKeyIn(key)
}

/**
 * A key of transaction signatures (TSIG, RFC 8945). Its secret can be used and never be seen again: it is in no property,
 * no JSON and no message, nor in what `console.log` shows.
 */
export class TsigKey {
  /** In presentation format and lower case, without the final dot. */
  readonly name: string
  readonly algorithm: TsigAlgorithm
  readonly #signing: SigningKey

  static {
    signingKeyIn = (key) => key.#signing
    Object.defineProperty(TsigKey.prototype, inspect.custom, {
      value(this: TsigKey) {
        return `TsigKey { name: ${quoteText(this.name)}, algorithm: '${this.algorithm}', secret: [hidden] }`
      },
    })
  }

  /** @throws DiscoveryError `ERR_OPTION_INVALID` for a name, an algorithm or a secret that cannot be used */
  constructor({ name, algorithm, secret }: TsigKeyText) {
    const method = hashes.get(algorithm)
    if (method === undefined) throw invalid(algorithmFault(algorithm))
    const owner = keyOwner(name)
    if (!isSecret(secret)) throw invalid('the secret of the key is not base64')
    const octets = createSecretKey(secret, 'base64')
    this.name = nameToText(owner)
    this.algorithm = method.algorithm
    this.#signing = {
      name: this.name,
      algorithm: this.algorithm,
      owner,
      nameBytes: nameToWire(owner),
      algorithmBytes: nameToWire([method.algorithm]),
      hmac: () => createHmac(method.hash, octets),
    }
  }
}

/** Whether it is the name of an algorithm that is known. */
export function isAlgorithm(algorithm: unknown): algorithm is TsigAlgorithm {
  return hashes.has(algorithm)
}

/** What is wrong with any other algorithm. Nothing is quoted that may be a secret in the wrong place. */
export function algorithmFault(algorithm: unknown): string {
  const remedy = `use one of ${[...hashes.keys()].join(', ')}`
  if (typeof algorithm !== 'string' || !/^hmac-[a-z0-9.-]{1,40}$/i.test(algorithm)) {
    return `the algorithm of the key is none that is known; ${remedy}`
  }
  if (!/^hmac-md5\b/i.test(algorithm)) return `the algorithm ${algorithm} is not known; ${remedy}`
  return 'hmac-md5 is broken and refused; make a new key with "tsig-keygen -a hmac-sha256"'
}

/** Whether it is a secret in base64. */
export function isSecret(secret: unknown): secret is string {
  return typeof secret === 'string' && secret !== '' && base64.test(secret)
}

/** @throws DiscoveryError `ERR_OPTION_INVALID`, which does not quote the text: it may be the secret in the wrong place */
function keyOwner(text: string): Name {
  let name: Name
  try {
    name = nameFromText(text)
  } catch {
    throw invalid('the name of the key is not a domain name')
  }
  if (name.length === 0) throw invalid('the name of the key is empty')
  return name.map((label) => label.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
}

function invalid(message: string): DiscoveryError {
  return new DiscoveryError('ERR_OPTION_INVALID', message)
}

import { createSecretKey, type KeyObject } from 'node:crypto'
import { NameServerError } from './name-server-error.js'
import { quote } from './quote.js'
import { nameKey, rootName, type WireName, wireName, wireNameFromText, wireNameToText } from './wire-name.js'

/** A secret that this server shares with clients, who sign queries with it (RFC 8945). */
export interface TsigKey {
  /** The name of the key, a domain name; both sides write the same one, in any letter case. */
  readonly name: string
  /** How messages are signed. */
  readonly algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'
  /** The secret in base64 (RFC 4648 section 4), as `tsig-keygen` and `keymgr -t` print it. It is never shown again. */
  readonly secret: string
}

/** A key that was checked. */
export interface SigningKey {
  /** In presentation format, in lower case. */
  readonly text: string
  /** In the form in which names are compared, which is the form in which they are signed (RFC 8945 section 4.3.3). */
  readonly name: WireName
  readonly algorithm: WireName
  /** The name of the hash in `node:crypto`. */
  readonly hash: string
  /** Bytes of a whole MAC. */
  readonly macLength: number
  readonly secret: KeyObject
}

/** Keys by {@link SigningKey.name}. */
export type KeyRing = ReadonlyMap<WireName, SigningKey>

const algorithms: ReadonlyMap<unknown, Pick<SigningKey, 'algorithm' | 'hash' | 'macLength'>> = new Map(
  [['sha256', 32] as const, ['sha384', 48] as const, ['sha512', 64] as const].map(([hash, macLength]) => [
    `hmac-${hash}`,
    { algorithm: wireName([`hmac-${hash}`]), hash, macLength },
  ]),
)

/** @throws NameServerError `ERR_OPTION_INVALID` when a key cannot be used; the message never holds a secret. */
export function checkKeys(keys: unknown): KeyRing {
  const ring = new Map<WireName, SigningKey>()
  if (keys === undefined) return ring
  if (!Array.isArray(keys)) throw invalid('keys is not a list')
  for (const key of keys) {
    const checked = checkKey(key)
    if (ring.has(checked.name)) throw invalid(`key ${quote(checked.text)} is there twice`)
    ring.set(checked.name, checked)
  }
  return ring
}

/** The form of the name of a key in which it is looked up. @throws NameServerError `ERR_OPTION_INVALID` */
export function keyNameOf(name: unknown): WireName {
  if (typeof name !== 'string') throw invalid('a key has a name that is not a text')
  try {
    return nameKey(wireNameFromText(name, rootName))
  } catch (cause) {
    throw new NameServerError('ERR_OPTION_INVALID', `key name ${quote(name)} is not a domain name`, { cause })
  }
}

function checkKey(key: unknown): SigningKey {
  if (typeof key !== 'object' || key === null) throw invalid('keys has an entry that is not a key')
  const { name: text, algorithm, secret }: Partial<Record<keyof TsigKey, unknown>> = key
  const name = keyNameOf(text)
  const method = algorithms.get(algorithm)
  if (method === undefined) {
    const known = [...algorithms.keys()].join(', ')
    throw invalid(`key ${quote(text)} has the algorithm ${quote(algorithm)}, which is none of ${known}`)
  }
  return { text: wireNameToText(name), name, ...method, secret: secretOf(secret, text) }
}

// Buffer reads whatever looks a little like base64; a secret that was cut or mistyped has to be told here.
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function secretOf(secret: unknown, name: unknown): KeyObject {
  if (typeof secret !== 'string' || secret === '' || !base64.test(secret)) {
    throw invalid(`key ${quote(name)} has a secret that is not base64`)
  }
  return createSecretKey(secret, 'base64')
}

function invalid(message: string): NameServerError {
  return new NameServerError('ERR_OPTION_INVALID', message)
}

import { nameFromText, nameKey } from '@pstorage/dns-message'
import { TsigKey as CheckedKey, type TsigAlgorithm, type TsigKeyError } from '@pstorage/dns-message/tsig'
import { invalidOption, NameServerError, quote } from './name-server-error.js'

/** A secret shared with clients that sign queries (RFC 8945). */
export interface TsigKey {
  /** The name of the key, a domain name; the same on both sides, in any letter case. */
  readonly name: string
  /** The signing algorithm. */
  readonly algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'
  /** The secret in base64 (RFC 4648 section 4), as `tsig-keygen` and `keymgr -t` print it. It is never printed. */
  readonly secret: string
}

/** Keys by their names in the form of `nameKey`. */
export type KeyRing = ReadonlyMap<string, CheckedKey>

/** Checks the keys of a server. @throws NameServerError `ERR_OPTION_INVALID` for an invalid key; the message never contains a secret. */
export function checkKeys(keys: unknown): KeyRing {
  const ring = new Map<string, CheckedKey>()
  if (keys === undefined) return ring
  if (!Array.isArray(keys)) throw invalidOption('keys is not a list')
  for (const key of keys) {
    const checked = checkKey(key)
    if (ring.has(checked.name)) throw invalidOption(`key ${quote(checked.name)} is listed twice`)
    ring.set(checked.name, checked)
  }
  return ring
}

/** Returns the name of a key in the form of `nameKey`. @throws NameServerError `ERR_OPTION_INVALID` */
export function keyNameOf(name: unknown): string {
  if (typeof name !== 'string') throw invalidOption('a key has a name that is not a string')
  try {
    return nameKey(nameFromText(name))
  } catch (cause) {
    throw new NameServerError('ERR_OPTION_INVALID', `key name ${quote(name)} is not a domain name`, { cause })
  }
}

const algorithms: ReadonlySet<unknown> = new Set<TsigAlgorithm>(['hmac-sha256', 'hmac-sha384', 'hmac-sha512'])

function checkKey(key: unknown): CheckedKey {
  if (typeof key !== 'object' || key === null) throw invalidOption('keys has an entry that is not a key')
  const { name, algorithm } = key as TsigKey
  keyNameOf(name)
  if (!algorithms.has(algorithm)) {
    const known = [...algorithms].join(', ')
    throw invalidOption(`key ${quote(name)} has the algorithm ${quote(algorithm)}, which is none of ${known}`)
  }
  try {
    return new CheckedKey(key as TsigKey)
  } catch (cause) {
    throw new NameServerError('ERR_OPTION_INVALID', `key ${quote(name)}: ${(cause as TsigKeyError).message}`, { cause })
  }
}

import type { ClusterName } from '@pstorage/discovery-core'

/**
 * Put before each key: some releases of Node.js hash a string of digits alone without their secret, so that names such as
 * `1234567` could be chosen to collide.
 */
const KEY_MARK = '.'

/**
 * Cluster names in any order, each once without regard to case. What compares them is a `Map` of strings, as its hash has a secret
 * that is not known outside of the process: names cannot be chosen so that they are slow to find.
 */
export class NameTable {
  /** The least TTL of each name by its key, which is the name in lower case. */
  readonly #ttls = new Map<string, number>()
  /** The names that are not in lower case, by key. */
  readonly #spellings = new Map<string, ClusterName>()
  #octets = 0

  get size(): number {
    return this.#ttls.size
  }

  /** Octets of all names. */
  get octets(): number {
    return this.#octets
  }

  /** Adds a name; of one that is there the spelling stays, and the lower TTL. */
  add(name: ClusterName, ttl: number): void {
    const key = keyOf(name)
    const known = this.#ttls.get(key)
    // Stryker disable next-line EqualityOperator: the TTL that is there is written again
    if (known === undefined || ttl < known) this.#ttls.set(key, ttl)
    if (known !== undefined) return
    this.#octets += name.length
    if (key !== KEY_MARK + name) this.#spellings.set(key, name)
  }

  /** In the order in which they were added. */
  *[Symbol.iterator](): Generator<NameRun> {
    for (const [key, ttl] of this.#ttls) {
      const name = this.#spellings.get(key) ?? (key.slice(KEY_MARK.length) as ClusterName) // the key of a name in lower case
      yield { ttl, names: [name] }
    }
  }
}

function keyOf(name: ClusterName): string {
  return KEY_MARK + name.toLowerCase()
}

/** Some names that came one after another, each with its first spelling. */
export interface NameRun {
  /** The least that each of them came with, in seconds. */
  readonly ttl: number
  readonly names: readonly ClusterName[]
}

/** The octets of the longest name. */
export const LONGEST_NAME = 63

/**
 * Compares the octets from `aStart` to `aEnd` with those from `bStart` to `bEnd`, in the canonical order of labels (RFC 4034
 * section 6.1): above 0 where `a` comes after `b`, 0 where they are the same without regard to case.
 */
export function compareNames(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  const most = Math.min(aEnd - aStart, bEnd - bStart)
  for (let index = 0; index < most; index++) {
    const difference = lowerCase(a[aStart + index] as number) - lowerCase(b[bStart + index] as number) // within both
    if (difference !== 0) return difference
  }
  return aEnd - aStart - (bEnd - bStart)
}

/** An octet, the letters A to Z as a to z. */
export function lowerCase(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet
}

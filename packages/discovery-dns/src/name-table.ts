import { type ClusterName, parseClusterName, randomOctets } from '@pstorage/discovery-core'

/** A name, with its first spelling, and the least TTL in seconds that it came with. */
export interface TabledName {
  readonly name: ClusterName
  readonly ttl: number
}

/**
 * Millions of cluster names, each once without regard to case, in a few arrays: a `Map` of strings would take five times the
 * memory, and more time than reading the records that they come from.
 *
 * Names are found by an open hash table. Its hash is a polynomial with a key that is drawn for each table, so that nobody can
 * publish names that all fall into one place.
 */
export class NameTable {
  readonly #key = Buffer.from(randomOctets(4)).readUInt32BE() | 1
  /** The octets of all names, one after another. */
  #octets = Buffer.allocUnsafe(1 << 12)
  /** Where each name ends. */
  #ends = new Uint32Array(1 << 8)
  #ttls = new Uint32Array(1 << 8)
  #hashes = new Int32Array(1 << 8)
  /** A power of two of places, each the number of a name, from 1, or 0. At least half of them stay free. */
  #places = new Int32Array(1 << 9)
  #count = 0

  get size(): number {
    return this.#count
  }

  /** Takes in a name of ASCII characters. */
  take(name: string, ttl: number): void {
    const hash = this.#hashOf(name)
    let place = hash & (this.#places.length - 1)
    for (;;) {
      const known = this.#places[place] ?? 0
      if (known === 0) break
      if (this.#hashes[known - 1] === hash && this.#isName(known - 1, name)) {
        this.#ttls[known - 1] = Math.min(this.#ttls[known - 1] ?? ttl, ttl)
        return
      }
      place = (place + 1) & (this.#places.length - 1)
    }
    this.#places[place] = this.#append(name, hash, ttl)
    if (2 * this.#count > this.#places.length) this.#rehash()
  }

  /** In the order in which they came. */
  *[Symbol.iterator](): Generator<TabledName> {
    for (let index = 0; index < this.#count; index += 1) {
      yield { name: parseClusterName(this.#nameAt(index)), ttl: this.#ttls[index] ?? 0 }
    }
  }

  #nameAt(index: number): string {
    return this.#octets.toString('latin1', index === 0 ? 0 : this.#ends[index - 1], this.#ends[index])
  }

  #isName(index: number, name: string): boolean {
    const start = index === 0 ? 0 : (this.#ends[index - 1] ?? 0)
    if ((this.#ends[index] ?? 0) - start !== name.length) return false
    for (let at = 0; at < name.length; at += 1) {
      if (lowerCase(this.#octets[start + at] ?? 0) !== lowerCase(name.charCodeAt(at))) return false
    }
    return true
  }

  #append(name: string, hash: number, ttl: number): number {
    const start = this.#count === 0 ? 0 : (this.#ends[this.#count - 1] ?? 0)
    if (start + name.length > this.#octets.length) this.#octets = Buffer.concat([this.#octets], 2 * this.#octets.length)
    if (this.#count === this.#ends.length) {
      const numbers = 2 * this.#count
      this.#ends = copied(this.#ends, new Uint32Array(numbers))
      this.#ttls = copied(this.#ttls, new Uint32Array(numbers))
      this.#hashes = copied(this.#hashes, new Int32Array(numbers))
    }
    for (let at = 0; at < name.length; at += 1) this.#octets[start + at] = name.charCodeAt(at)
    this.#ends[this.#count] = start + name.length
    this.#ttls[this.#count] = ttl
    this.#hashes[this.#count] = hash
    this.#count += 1
    return this.#count
  }

  #rehash(): void {
    this.#places = new Int32Array(2 * this.#places.length)
    for (let index = 0; index < this.#count; index += 1) {
      let place = (this.#hashes[index] ?? 0) & (this.#places.length - 1)
      while (this.#places[place] !== 0) place = (place + 1) & (this.#places.length - 1)
      this.#places[place] = index + 1
    }
  }

  #hashOf(name: string): number {
    let hash = name.length
    for (let at = 0; at < name.length; at += 1) hash = (Math.imul(hash, this.#key) + lowerCase(name.charCodeAt(at))) | 0
    // The upper half holds most of what tells names apart, and the place is taken from the lower.
    hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
    return hash ^ (hash >>> 16)
  }
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code
}

function copied<Numbers extends Uint32Array | Int32Array>(numbers: Numbers, larger: Numbers): Numbers {
  larger.set(numbers)
  return larger
}

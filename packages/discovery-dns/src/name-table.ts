import { type ClusterName, randomOctets } from '@pstorage/discovery-core'
import { compareNames, lowerCase, type NameRun } from './name-run.js'

/** Where each part of a name's entry is, from its start: its hash, its TTL, how long it is, and the octets of the name. */
const [HASH, TTL, SIZE, NAME] = [0, 4, 8, 9]
/** Of the places of entries so many bits are the place in a block. */
const BLOCK_BITS = 16
const BLOCK_MASK = (1 << BLOCK_BITS) - 1
const BLOCK_OCTETS = 1 << BLOCK_BITS

/**
 * Millions of cluster names in any order, each once without regard to case, in a few blocks of memory: a `Map` of strings would
 * take five times the memory, and more time than all else.
 *
 * An open hash table. Its hash is a polynomial with a key that is drawn for each table, so that nobody can publish names that all
 * fall into one place.
 */
export class NameTable {
  readonly #key = Buffer.from(randomOctets(4)).readUInt32BE() | 1
  /** Entries one after another, none of them in two blocks. Blocks are added and never copied, which would take twice the memory. */
  readonly #blocks: Buffer[] = []
  /** Where the next entry begins in the last block. */
  #end = BLOCK_OCTETS
  /** A power of two of places, each 1 more than the place of an entry, or 0. At least half of them stay free. */
  #places = new Uint32Array(1 << 9)
  #count = 0

  get size(): number {
    return this.#count
  }

  /** Takes in the cluster name from `start` to `end`. */
  take(bytes: Buffer, start: number, end: number, ttl: number): void {
    const hash = this.#hashOf(bytes, start, end)
    const places = this.#places
    const mask = places.length - 1
    let place = hash & mask
    for (let known = placeAt(places, place); known !== 0; known = placeAt(places, place)) {
      const block = this.#blocks[(known - 1) >>> BLOCK_BITS] as Buffer // of an entry that is there
      const at = (known - 1) & BLOCK_MASK
      if (block.readInt32LE(at + HASH) === hash && isSame(block, at, bytes, start, end)) {
        if (ttl < block.readUInt32LE(at + TTL)) block.writeUInt32LE(ttl, at + TTL)
        return
      }
      place = (place + 1) & mask
    }
    places[place] = this.#append(bytes, start, end, ttl, hash)
    if (2 * this.#count > places.length) this.#grow()
  }

  /** In the order in which they came. */
  *[Symbol.iterator](): Generator<NameRun> {
    for (const { block, at } of this.#entries()) {
      const name = block.toString('latin1', at + NAME, at + NAME + block.readUInt8(at + SIZE))
      yield { ttl: block.readUInt32LE(at + TTL), names: [name as ClusterName] } // only cluster names are taken in
    }
  }

  *#entries() {
    for (const [index, block] of this.#blocks.entries()) {
      // A block ends with the first entry that is none: one without a name.
      for (let at = 0; at < BLOCK_OCTETS - NAME && block[at + SIZE] !== 0; at += NAME + block.readUInt8(at + SIZE)) {
        yield { block, at, entry: ((index << BLOCK_BITS) | at) >>> 0 }
      }
    }
  }

  /** Gives 1 more than the place of the entry. */
  #append(bytes: Buffer, start: number, end: number, ttl: number, hash: number): number {
    if (this.#end + NAME + end - start > BLOCK_OCTETS) {
      this.#blocks.push(Buffer.alloc(BLOCK_OCTETS))
      this.#end = 0
    }
    const index = this.#blocks.length - 1
    const block = this.#blocks[index] as Buffer // there is one at least
    const at = this.#end
    block.writeInt32LE(hash, at + HASH)
    block.writeUInt32LE(ttl, at + TTL)
    block[at + SIZE] = end - start
    bytes.copy(block, at + NAME, start, end)
    this.#end = at + NAME + end - start
    this.#count += 1
    return (index << BLOCK_BITS) + at + 1
  }

  #grow(): void {
    const places = new Uint32Array(2 * this.#places.length)
    for (const { block, at, entry } of this.#entries()) {
      let place = block.readInt32LE(at + HASH) & (places.length - 1)
      while (places[place] !== 0) place = (place + 1) & (places.length - 1)
      places[place] = entry + 1
    }
    this.#places = places
  }

  #hashOf(bytes: Buffer, start: number, end: number): number {
    let hash = end - start
    for (let at = start; at < end; at++) hash = (Math.imul(hash, this.#key) + lowerCase(bytes[at] as number)) | 0 // of the name
    // The upper half holds most of what tells names apart, and the place is taken from the lower.
    hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
    return hash ^ (hash >>> 16)
  }
}

/** What is at an index below the number of places. */
function placeAt(places: Uint32Array, index: number): number {
  return places[index] as number // as there are so many
}

/** Whether a name is the one of an entry. */
function isSame(block: Buffer, at: number, bytes: Buffer, start: number, end: number): boolean {
  return compareNames(block, at + NAME, at + NAME + block.readUInt8(at + SIZE), bytes, start, end) === 0
}

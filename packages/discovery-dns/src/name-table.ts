import { type ClusterName, randomOctets } from '@pstorage/discovery-core'

/** A name, with its first spelling, and the least TTL in seconds that it came with. */
export interface TabledName {
  readonly name: ClusterName
  readonly ttl: number
}

/** Where each part of a name's entry is, from its start: its hash, its TTL, how long it is, and the octets of the name. */
const [HASH, TTL, SIZE, NAME] = [0, 4, 8, 9]
/** Of the places of entries so many bits are the place in a block. */
const BLOCK_BITS = 16
const BLOCK_MASK = (1 << BLOCK_BITS) - 1
const BLOCK_OCTETS = 1 << BLOCK_BITS

/**
 * Millions of cluster names, each once without regard to case, in a few blocks of memory: a `Map` of strings would take five
 * times the memory, and more time than all else.
 *
 * Name servers send a zone in its canonical order (RFC 4034 section 6.1), as they keep it in a tree; so as long as each name is
 * above the one before it, it is new, and nothing is searched. Once one is not, names are found by an open hash table. Its hash is a polynomial with a key that is drawn for each table, so that nobody can
 * publish names that all fall into one place.
 */
export class NameTable {
  readonly #key = Buffer.from(randomOctets(4)).readUInt32BE() | 1
  /** Entries one after another, none of them in two blocks. Blocks are added and never copied, which would take twice the memory. */
  readonly #blocks: Buffer[] = []
  /** Where the next entry begins in the last block. */
  #end = BLOCK_OCTETS
  /** Where the last entry is in the last block. */
  #last = 0
  /**
   * A power of two of places, each 1 more than the place of an entry, or 0. At least half of them stay free. `undefined` as long
   * as names come in order.
   */
  #places: Uint32Array | undefined
  #count = 0

  get size(): number {
    return this.#count
  }

  /** Takes in the cluster name from `start` to `end`. */
  take(bytes: Buffer, start: number, end: number, ttl: number): void {
    const block = this.#blocks.at(-1)
    const order = block === undefined ? 1 : compare(block, this.#last, bytes, start, end)
    if (order < 0) this.#places ??= this.#indexed()
    if (block !== undefined && order === 0) keepLeast(block, this.#last, ttl)
    else if (this.#places === undefined) this.#append(bytes, start, end, ttl)
    else this.#find(this.#places, bytes, start, end, ttl)
  }

  /** In the order in which they came. */
  *[Symbol.iterator](): Generator<TabledName> {
    for (const { block, at } of this.#entries()) {
      const name = block.toString('latin1', at + NAME, at + NAME + block.readUInt8(at + SIZE))
      yield { name: name as ClusterName, ttl: block.readUInt32LE(at + TTL) } // only cluster names are taken in
    }
  }

  *#entries() {
    for (const [index, block] of this.#blocks.entries()) {
      const isLast = index === this.#blocks.length - 1
      // A block ends with the first entry that is none: one without a name.
      for (let at = 0; at < (isLast ? this.#end : BLOCK_OCTETS - NAME) && block[at + SIZE] !== 0; ) {
        yield { block, at, entry: ((index << BLOCK_BITS) | at) >>> 0 }
        at += NAME + block.readUInt8(at + SIZE)
      }
    }
  }

  #find(places: Uint32Array, bytes: Buffer, start: number, end: number, ttl: number): void {
    const hash = this.#hashOf(bytes, start, end)
    const mask = places.length - 1
    let place = hash & mask
    for (let known = places[place] ?? 0; known !== 0; known = places[place] ?? 0) {
      const block = this.#blocks[(known - 1) >>> BLOCK_BITS]
      const at = (known - 1) & BLOCK_MASK
      if (block !== undefined && block.readInt32LE(at + HASH) === hash && compare(block, at, bytes, start, end) === 0) {
        keepLeast(block, at, ttl)
        return
      }
      place = (place + 1) & mask
    }
    places[place] = this.#append(bytes, start, end, ttl, hash)
    if (2 * this.#count > places.length) this.#places = this.#indexed()
  }

  /** Gives 1 more than the place of the entry. */
  #append(bytes: Buffer, start: number, end: number, ttl: number, hash = 0): number {
    if (this.#end + NAME + end - start > BLOCK_OCTETS) {
      this.#blocks.push(Buffer.alloc(BLOCK_OCTETS))
      this.#end = 0
    }
    const index = this.#blocks.length - 1
    const block = this.#blocks[index] ?? bytes
    const at = this.#end
    block.writeInt32LE(hash, at + HASH)
    block.writeUInt32LE(ttl, at + TTL)
    block[at + SIZE] = end - start
    for (let from = start, to = at + NAME; from < end; from++, to++) block[to] = bytes[from] ?? 0
    this.#last = at
    this.#end = at + NAME + end - start
    this.#count += 1
    return (index << BLOCK_BITS) + at + 1
  }

  /** A table of all entries with places for as many again. */
  #indexed(): Uint32Array {
    const isFirst = this.#places === undefined
    let size = 1 << 9
    while (size < 4 * this.#count) size *= 2
    const places = new Uint32Array(size)
    for (const { block, at, entry } of this.#entries()) {
      if (isFirst) block.writeInt32LE(this.#hashOf(block, at + NAME, at + NAME + block.readUInt8(at + SIZE)), at + HASH)
      let place = block.readInt32LE(at + HASH) & (size - 1)
      while (places[place] !== 0) place = (place + 1) & (size - 1)
      places[place] = entry + 1
    }
    return places
  }

  #hashOf(bytes: Buffer, start: number, end: number): number {
    let hash = end - start
    for (let at = start; at < end; at++) hash = (Math.imul(hash, this.#key) + lowerCase(bytes[at] ?? 0)) | 0
    // The upper half holds most of what tells names apart, and the place is taken from the lower.
    hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
    return hash ^ (hash >>> 16)
  }
}

/** Whether a name is above the one of an entry (1), the same (0) or below it (-1), in the canonical order of labels. */
function compare(block: Buffer, at: number, bytes: Buffer, start: number, end: number): number {
  const size = block[at + SIZE] ?? 0
  const common = Math.min(size, end - start)
  for (let index = 0; index < common; index++) {
    const difference = lowerCase(bytes[start + index] ?? 0) - lowerCase(block[at + NAME + index] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return Math.sign(end - start - size)
}

function keepLeast(block: Buffer, at: number, ttl: number): void {
  if (ttl < block.readUInt32LE(at + TTL)) block.writeUInt32LE(ttl, at + TTL)
}

function lowerCase(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet
}

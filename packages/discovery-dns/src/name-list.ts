import type { ClusterName } from '@pstorage/discovery-core'
import { compareNames, LONGEST_NAME, type TabledName } from './tabled-name.js'

/**
 * Where the parts of an entry are, from its start: how many octets its name shares with the one before it, and whether a TTL
 * follows; how many octets come after those; then the TTL, where the name before has another; then those octets.
 */
const [SHARED, SIZE, REST] = [0, 1, 2]
const SHARED_MASK = 0x3f
const HAS_TTL = 0x40
const TTL_OCTETS = 4
const MOST_OCTETS = REST + TTL_OCTETS + LONGEST_NAME
const BLOCK_OCTETS = 1 << 14
/** The last place in a block for which it is certain that an entry fits. */
const LAST_PLACE = BLOCK_OCTETS - MOST_OCTETS
/** So many names are made strings at once, as a call for each takes longer than all else. Each keeps the octets of all. */
const NAMES_AT_ONCE = 64

/**
 * Cluster names in canonical order (RFC 4034 section 6.1), each without what it shares with the one before it: 3 octets for one
 * of `cluster-0000001` and so on. Blocks are added and never copied, which would take twice the memory.
 */
export class NameList {
  readonly #blocks: Buffer[] = []
  /** Where the next entry begins in the last block. */
  #end = LAST_PLACE + 1
  /** The TTL of the last entry. */
  #ttl = -1
  /** The last name. It becomes an entry when the next one comes, as it may yet come again with a lower TTL. */
  readonly #last: Buffer = Buffer.alloc(LONGEST_NAME)
  #lastSize = 0
  #lastShared = 0
  #lastTtl = 0
  #count = 0

  get size(): number {
    return this.#count
  }

  /** Takes in the cluster name from `start` to `end`, unless it is below the one before it. Gives whether it has. */
  take(bytes: Buffer, start: number, end: number, ttl: number): boolean {
    const last = this.#last
    const most = Math.min(end - start, this.#lastSize)
    let shared = 0
    while (shared < most && bytes[start + shared] === last[shared]) shared++
    const order = compareNames(bytes, start + shared, end, last, shared, this.#lastSize)
    if (order === 0 && ttl < this.#lastTtl) this.#lastTtl = ttl
    if (order > 0) {
      if (this.#count > 0) this.#write()
      for (let from = start + shared, to = shared; from < end; from++, to++) last[to] = bytes[from] as number // of the name
      this.#lastSize = end - start
      this.#lastShared = shared
      this.#lastTtl = ttl
      this.#count += 1
    }
    return order >= 0
  }

  /** In their order. */
  *[Symbol.iterator](): Generator<TabledName> {
    const run = new NameRun()
    for (const block of this.#blocks) {
      // A block ends with the first entry that is none: every name has octets of its own.
      for (let at = 0; at <= LAST_PLACE && block[at + SIZE] !== 0; ) {
        at = run.add(block, at)
        if (run.isFull) for (const name of run.take()) yield name
      }
    }
    for (const name of run.take()) yield name
    if (this.#count === 0) return
    yield { name: this.#last.toString('latin1', 0, this.#lastSize) as ClusterName, ttl: this.#lastTtl } // as it was taken in
  }

  /** Makes the last name an entry. */
  #write(): void {
    const last = this.#last
    const [shared, size, ttl] = [this.#lastShared, this.#lastSize, this.#lastTtl]
    const block = this.#blockWithRoom()
    let at = this.#end
    block[at + SHARED] = shared
    block[at + SIZE] = size - shared
    if (ttl !== this.#ttl) {
      block[at + SHARED] = shared | HAS_TTL
      block.writeUInt32LE(ttl, at + REST)
      at += TTL_OCTETS
    }
    at += REST
    for (let from = shared; from < size; from++, at++) block[at] = last[from] as number // of the name
    this.#ttl = ttl
    this.#end = at
  }

  #blockWithRoom(): Buffer {
    if (this.#end > LAST_PLACE) {
      this.#blocks.push(Buffer.alloc(BLOCK_OCTETS))
      this.#end = 0
    }
    return this.#blocks.at(-1) as Buffer // there is one at least
  }
}

/** Some names, on their way from entries to strings. */
class NameRun {
  /** The names one after another, the one before them at first. */
  readonly #octets: Buffer = Buffer.alloc(NAMES_AT_ONCE * LONGEST_NAME)
  readonly #ends: number[] = []
  readonly #ttls: number[] = []
  #start = 0
  #end = 0
  #ttl = 0

  get isFull(): boolean {
    return this.#ends.length === NAMES_AT_ONCE
  }

  /** Adds the entry at a place of a block, and gives where the next one begins. */
  add(block: Buffer, place: number): number {
    const octets = this.#octets
    const shared = block.readUInt8(place + SHARED)
    let at = place + REST
    if ((shared & HAS_TTL) !== 0) {
      this.#ttl = block.readUInt32LE(at)
      at += TTL_OCTETS
    }
    const start = this.#ends.length === 0 ? 0 : this.#end
    let end = start
    for (let from = this.#start; end - start < (shared & SHARED_MASK); from++, end++)
      octets[end] = octets[from] as number // of the name before
    for (const next = at + block.readUInt8(place + SIZE); at < next; at++, end++) octets[end] = block[at] as number // of the entry
    this.#start = start
    this.#end = end
    this.#ends.push(end)
    this.#ttls.push(this.#ttl)
    return at
  }

  /** Gives the names, and begins anew. */
  take(): readonly TabledName[] {
    const text = this.#octets.toString('latin1', 0, this.#end)
    let start = 0
    const names = this.#ends.map((end, index) => {
      const name = text.slice(start, end) as ClusterName // only cluster names are taken in
      start = end
      return { name, ttl: this.#ttls[index] as number } // there are as many
    })
    this.#ends.length = 0
    this.#ttls.length = 0
    return names
  }
}

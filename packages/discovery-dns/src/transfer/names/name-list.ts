import type { ClusterName } from '@pstorage/discovery-core'
import { compareNames, LONGEST_NAME, type NameRun } from './name-table.js'

/**
 * Offsets of the parts of an entry: how many octets its name shares with the one before it, and whether a TTL
 * follows; how many octets come after those; then the TTL, where the name before has another; then those octets.
 */
const [SHARED, SIZE, REST] = [0, 1, 2]
const SHARED_MASK = 0x3f
const HAS_TTL = 0x40
const TTL_OCTETS = 4
// Stryker disable next-line ArithmeticOperator: it is made with the module, before the mutant is there: changed by hand, three tests fail
const MOST_OCTETS = REST + TTL_OCTETS + LONGEST_NAME
const BLOCK_OCTETS = 1 << 12
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
  /** Start of the next entry in the last block. */
  #end = LAST_PLACE + 1
  /** The TTL of the last entry. */
  #ttl = -1
  /** The last name. It becomes an entry when the next one comes, as it may yet come again with a lower TTL. */
  readonly #last: Buffer = Buffer.alloc(LONGEST_NAME)
  #lastSize = 0
  #lastShared = 0
  #lastTtl = 0
  #count = 0
  #octets = 0

  get size(): number {
    return this.#count
  }

  /** Octets of all names. */
  get octets(): number {
    return this.#octets
  }

  /** Returns the number of octets at its front that the name from `start` to `end` shares with the last one. */
  sharedWithLast(bytes: Buffer, start: number, end: number): number {
    const last = this.#last
    // Stryker disable next-line ArithmeticOperator: a name that is the front of the last one is below it, whatever follows
    const most = Math.min(end - start, this.#lastSize)
    let shared = 0
    while (shared < most && bytes[start + shared] === last[shared]) shared++
    return shared
  }

  /**
   * Takes in the cluster name from `start` to `end`, unless it is below the last one. Gives whether it has.
   *
   * @param shared as {@link sharedWithLast} has it
   */
  take(bytes: Buffer, start: number, end: number, shared: number, ttl: number): boolean {
    const last = this.#last
    const order = compareNames(bytes, start + shared, end, last, shared, this.#lastSize)
    // Stryker disable next-line EqualityOperator: the TTL that is there is written again
    if (order === 0 && ttl < this.#lastTtl) this.#lastTtl = ttl
    if (order > 0) {
      if (this.#count > 0) this.#write()
      // Stryker disable next-line EqualityOperator: an octet after the name is not read
      for (let from = start + shared, to = shared; from < end; from++, to++) last[to] = bytes[from] as number // of the name
      this.#lastSize = end - start
      this.#lastShared = shared
      this.#lastTtl = ttl
      this.#count += 1
      this.#octets += end - start
    }
    return order >= 0
  }

  /** In their order. */
  *[Symbol.iterator](): Generator<NameRun> {
    const reader = new RunReader()
    for (const block of this.#blocks) {
      for (let at = 0; isEntry(block, at); at = reader.end) yield reader.read(block, at)
    }
    const last = this.#last.toString('latin1', 0, this.#lastSize) as ClusterName // as it was taken in
    if (this.#count > 0) yield { ttl: this.#lastTtl, names: [last] }
  }

  /** Makes the last name an entry. */
  #write(): void {
    const last = this.#last
    const [shared, size, ttl] = [this.#lastShared, this.#lastSize, this.#lastTtl]
    const block = this.#blockWithRoom()
    let at = this.#end
    // Stryker disable next-line ArithmeticOperator: it is at the start of its entry, 0 octets from there
    block[at + SHARED] = shared
    block[at + SIZE] = size - shared
    if (ttl !== this.#ttl) {
      // Stryker disable next-line ArithmeticOperator: it is at the start of its entry, 0 octets from there
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
    // Stryker disable next-line EqualityOperator: the next block begins one entry earlier
    if (this.#end > LAST_PLACE) {
      this.#blocks.push(Buffer.alloc(BLOCK_OCTETS))
      this.#end = 0
    }
    return this.#blocks.at(-1) as Buffer // there is one at least
  }
}

/** Octets are copied so many at once. */
const WORD = 4

/** Returns whether there is an entry at a place. A block ends with the first that is none: every name has octets of its own. */
function isEntry(block: Buffer, place: number): boolean {
  return place <= LAST_PLACE && block[place + SIZE] !== 0
}

/** Makes strings of the names of entries. */
class RunReader {
  /** The names of a run, one after another. */
  readonly #octets: Buffer = Buffer.alloc(NAMES_AT_ONCE * LONGEST_NAME + WORD)
  readonly #words = new DataView(this.#octets.buffer, this.#octets.byteOffset)
  /** End of each of them. */
  readonly #ends = new Uint16Array(NAMES_AT_ONCE)
  /** Start of the last name. */
  #last = 0
  #ttl = 0
  #end = 0

  /** The place in its block after the run that was read last. */
  get end(): number {
    return this.#end
  }

  /** Reads from the place of an entry as many as there are in the block with the same TTL, up to 64. */
  read(block: Buffer, place: number): NameRun {
    const octets = this.#octets
    let at = place
    let [from, to, count] = [this.#last, 0, 0]
    do {
      const head = block[at + SHARED] as number // of an entry that is there
      const size = block[at + SIZE] as number // of the same
      if ((head & HAS_TTL) !== 0) {
        if (count > 0) break
        this.#ttl = block.readUInt32LE(at + REST)
        at += TTL_OCTETS
      }
      at += REST
      const start = to
      to += head & SHARED_MASK
      // A few octets too many, which come to lie where others are put next.
      // Stryker disable next-line EqualityOperator: some octets more, which come to lie where others are put next
      for (let copy = start; copy < to; copy += WORD, from += WORD)
        this.#words.setUint32(copy, this.#words.getUint32(from))
      for (const end = to + size; to < end; to++, at++) octets[to] = block[at] as number // of the entry
      this.#ends[count++] = to
      from = start
      // Stryker disable next-line ConditionalExpression,EqualityOperator: names one by one are the same names: it takes longer
    } while (count < NAMES_AT_ONCE && isEntry(block, at))
    this.#last = from
    this.#end = at
    return { ttl: this.#ttl, names: this.#names(count, to) }
  }

  #names(count: number, end: number): readonly ClusterName[] {
    const text = this.#octets.toString('latin1', 0, end)
    const names: ClusterName[] = []
    for (let index = 0, start = 0; index < count; index++) {
      const next = this.#ends[index] as number // of the run
      names.push(text.slice(start, next) as ClusterName) // only cluster names are taken in
      start = next
    }
    return names
  }
}

import { type ClusterName, clusterNameFault } from '@pstorage/discovery-core'
import { NameList } from './name-list.js'
import { type NameRun, NameTable } from './name-table.js'

/** So many names are moved at once, in some milliseconds. */
const MOVED_AT_ONCE = 4_096

/**
 * Millions of cluster names, each once without regard to case.
 *
 * Name servers send a zone in its canonical order (RFC 4034 section 6.1), as they keep it in a tree. So as long as none is below
 * the one before it, nothing is searched, and little is kept; from the first that is, a table holds them all. Those before it are
 * moved there: a few at once, many of them when all have come, since millions at once would hold the event loop.
 */
export class CollectedNames {
  #list = new NameList()
  /** The names that came after those of the list, until all are in the table. */
  #late: NameTable | undefined
  #table: NameTable | undefined
  /** The names that still have to be put into the table. */
  #moving: Iterator<NameRun> | undefined

  /** Number of names. As long as some have to be moved, those that came before and after count twice. */
  get size(): number {
    return this.#list.size + (this.#others?.size ?? 0)
  }

  /** Octets of all names, counted in the same way. */
  get octets(): number {
    return this.#list.octets + (this.#others?.octets ?? 0)
  }

  /** Takes in the label from `start` to `end`, if it is a cluster name. Gives whether it is one. */
  take(bytes: Buffer, start: number, end: number, ttl: number): boolean {
    const shared = this.#table === undefined ? this.#list.sharedWithLast(bytes, start, end) : 0
    // What it shares with a cluster name need not be looked at again.
    if (!isClusterName(bytes, start, end, shared)) return false
    if (this.#table === undefined) {
      if (this.#list.take(bytes, start, end, shared, ttl)) return true
      this.#startTable()
    }
    this.#others?.add(bytes.toString('latin1', start, end) as ClusterName, ttl) // as was just found
    return true
  }

  /** Moves some of the names that have to be moved. Returns whether there are more; to be called once all have come. */
  moveSome(): boolean {
    for (let moved = 0; moved < MOVED_AT_ONCE; ) {
      const next = this.#moving?.next()
      if (next === undefined) return false
      if (next.done === true) {
        this.#moving = undefined
        this.#late = undefined
        this.#list = new NameList()
        return false
      }
      const { names, ttl } = next.value
      for (const name of names) this.#table?.add(name, ttl)
      moved += names.length
    }
    return true
  }

  /** In the order in which they came. */
  [Symbol.iterator](): Iterator<NameRun> {
    while (this.moveSome());
    return (this.#table ?? this.#list)[Symbol.iterator]()
  }

  /** Holds what the list does not. */
  get #others(): NameTable | undefined {
    return this.#late ?? this.#table
  }

  #startTable(): void {
    this.#table = new NameTable()
    this.#late = new NameTable()
    this.#moving = inTurn(this.#list, this.#late)
    this.moveSome()
  }
}

function* inTurn(...collections: readonly Iterable<NameRun>[]): Generator<NameRun> {
  for (const names of collections) yield* names
}

/** For each octet whether a cluster name can begin with it, and whether one can have it further on. */
const FIRST_OCTETS = octetsThat((character) => clusterNameFault(character) === undefined)
const FURTHER_OCTETS = octetsThat((character) => clusterNameFault(`a${character}`) === undefined)

function octetsThat(fits: (character: string) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => Number(fits(String.fromCharCode(octet))))
}

/** Returns whether a label, of which so many octets are known to begin a cluster name, is one; it is as long as a label at the most. */
function isClusterName(bytes: Buffer, start: number, end: number, known: number): boolean {
  if (known === 0 && FIRST_OCTETS[bytes[start] as number] === 0) return false // no label is empty
  for (let at = start + known; at < end; at++) if (FURTHER_OCTETS[bytes[at] as number] === 0) return false // before the end of the label
  return true
}

import { clusterNameFault } from '@pstorage/discovery-core'
import { NameList } from './name-list.js'
import type { NameRun } from './name-run.js'
import { NameTable } from './name-table.js'

/**
 * Millions of cluster names, each once without regard to case.
 *
 * Name servers send a zone in its canonical order (RFC 4034 section 6.1), as they keep it in a tree. So as long as none is below
 * the one before it, nothing is searched, and little is kept; from the first that is, a hash table holds them all.
 */
export class CollectedNames {
  #list = new NameList()
  #table: NameTable | undefined

  get size(): number {
    return (this.#table ?? this.#list).size
  }

  /** Takes in the label from `start` to `end`, if it is a cluster name. Gives whether it is one. */
  take(bytes: Buffer, start: number, end: number, ttl: number): boolean {
    const shared = this.#table === undefined ? this.#list.sharedWithLast(bytes, start, end) : 0
    // What it shares with a cluster name need not be looked at again.
    if (!isClusterName(bytes, start + shared, end)) return false
    if (this.#table === undefined && this.#list.take(bytes, start, end, shared, ttl)) return true
    this.#table ??= this.#tabled()
    this.#table.take(bytes, start, end, ttl)
    return true
  }

  /** In the order in which they came. */
  [Symbol.iterator](): Iterator<NameRun> {
    return (this.#table ?? this.#list)[Symbol.iterator]()
  }

  #tabled(): NameTable {
    const table = new NameTable()
    for (const { ttl, names } of this.#list) {
      for (const name of names) table.take(Buffer.from(name, 'latin1'), 0, name.length, ttl)
    }
    this.#list = new NameList()
    return table
  }
}

/** For each octet 1 where a cluster name can have it, otherwise 0. */
const NAME_OCTETS = Uint8Array.from({ length: 256 }, (_, octet) =>
  Number(clusterNameFault(String.fromCharCode(octet)) === undefined),
)

/** Whether a label is a cluster name, which is as long as a label at the most. */
function isClusterName(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (NAME_OCTETS[bytes[at] as number] === 0) return false // before the end of the label
  return true
}

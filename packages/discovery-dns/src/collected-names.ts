import { NameList } from './name-list.js'
import { NameTable } from './name-table.js'
import type { TabledName } from './tabled-name.js'

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

  /** Takes in the cluster name from `start` to `end`. */
  take(bytes: Buffer, start: number, end: number, ttl: number): void {
    if (this.#table === undefined && this.#list.take(bytes, start, end, ttl)) return
    this.#table ??= this.#tabled()
    this.#table.take(bytes, start, end, ttl)
  }

  /** In the order in which they came. */
  [Symbol.iterator](): Iterator<TabledName> {
    return (this.#table ?? this.#list)[Symbol.iterator]()
  }

  #tabled(): NameTable {
    const table = new NameTable()
    for (const { name, ttl } of this.#list) table.take(Buffer.from(name, 'latin1'), 0, name.length, ttl)
    this.#list = new NameList()
    return table
  }
}

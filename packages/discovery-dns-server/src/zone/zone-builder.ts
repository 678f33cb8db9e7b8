import { isWithin, lowerCase, type Octets, parentOf, RecordType, type WireName } from '@pstorage/dns-message'
import { type RRset, rrsetOf, Zone, type ZoneRecord } from './zone.js'

/** The reason why records do not form a zone. */
export class ZoneFault extends Error {}

interface OpenSet extends RRset {
  ttl: number
  readonly data: Octets[]
}

interface OpenNode {
  owner: WireName
  readonly sets: OpenSet[]
}

// Duplicates in longer sets are found with a Set, to avoid quadratic time.
const shortSet = 16

/**
 * Builds a zone from records in any order. Duplicates are dropped; a set gets the lowest of its TTLs.
 */
export class ZoneBuilder {
  readonly #origin: WireName
  readonly #originKey: WireName
  readonly #apex: OpenNode
  readonly #nodes = new Map<WireName, OpenNode>()
  readonly #seen = new Map<OpenSet, Set<Octets>>()

  constructor(origin: WireName) {
    this.#origin = origin
    this.#originKey = lowerCase(origin)
    this.#apex = { owner: origin, sets: [] }
    this.#nodes.set(this.#originKey, this.#apex)
  }

  /** @throws ZoneFault when the record is outside the zone, a second SOA record, or a CNAME beside other records. */
  add(record: ZoneRecord): void {
    const node = this.#nodeOf(record)
    const set = node.sets.find(({ type }) => type === record.type)
    if (set === undefined) {
      this.#checkConflicts(node, record)
      node.sets.push({ type: record.type, ttl: record.ttl, data: [record.data] })
      return
    }
    set.ttl = Math.min(set.ttl, record.ttl)
    if (this.#isKnown(set, record.data)) return
    if (record.type === RecordType.SOA) throw new ZoneFault('a second SOA record')
    if (record.type === RecordType.CNAME) throw new ZoneFault('a second CNAME record at this name')
    set.data.push(record.data)
    this.#seen.get(set)?.add(record.data)
  }

  /** @throws ZoneFault when there is no SOA record. */
  finish(): Zone {
    const authority = rrsetOf(this.#apex, RecordType.SOA)
    if (authority === undefined) throw new ZoneFault('the zone has no SOA record')
    return new Zone(this.#origin, authority, this.#nodes)
  }

  #nodeOf(record: ZoneRecord): OpenNode {
    const key = lowerCase(record.owner)
    const known = this.#nodes.get(key)
    if (known !== undefined) {
      if (known.sets.length === 0 && known !== this.#apex) known.owner = record.owner
      return known
    }
    if (!isWithin(key, this.#originKey)) throw new ZoneFault('the owner is outside the zone')
    const node: OpenNode = { owner: record.owner, sets: [] }
    this.#nodes.set(key, node)
    this.#addNodesBetween(record.owner, key)
    return node
  }

  // Creates the names between an owner and the origin: empty non-terminals (RFC 4592 section 2.2.2).
  #addNodesBetween(owner: WireName, key: WireName): void {
    for (let name = parentOf(owner), ancestorKey = parentOf(key); !this.#nodes.has(ancestorKey); ) {
      this.#nodes.set(ancestorKey, { owner: name, sets: [] })
      name = parentOf(name)
      ancestorKey = parentOf(ancestorKey)
    }
  }

  #checkConflicts(node: OpenNode, record: ZoneRecord): void {
    if (record.type === RecordType.SOA && node !== this.#apex) throw new ZoneFault('an SOA record below the origin')
    const isAllowed =
      record.type === RecordType.CNAME ? node.sets.length === 0 : rrsetOf(node, RecordType.CNAME) === undefined
    if (!isAllowed) throw new ZoneFault('a CNAME record beside other records of its name (RFC 1034 section 3.6.2)')
  }

  #isKnown(set: OpenSet, data: Octets): boolean {
    if (set.data.length < shortSet) return set.data.includes(data)
    const seen = this.#seen.get(set) ?? new Set(set.data)
    this.#seen.set(set, seen)
    return seen.has(data)
  }
}

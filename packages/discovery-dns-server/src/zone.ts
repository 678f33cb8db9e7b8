import { RecordType } from '@pstorage/dns-message'
import { type Octets, readUint32 } from './octets.js'
import { nameKey, nameLength, parentOf, type WireName } from './wire-name.js'

/** One record on its way into a zone. All are of class IN. */
export interface ZoneRecord {
  readonly owner: WireName
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  readonly data: Octets
}

/** All records of one owner and type. They share a TTL (RFC 2181 section 5.2). */
export interface RecordSet {
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  readonly data: readonly Octets[]
}

/** A name that exists, if only because something is below it. */
export interface ZoneNode {
  /** The name as its first record spells it. */
  readonly owner: WireName
  readonly sets: readonly RecordSet[]
}

/** What a zone holds for a name. */
export type Finding =
  /** The name is there, or a wildcard stands for it. */
  | { readonly kind: 'node'; readonly node: ZoneNode }
  /** The name is at or below a name whose NS records hand it to somebody else. */
  | { readonly kind: 'delegated'; readonly cut: ZoneNode }
  | { readonly kind: 'absent' }

/** The records of one zone, by name. It does not change once it is built. */
export class Zone {
  readonly origin: WireName
  readonly originKey: WireName
  /** The SOA record. */
  readonly authority: RecordSet
  readonly #nodes: ReadonlyMap<WireName, ZoneNode>

  /** `nodes` by key, with all names between them and the origin; the builder makes them. */
  constructor(origin: WireName, authority: RecordSet, nodes: ReadonlyMap<WireName, ZoneNode>) {
    this.origin = origin
    this.originKey = nameKey(origin)
    this.authority = authority
    this.#nodes = nodes
  }

  /** The serial of the SOA record. */
  get serial(): number {
    const [data = ''] = this.authority.data
    const mailbox = nameLength(data, 0)
    return readUint32(data, mailbox + nameLength(data, mailbox))
  }

  /** How long a negative answer holds, in seconds: the lower of the TTL of the SOA and its MINIMUM (RFC 2308 section 3). */
  get negativeTtl(): number {
    const [data = ''] = this.authority.data
    return Math.min(this.authority.ttl, readUint32(data, data.length - 4))
  }

  /** The node of a name, given as a key. No wildcard stands in. */
  node(key: WireName): ZoneNode | undefined {
    return this.#nodes.get(key)
  }

  /** What stands for a name of the zone, given as a key (RFC 1034 section 4.3.2, RFC 4592 section 3.3). */
  find(key: WireName): Finding {
    const path: WireName[] = []
    for (let name = key; name !== this.originKey; name = parentOf(name)) path.push(name)
    let encloser = this.originKey
    for (const name of path.reverse()) {
      const node = this.#nodes.get(name)
      if (node === undefined) {
        const wildcard = this.#nodes.get(`\x01*${encloser}`)
        return wildcard === undefined ? { kind: 'absent' } : { kind: 'node', node: wildcard }
      }
      if (setOf(node, RecordType.NS) !== undefined) return { kind: 'delegated', cut: node }
      encloser = name
    }
    const node = this.#nodes.get(key)
    return node === undefined ? { kind: 'absent' } : { kind: 'node', node }
  }

  /** All names that have records, in the order in which they came. */
  *nodes(): Generator<ZoneNode> {
    for (const node of this.#nodes.values()) if (node.sets.length > 0) yield node
  }
}

/** The records of one type at a node. */
export function setOf(node: ZoneNode, type: number): RecordSet | undefined {
  return node.sets.find((set) => set.type === type)
}

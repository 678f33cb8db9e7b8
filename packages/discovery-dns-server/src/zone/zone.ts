import { lowerCase, type Octets, parentOf, RecordType, type WireName } from '@pstorage/dns-message'

/** The longest character-string, in bytes (RFC 1035 section 3.3). */
export const maxStringLength = 255
/** The longest RDATA, in bytes: the most that fits one message with any owner, any question and an OPT record. */
export const maxDataLength = 64_988

/** One record of a zone, of class IN. */
export interface ZoneRecord {
  readonly owner: WireName
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  readonly data: Octets
}

/** All records of one owner and type. They share a TTL (RFC 2181 section 5.2). */
export interface RRset {
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  readonly data: readonly Octets[]
}

/** A name that exists, possibly only as an empty non-terminal. */
export interface ZoneNode {
  /** The name as its first record spells it. */
  readonly owner: WireName
  readonly sets: readonly RRset[]
}

/** The result of looking up a name in a zone. */
export type ZoneMatch =
  /** The name exists, or a wildcard matches it. */
  | { readonly kind: 'node'; readonly node: ZoneNode }
  /** The name is at or below a name whose NS records delegate it. */
  | { readonly kind: 'delegated'; readonly cut: ZoneNode }
  | { readonly kind: 'absent' }

/** The records of one zone, by name. It does not change once it is built. */
export class Zone {
  readonly origin: WireName
  readonly originKey: WireName
  /** The SOA record. */
  readonly authority: RRset
  readonly #nodes: ReadonlyMap<WireName, ZoneNode>

  /** `nodes` by key, with all names between them and the origin; the builder makes them. */
  constructor(origin: WireName, authority: RRset, nodes: ReadonlyMap<WireName, ZoneNode>) {
    this.origin = origin
    this.originKey = lowerCase(origin)
    this.authority = authority
    this.#nodes = nodes
  }

  /** The serial of the SOA record. */
  get serial(): number {
    const [data = ''] = this.authority.data
    return readAuthorityNumbers(data).serial
  }

  /** The TTL of a negative answer in seconds: the lower of the TTL of the SOA and its MINIMUM (RFC 2308 section 3). */
  get negativeTtl(): number {
    const [data = ''] = this.authority.data
    return Math.min(this.authority.ttl, readAuthorityNumbers(data).minimum)
  }

  /** The node of a name, given as a key. Wildcards do not apply. */
  node(key: WireName): ZoneNode | undefined {
    return this.#nodes.get(key)
  }

  /** Looks up a name of the zone, given as a key (RFC 1034 section 4.3.2, RFC 4592 section 3.3). */
  find(key: WireName): ZoneMatch {
    const path: WireName[] = []
    for (let name = key; name !== this.originKey; name = parentOf(name)) path.push(name)
    let encloser = this.originKey
    for (const name of path.reverse()) {
      const node = this.#nodes.get(name)
      if (node === undefined) {
        const wildcard = this.#nodes.get(`\x01*${encloser}`)
        return wildcard === undefined ? { kind: 'absent' } : { kind: 'node', node: wildcard }
      }
      if (rrsetOf(node, RecordType.NS) !== undefined) return { kind: 'delegated', cut: node }
      encloser = name
    }
    const node = this.#nodes.get(key)
    return node === undefined ? { kind: 'absent' } : { kind: 'node', node }
  }

  /** All names that have records, in insertion order. */
  *nodes(): Generator<ZoneNode> {
    for (const node of this.#nodes.values()) if (node.sets.length > 0) yield node
  }
}

/** The records of one type at a node. */
export function rrsetOf(node: ZoneNode, type: number): RRset | undefined {
  return node.sets.find((set) => set.type === type)
}

// The five numbers at the end of the RDATA of an SOA record, of four bytes each (RFC 1035 section 3.3.13).
const authorityNumbersLength = 20

/** Reads the serial and the MINIMUM, which is in seconds, from the RDATA of an SOA record. */
export function readAuthorityNumbers(data: Octets): { readonly serial: number; readonly minimum: number } {
  const numbers = Buffer.from(data.slice(-authorityNumbersLength), 'latin1')
  return { serial: numbers.readUInt32BE(0), minimum: numbers.readUInt32BE(16) }
}

/** Returns the RDATA of an SOA record with another serial. */
export function withSerial(data: Octets, serial: number): Octets {
  const bytes = Buffer.from(data, 'latin1')
  bytes.writeUInt32BE(serial, bytes.length - authorityNumbersLength)
  return bytes.toString('latin1')
}

/** Returns the next serial. Serials wrap at 2^32 (RFC 1982 section 3.1). */
export function nextSerial(serial: number): number {
  return (serial + 1) % 2 ** 32
}

/**
 * Tests if a serial is newer than another: less than 2^31 ahead of it. At exactly 2^31, which RFC 1982 section 3.2 leaves
 * undefined, neither is newer.
 */
export function isNewerSerial(serial: number, other: number): boolean {
  return ((serial - other) | 0) > 0
}

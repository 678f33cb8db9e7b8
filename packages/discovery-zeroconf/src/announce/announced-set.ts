import { type Name, nameKey, nameToWire, RecordClass } from '@pstorage/dns-message'

/**
 * Records that are announced, answered and withdrawn together: a unique record set, whole, or one shared record.
 *
 * @see RFC 6762 sections 2 and 10.2
 */
export interface AnnouncedSet {
  readonly name: Name
  /** A value of `RecordType`. */
  readonly type: number
  /** Whether this host alone may have records of this name and type; they carry the cache-flush bit then. */
  readonly unique: boolean
  /** Seconds. */
  readonly ttl: number
  /** What each record says; one where the set is shared. */
  readonly rdata: readonly Rdata[]
}

/** What a record says, in order: octets as they are, and names, which may be compressed. */
export type Rdata = readonly (Uint8Array | Name)[]

/** The same for all that may not be multicast twice within a second: a unique set, or a shared record. */
export function setKey(set: AnnouncedSet): string {
  const known = keys.get(set)
  if (known !== undefined) return known
  const { name, type, unique, rdata } = set
  const ownName = `${type} ${nameKey(name)}`
  const key = unique ? ownName : `${ownName} ${rdata.map(rdataKey).join(' ')}`
  keys.set(set, key)
  return key
}

/** Keys are asked for with every message that is heard. */
const keys = new WeakMap<AnnouncedSet, string>()

/** The same for records that say the same, whatever the letter case of the names in them. */
export function rdataKey(rdata: Rdata): string {
  return rdata.map((part) => (part instanceof Uint8Array ? Buffer.from(part).toString('hex') : nameKey(part))).join('/')
}

/** The octets of a record without compression, which is how two are compared (RFC 6762 section 8.2). */
export function rdataOctets(rdata: Rdata): Uint8Array {
  return Buffer.concat(rdata.map((part) => (part instanceof Uint8Array ? part : nameToWire(part))))
}

/** The class of a record in a multicast response. */
export function multicastClass({ unique }: Pick<AnnouncedSet, 'unique'>): number {
  return unique ? RecordClass.IN | CACHE_FLUSH : RecordClass.IN
}

const CACHE_FLUSH = 0x8000

import {
  addressData,
  lowerCase,
  type Name,
  nameKey,
  type Octets,
  RecordClass,
  type RecordData,
  RecordType,
  serviceData,
  textData,
  wireName,
} from '@pstorage/dns-message'

/**
 * Records that are announced, answered and withdrawn together: a unique RRset, whole, or one shared record.
 *
 * @see RFC 6762 sections 2 and 10.2
 */
export interface RRset {
  readonly name: Name
  /** A value of `RecordType`. */
  readonly type: number
  /** True when only this host may have records of this name and type; they carry the cache-flush bit then. */
  readonly unique: boolean
  /** Seconds. */
  readonly ttl: number
  /** The data of each record, names in it uncompressed; one where the RRset is shared. */
  readonly rdata: readonly Octets[]
}

/** Identifies what may not be multicast twice within a second: a unique RRset, or a shared record. */
export function rrsetKey(set: RRset): string {
  const known = keys.get(set)
  if (known !== undefined) return known
  const { name, type, unique, rdata } = set
  const ownName = `${type} ${nameKey(name)}`
  const key = unique ? ownName : `${ownName} ${rdata.map((one) => rdataKey(type, one)).join(' ')}`
  keys.set(set, key)
  return key
}

/** Keys computed before: without them, the answer to a browse of 200 services takes five times as long. */
const keys = new WeakMap<RRset, string>()

/** Equal for records of a type with the same data, whatever the case of the names in it. */
export function rdataKey(type: number, rdata: Octets): string {
  if (type === RecordType.PTR) return lowerCase(rdata)
  return type === RecordType.SRV ? rdata.slice(0, TARGET_OFFSET) + lowerCase(rdata.slice(TARGET_OFFSET)) : rdata
}

/** Octets before the target of an SRV record: priority, weight and port. */
const TARGET_OFFSET = 6

/** Returns the class of a record in a multicast response. */
export function multicastClass({ unique }: Pick<RRset, 'unique'>): number {
  return unique ? RecordClass.IN | CACHE_FLUSH : RecordClass.IN
}

const CACHE_FLUSH = 0x8000
/** The class without the cache-flush bit, or without the unicast-response bit of a question. */
export const CLASS_BITS = 0x7fff

/**
 * Returns the data of an NSEC record with the types of a name, in the form of multicast DNS: one block, types up to
 * 255, and the name itself as the next one.
 *
 * @see RFC 6762 section 6.1
 */
export function negativeRdata(name: Name, types: readonly number[]): Octets {
  const octets = Buffer.alloc(1 + (Math.max(0, ...types) >> 3))
  for (const type of types) octets.writeUInt8((octets[type >> 3] ?? 0) | (0x80 >> (type & 7)), type >> 3)
  return wireName(name) + String.fromCharCode(0, octets.length) + octets.toString('latin1')
}

/** Returns the data of a record that was read, in the form for comparisons with ours (RFC 6762 section 8.2). */
export function rdataOf(data: RecordData): Octets {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return addressData(data.address)?.data ?? ''
    case 'PTR':
    case 'NS':
    case 'CNAME':
      return wireName(data.target)
    case 'SRV':
      return serviceData(data.priority, data.weight, data.port, wireName(data.target))
    case 'TXT':
      return textData(data.strings.map(octetsOf))
    case 'opaque':
      return octetsOf(data.bytes)
    default:
      // SOA and OPT records are never compared with ours.
      return ''
  }
}

function octetsOf(bytes: Uint8Array): Octets {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

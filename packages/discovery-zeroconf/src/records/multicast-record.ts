import { type Name, nameKey } from '@pstorage/dns-message'

/** A record that may concern metadata servers. */
export type MulticastRecord = PointerRecord | ServiceRecord | TextRecord | AddressRecord

interface Lifetime {
  /** Seconds; 0 withdraws the record (RFC 6762 section 10.1). */
  readonly ttl: number
  /** The cache-flush bit: the sender has all records of this name and type (RFC 6762 section 10.2). */
  readonly unique: boolean
}

/** Lists an instance of the service. Its label is as on the wire, an octet a character. */
export interface PointerRecord extends Lifetime {
  readonly kind: 'PTR'
  readonly instance: string
  /** The label of the subtype that it is listed under; absent for the service type itself (RFC 6763 section 7.1). */
  readonly subtype?: string | undefined
}

/** The host and port of an instance. */
export interface ServiceRecord extends Lifetime {
  readonly kind: 'SRV'
  readonly instance: string
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
}

/** The attributes of an instance that concern us. */
export interface TextRecord extends Lifetime {
  readonly kind: 'TXT'
  readonly instance: string
  /** The value of the key `cluster`; `null` without that key. */
  readonly cluster: string | null
}

/** The address of a host. */
export interface AddressRecord extends Lifetime {
  readonly kind: 'A' | 'AAAA'
  readonly host: Name
  readonly address: string
}

/** Returns the form in which labels of instances are compared (RFC 6762 section 16). */
export function instanceKey(label: string): string {
  return nameKey([label])
}

/** Returns the key of the PTR records of the service type, or of a subtype; that of the service type sorts first. */
export function pointersKey(subtype?: string): string {
  return subtype === undefined ? 'PTR' : `PTR ${nameKey([subtype])}`
}

/** Returns the key of the SRV records of an instance. */
export function servicesKey(instance: string): string {
  return `SRV ${instanceKey(instance)}`
}

/** Returns the key of the TXT records of an instance. */
export function textsKey(instance: string): string {
  return `TXT ${instanceKey(instance)}`
}

/** Returns the key of the addresses of a host, of both families. */
export function addressesKey(host: Name): string {
  return `host ${nameKey(host)}`
}

/** Returns the key of the RRset of a record. */
export function recordSetKey(record: MulticastRecord): string {
  switch (record.kind) {
    case 'PTR':
      return pointersKey(record.subtype)
    case 'SRV':
      return servicesKey(record.instance)
    case 'TXT':
      return textsKey(record.instance)
    default:
      return addressesKey(record.host)
  }
}

/** Returns the key of a record within its RRset; of a PTR record, the key of its instance. */
export function recordValueKey(record: MulticastRecord): string {
  switch (record.kind) {
    case 'PTR':
      return instanceKey(record.instance)
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${nameKey(record.target)}`
    case 'TXT':
      return record.cluster === null ? '' : `=${record.cluster}`
    default:
      return record.address
  }
}

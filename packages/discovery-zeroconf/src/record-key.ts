import { type Name, nameKey } from '@pstorage/dns-message'
import type { MulticastRecord } from './multicast-record.js'

/** The form in which labels of instances are compared (RFC 6762 section 16). */
export function instanceKey(label: string): string {
  return nameKey([label])
}

/** The key of the records that list the instances of the service, or of a subtype of it; the service comes first in order. */
export function pointersKey(subtype?: string): string {
  return subtype === undefined ? 'PTR' : `PTR ${nameKey([subtype])}`
}

/** The key of the SRV records of an instance. */
export function servicesKey(instance: string): string {
  return `SRV ${instanceKey(instance)}`
}

/** The key of the TXT records of an instance. */
export function textsKey(instance: string): string {
  return `TXT ${instanceKey(instance)}`
}

/** The key of the addresses of a host, of both families. */
export function addressesKey(host: Name): string {
  return `host ${nameKey(host)}`
}

/** The same for all records of one name and type. */
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

/** The same for all records of a set that say the same; of a PTR record, the key of its instance. */
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

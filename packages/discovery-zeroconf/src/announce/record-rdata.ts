import { type Name, type RecordData, RecordType } from '@pstorage/dns-message'
import { addressOctets } from './address-octets.js'
import type { Rdata } from './announced-set.js'

/** Where an instance listens (RFC 2782). */
export function serviceRdata(service: {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
}): Rdata {
  const octets = Buffer.alloc(6)
  octets.writeUInt16BE(service.priority, 0)
  octets.writeUInt16BE(service.weight, 2)
  octets.writeUInt16BE(service.port, 4)
  return [octets, service.target]
}

/** Character-strings (RFC 1035 section 3.3.14). */
export function textRdata(strings: readonly Uint8Array[]): Rdata {
  return [Buffer.concat(strings.flatMap((string) => [Uint8Array.of(string.length), string]))]
}

/**
 * Which types there are of a name, in the form that multicast DNS restricts NSEC records to: one block, types up to 255, and
 * the name itself as the next one.
 *
 * @see RFC 6762 section 6.1
 */
export function negativeRdata(name: Name, types: readonly number[]): Rdata {
  const octets = Buffer.alloc(1 + (Math.max(0, ...types) >> 3))
  for (const type of types) octets.writeUInt8((octets[type >> 3] ?? 0) | (0x80 >> (type & 7)), type >> 3)
  return [name, Uint8Array.of(0, octets.length), octets]
}

/** What a record that was read says, in the form in which it is compared with ours. */
export function rdataOf(data: RecordData): Rdata {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return [addressOctets(data.address)]
    case 'PTR':
    case 'NS':
    case 'CNAME':
      return [data.target]
    case 'SRV':
      return serviceRdata(data)
    case 'TXT':
      return textRdata(data.strings)
    case 'opaque':
      return [data.bytes]
    default:
      // Neither a SOA nor an OPT record is ever compared with one of ours.
      return []
  }
}

/** The type of the record that has an address. */
export function addressType(address: string): number {
  return address.includes(':') ? RecordType.AAAA : RecordType.A
}

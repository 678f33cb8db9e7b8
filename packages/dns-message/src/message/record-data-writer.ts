import { isIPv4, isIPv6 } from 'node:net'
import type { Octets, WireName } from '../name/wire-name.js'
import { RecordType } from '../registries.js'

/**
 * Returns type and RDATA of the record for an IP address: A for IPv4, AAAA for IPv6; `undefined` when the text is not an IP
 * address, or has a zone, which no record can hold.
 *
 * @see RFC 1035 section 3.4.1, RFC 3596 section 2.2
 */
export function addressData(text: string): { readonly type: number; readonly data: Octets } | undefined {
  if (isIPv4(text)) {
    return { type: RecordType.A, data: octetsOfIPv4(text) }
  }
  if (isIPv6(text) && !text.includes('%')) {
    return { type: RecordType.AAAA, data: octetsOfIPv6(text) }
  }
  return undefined
}

function octetsOfIPv4(text: string): Octets {
  return String.fromCharCode(...text.split('.').map(Number))
}

function octetsOfIPv6(text: string): Octets {
  const [head = '', tail = ''] = text.split('::').map((groups) => groups.split(':').map(octetsOfGroup).join(''))
  return head.padEnd(16 - tail.length, '\0') + tail
}

/** Empty where a `::` begins or ends the address. */
function octetsOfGroup(group: string): Octets {
  if (group.includes('.')) {
    return octetsOfIPv4(group)
  }
  return group === '' ? '' : uint16(Number.parseInt(group, 16))
}

/**
 * Returns the RDATA of a TXT record.
 *
 * @param strings of at most 255 octets each
 * @throws {RangeError} for a longer string
 * @see RFC 1035 section 3.3.14
 */
export function textData(strings: readonly Octets[]): Octets {
  return strings.map(characterString).join('')
}

function characterString(string: Octets): Octets {
  if (string.length > 255) {
    throw new RangeError(`a character-string has ${string.length} octets, more than 255`)
  }
  return String.fromCharCode(string.length) + string
}

/** Returns the RDATA of an SRV record. @see RFC 2782 */
export function serviceData(priority: number, weight: number, port: number, target: WireName): Octets {
  return uint16(priority) + uint16(weight) + uint16(port) + target
}

/** The numbers of an SOA record: the serial, and four times in seconds. */
export interface AuthorityNumbers {
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  readonly minimum: number
}

/** Returns the RDATA of an SOA record, which ends in its five numbers of four octets each. @see RFC 1035 section 3.3.13 */
export function authorityData(mname: WireName, rname: WireName, numbers: AuthorityNumbers): Octets {
  const { serial, refresh, retry, expire, minimum } = numbers
  return mname + rname + [serial, refresh, retry, expire, minimum].map(uint32).join('')
}

function uint16(value: number): Octets {
  return String.fromCharCode(value >> 8, value & 0xff)
}

function uint32(value: number): Octets {
  return uint16(value >>> 16) + uint16(value & 0xffff)
}

import { isIPv4, isIPv6 } from 'node:net'
import { RecordType } from '@pstorage/dns-message'
import { type Octets, uint16, uint32 } from './octets.js'
import type { WireName } from './wire-name.js'

// RDATA is written here and not by the codec of dns2 3.1.1, because that one joins labels by dots (so a dot inside a
// label is lost), takes names for Latin-1, wraps lengths and ports that are too large, and reads `::ffff:192.0.2.1`
// as `::ffff:192`.

/** The longest character-string, in bytes (RFC 1035 section 3.3). */
export const longestString = 255
/** The longest RDATA, in bytes: so much fits one message with any owner, any question and an OPT record. */
export const longestData = 64_988

/** Type and RDATA of an address, or `undefined` when the text is not an IP address. */
export function addressBytes(text: string): { readonly type: number; readonly data: Octets } | undefined {
  if (isIPv4(text)) return { type: RecordType.A, data: String.fromCharCode(...text.split('.').map(Number)) }
  if (isIPv6(text) && !text.includes('%')) return { type: RecordType.AAAA, data: bytesOfIPv6(text) }
  return undefined
}

/** RDATA of a TXT record; each string must be at most {@link longestString} bytes long. */
export function textBytes(strings: readonly Octets[]): Octets {
  return strings.map((string) => String.fromCharCode(string.length) + string).join('')
}

/** RDATA of an SRV record (RFC 2782). */
export function serviceBytes(priority: number, weight: number, port: number, target: WireName): Octets {
  return uint16(priority) + uint16(weight) + uint16(port) + target
}

/** The numbers of an SOA record: the serial, and four times in seconds. */
export interface AuthorityTimes {
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  readonly minimum: number
}

/** Bytes of these, at the end of the RDATA. */
export const authorityTimesLength = 20

/** RDATA of an SOA record (RFC 1035 section 3.3.13). */
export function authorityBytes(server: WireName, mailbox: WireName, times: AuthorityTimes): Octets {
  const { serial, refresh, retry, expire, minimum } = times
  return server + mailbox + [serial, refresh, retry, expire, minimum].map(uint32).join('')
}

/**
 * How many names RDATA of a type begins with that may be compressed: those of RFC 1035 alone, so not the target of an
 * SRV record (RFC 2782, RFC 3597 section 4).
 */
export function compressibleNames(type: number): number {
  if (type === RecordType.SOA) return 2
  return type === RecordType.NS || type === RecordType.CNAME || type === RecordType.PTR ? 1 : 0
}

function bytesOfIPv6(text: string): Octets {
  const [head = [], tail = []] = text.split('::').map((part) => part.split(':').flatMap(groupsOf))
  const zeros = new Array<number>(8 - head.length - tail.length).fill(0)
  return [...head, ...zeros, ...tail].map(uint16).join('')
}

function groupsOf(text: string): number[] {
  if (text === '') return []
  if (!text.includes('.')) return [Number.parseInt(text, 16)]
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

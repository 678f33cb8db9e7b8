import { isIPv4 } from 'node:net'

const zoneRule = /^[A-Za-z0-9_.~@-]{1,64}$/
// Groups without zeros before or among them: eight, or two to six around a "::". Nearly all addresses are written so.
const plainIPv6 =
  /^(?:(?!(?:[^:]*:){7})[1-9a-f][\da-f]{0,3}(?::[1-9a-f][\da-f]{0,3})*:(?::[1-9a-f][\da-f]{0,3})+|[1-9a-f][\da-f]{0,3}(?::[1-9a-f][\da-f]{0,3}){7})$/

/**
 * The canonical text of an IP address, or `undefined` when the text is not one.
 *
 * IPv6 is written as RFC 5952 recommends; an IPv4-mapped address (`::ffff:192.0.2.1`) is shown as the IPv4 address it
 * stands for; the zone of a link-local address (`fe80::1%eth0`) is kept. No octal and no short forms are guessed.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text) || plainIPv6.test(text)) return text
  const percent = text.indexOf('%')
  if (percent >= 0 && !zoneRule.test(text.slice(percent + 1))) return undefined
  const groups = groupsOfIPv6(percent < 0 ? text : text.slice(0, percent))
  if (groups === undefined) return undefined
  const zeros = groups.findIndex((group) => group !== 0)
  if (zeros === 5 && groups[5] === 0xffff) return percent < 0 ? dottedTail(groups) : undefined
  const address = zeros === 6 ? `::${dottedTail(groups)}` : textOfIPv6(groups)
  return percent < 0 ? address : address + text.slice(percent)
}

/** Objection to an address as that of a metadata server. */
export interface AddressConcern {
  /** `refuse`: nothing can listen there for others. `warn`: it works only on this host or link. */
  readonly level: 'refuse' | 'warn'
  /** The reason as a phrase, for example `is a multicast address`. */
  readonly reason: string
}

/**
 * Says whether a canonical address can be that of a metadata server seen from here.
 *
 * A public name server that answers with 127.0.0.1 or 224.0.0.251 would turn clients against themselves or their link
 * (DNS rebinding), so what no server can listen on is refused, and what means this host or this link is warned of.
 */
export function addressConcern(address: string): AddressConcern | undefined {
  return isIPv4(address) ? concernOfIPv4(address) : concernOfIPv6(address)
}

function concernOfIPv4(address: string): AddressConcern | undefined {
  const first = Number.parseInt(address, 10)
  if (first === 0) return { level: 'refuse', reason: 'is in 0.0.0.0/8, which is not a host' }
  if (address === '255.255.255.255') return { level: 'refuse', reason: 'is the broadcast address' }
  if (first >= 224 && first <= 239) return { level: 'refuse', reason: 'is a multicast address' }
  if (first >= 240) return { level: 'refuse', reason: 'is in 240.0.0.0/4, which is reserved' }
  if (first === 127) return { level: 'warn', reason: 'is a loopback address, which every host takes for itself' }
  if (address.startsWith('169.254.')) return { level: 'warn', reason: 'is link-local' }
  return undefined
}

function concernOfIPv6(address: string): AddressConcern | undefined {
  if (address === '::') return { level: 'refuse', reason: 'is the unspecified address' }
  if (address.startsWith('ff')) return { level: 'refuse', reason: 'is a multicast address' }
  if (address === '::1') return { level: 'warn', reason: 'is the loopback address, which every host takes for itself' }
  if (isLinkLocalIPv6(address) && !address.includes('%')) {
    return { level: 'warn', reason: 'is link-local without a zone, so no host knows on which link it is' }
  }
  return undefined
}

/** Returns true for a link-local IPv6 address in canonical form, with its zone or without (RFC 4291 section 2.5.6). */
export function isLinkLocalIPv6(address: string): boolean {
  return /^fe[89ab]/.test(address)
}

const groupCount = 8
const DOT = 0x2e
const COLON = 0x3a

/** The eight groups of 16 bits of an IPv6 address; `undefined` when the text is none (RFC 4291, section 2.2). */
function groupsOfIPv6(text: string): number[] | undefined {
  const groups: number[] = []
  let offset = text.startsWith('::') ? 2 : 0
  let gap = offset === 0 ? -1 : 0
  while (offset < text.length) {
    const start = offset
    let group = 0
    for (let digit = hexDigit(text, offset); digit >= 0; digit = hexDigit(text, offset)) {
      group = group * 16 + digit
      offset += 1
      if (offset - start > 4) return undefined
    }
    if (offset === start) return undefined
    if (text.charCodeAt(offset) === DOT) {
      const dotted = text.slice(start)
      if (!isIPv4(dotted)) return undefined
      const [first = 0, second = 0, third = 0, fourth = 0] = dotted.split('.').map(Number)
      groups.push(first * 256 + second, third * 256 + fourth)
      break
    }
    groups.push(group)
    if (offset === text.length) break
    if (text.charCodeAt(offset) !== COLON || groups.length === groupCount) return undefined
    offset += 1
    if (offset === text.length) return undefined
    if (text.charCodeAt(offset) !== COLON) continue
    if (gap >= 0) return undefined
    gap = groups.length
    offset += 1
  }
  if (gap < 0) return groups.length === groupCount ? groups : undefined
  // The "::" stands for one group at least.
  if (groups.length >= groupCount) return undefined
  return [...groups.slice(0, gap), ...Array<number>(groupCount - groups.length).fill(0), ...groups.slice(gap)]
}

/** The value of a hexadecimal digit; -1 for anything else, and behind the end. */
function hexDigit(text: string, offset: number): number {
  const code = text.charCodeAt(offset)
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/**
 * Lower case, no leading zeros, and `::` for the longest run of two or more zero groups, the first of equal ones
 * (RFC 5952, section 4).
 */
function textOfIPv6(groups: readonly number[]): string {
  let start = -1
  let longest = 1
  let run = 0
  for (let index = 0; index < groupCount; index += 1) {
    run = groups[index] === 0 ? run + 1 : 0
    if (run <= longest) continue
    longest = run
    start = index + 1 - run
  }
  const end = start + longest
  let text = ''
  for (let index = 0; index < groupCount; index += 1) {
    if (index === start) text += '::'
    if (index >= start && index < end) continue
    if (index > 0 && index !== end) text += ':'
    text += (groups[index] ?? 0).toString(16)
  }
  return text
}

/** The last 32 bits as an IPv4 address. */
function dottedTail(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6)
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

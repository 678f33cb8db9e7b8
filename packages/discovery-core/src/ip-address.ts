import { isIPv4, isIPv6, SocketAddress } from 'node:net'

const mappedPrefix = '::ffff:'
const zoneRule = /^[A-Za-z0-9_.~@-]{1,64}$/

/**
 * The canonical text of an IP address, or `undefined` when the text is not one.
 *
 * IPv6 is written as RFC 5952 recommends; an IPv4-mapped address (`::ffff:192.0.2.1`) is shown as the IPv4 address it
 * stands for; the zone of a link-local address (`fe80::1%eth0`) is kept. No octal and no short forms are guessed.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  const percent = text.indexOf('%')
  const zone = percent < 0 ? '' : text.slice(percent + 1)
  const bare = percent < 0 ? text : text.slice(0, percent)
  if (!isIPv6(bare) || (percent >= 0 && !zoneRule.test(zone))) return undefined
  const address = new SocketAddress({ address: bare, family: 'ipv6' }).address
  const mapped = address.startsWith(mappedPrefix) ? address.slice(mappedPrefix.length) : ''
  if (isIPv4(mapped)) return percent < 0 ? mapped : undefined
  return percent < 0 ? address : `${address}%${zone}`
}

/** What stands against an address as that of a metadata server. */
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
  const [first = 0, second = 0] = address.split('.').map(Number)
  if (first === 0) return { level: 'refuse', reason: 'is in 0.0.0.0/8, which is not a host' }
  if (address === '255.255.255.255') return { level: 'refuse', reason: 'is the broadcast address' }
  if (first >= 224 && first <= 239) return { level: 'refuse', reason: 'is a multicast address' }
  if (first >= 240) return { level: 'refuse', reason: 'is in 240.0.0.0/4, which is reserved' }
  if (first === 127) return { level: 'warn', reason: 'is a loopback address, which every host takes for itself' }
  if (first === 169 && second === 254) return { level: 'warn', reason: 'is link-local' }
  return undefined
}

function concernOfIPv6(address: string): AddressConcern | undefined {
  if (address === '::') return { level: 'refuse', reason: 'is the unspecified address' }
  if (address.startsWith('ff')) return { level: 'refuse', reason: 'is a multicast address' }
  if (address === '::1') return { level: 'warn', reason: 'is the loopback address, which every host takes for itself' }
  if (/^fe[89ab]/.test(address) && !address.includes('%')) {
    return { level: 'warn', reason: 'is link-local without a zone, so no host knows on which link it is' }
  }
  return undefined
}

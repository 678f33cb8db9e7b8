import { isIPv4 } from 'node:net'
import { isLinkLocalIPv6 } from './ip-address.js'

/**
 * Ranks an address of a host among its others, as one to connect to from here: lower ranks first, equal ones in any
 * order.
 *
 * Follows the rules of RFC 6724 section 6 that need no look at routes: an address of a family without a usable source
 * address comes last (rule 1), then one whose kind no source address shares, as a unique local address for a host
 * without any (rule 5), then the precedence of the default policy table decides: IPv6 before IPv4, and both before unique
 * local and transition addresses (rule 6). The longest common prefix does not count, which would undo the order of the
 * servers.
 *
 * Unlike rule 8, link-local addresses come after all usable ones: the receiver of the result has to keep the zone, and on
 * another host it means nothing.
 *
 * @param address a canonical address
 * @param sources the addresses of the interfaces of this host
 */
export function destinationRank(address: string, sources: readonly string[]): number {
  const own = sources.map(addressKind).filter(({ isLoopback }) => !isLoopback)
  const kind = addressKind(address)
  const { isIPv6, isLinkLocal, isLoopback, label, precedence } = kind
  // A link-local IPv4 address may be translated; a link-local IPv6 address never leaves its link.
  const candidates = own.filter((source) => {
    return source.isIPv6 === isIPv6 && (!isIPv6 || isLinkLocal || !source.isLinkLocal)
  })
  const isUsable = isLoopback || candidates.length > 0
  const isShared = isLoopback || candidates.some((source) => source.label === label)
  return (isUsable ? 0 : 400) + (isLinkLocal ? 200 : 0) + (isShared ? 0 : 100) + HIGHEST_PRECEDENCE - precedence
}

interface AddressKind {
  readonly isIPv6: boolean
  readonly isLinkLocal: boolean
  readonly isLoopback: boolean
  /** The label and the precedence of the default policy table (RFC 6724 section 2.1). */
  readonly label: number
  readonly precedence: number
}

const HIGHEST_PRECEDENCE = 50

function addressKind(address: string): AddressKind {
  if (isIPv4(address)) {
    const [isLinkLocal, isLoopback] = [address.startsWith('169.254.'), address.startsWith('127.')]
    return { isIPv6: false, isLinkLocal, isLoopback, label: 4, precedence: 35 }
  }
  const isLinkLocal = isLinkLocalIPv6(address)
  const isLoopback = address === '::1'
  return { isIPv6: true, isLinkLocal, isLoopback, ...policyOfIPv6(address, isLoopback) }
}

function policyOfIPv6(address: string, isLoopback: boolean): Pick<AddressKind, 'label' | 'precedence'> {
  if (isLoopback) return { label: 0, precedence: HIGHEST_PRECEDENCE }
  if (/^f[cd]/.test(address)) return { label: 13, precedence: 3 }
  if (address.startsWith('2002:')) return { label: 2, precedence: 30 }
  // 2001::/32, which is written with the group of zeros left out or not.
  if (/^2001:(?::|0:)/.test(address)) return { label: 5, precedence: 5 }
  return { label: 1, precedence: 40 }
}

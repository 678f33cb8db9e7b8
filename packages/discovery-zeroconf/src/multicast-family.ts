import { isIPv4 } from 'node:net'
import type { ListeningPlace } from './listening-place.js'

/** How the sockets of one IP version are made for an interface. */
export interface MulticastFamily {
  readonly name: 'IPv4' | 'IPv6'
  readonly socketType: 'udp4' | 'udp6'
  /** The group, as it is joined. */
  readonly group: string
  /** The group, as it is sent to. */
  readonly destination: string
  /** What tells the system which interface is meant. */
  readonly interface: string
  /** Where sockets are bound: bound to an address of the interface, they would get no multicast. */
  readonly anyAddress: string
}

/**
 * The IP versions that an interface can multicast over.
 *
 * @see RFC 6762 section 3
 */
export function familiesOf({ name, address, ipv6 }: ListeningPlace): readonly MulticastFamily[] {
  const families: MulticastFamily[] = []
  if (isIPv4(address)) {
    const group = '224.0.0.251'
    const own = { group, destination: group, interface: address, anyAddress: '0.0.0.0' }
    families.push({ name: 'IPv4', socketType: 'udp4', ...own })
  }
  if (ipv6 !== undefined) {
    const group = 'ff02::fb'
    const own = { group, destination: `${group}%${name}`, interface: `::%${name}`, anyAddress: '::' }
    families.push({ name: 'IPv6', socketType: 'udp6', ...own })
  }
  return families
}

import { isIPv4 } from 'node:net'
import { isLinkLocalIPv6 } from '@pstorage/discovery-core'
import { addressData, type Octets } from '@pstorage/dns-message'

/** The UDP port of multicast DNS (RFC 6762 section 3). */
export const MULTICAST_PORT: number = 5_353

/** One address of an interface, with the mask of its subnet. */
export interface Subnet {
  readonly address: string
  readonly netmask: string
}

/** An interface that can multicast. */
export interface MulticastInterface {
  /** The name of the interface. */
  readonly name: string
  /** Its IPv4 address, which identifies it to the system; its IPv6 address where it has no other. */
  readonly address: string
  readonly loopback: boolean
  /** The subnets of all its addresses, of both families: the link. */
  readonly subnets: readonly Subnet[]
  /** The IPv6 address that it multicasts from; absent where it cannot. */
  readonly ipv6?: string | undefined
  /** The index that the system gave the interface, where known. */
  readonly index?: number | undefined
}

/** Returns the interface and its address, as attempts name it. */
export function interfaceText({ name, address }: MulticastInterface): string {
  return `${name} ${address}`
}

/** Identifies the state of an interface: equal until something of it changes. */
export function interfaceKey({ name, address, subnets, ipv6, index }: MulticastInterface): string {
  return JSON.stringify([name, index, address, ipv6, subnets.map((subnet) => [subnet.address, subnet.netmask])])
}

/**
 * Tells whether an address is on the link of an interface: (I & M) == (P & M). A link-local IPv6 address is on the link
 * that its zone names.
 *
 * Node.js does not give the destination of a datagram, so on a socket that is not bound to the group, datagrams to the
 * group get this test as well.
 *
 * @see RFC 6762 section 11
 */
export function isOnLink({ name, loopback, subnets }: MulticastInterface, address: string): boolean {
  const [bare = '', zone] = address.split('%')
  if (zone !== undefined && zone !== name) return false
  if (loopback && isLoopbackAddress(bare)) return true
  const sender = addressData(bare)?.data
  return sender !== undefined && subnets.some((subnet) => isInSubnet(sender, subnet))
}

function isInSubnet(sender: Octets, { address, netmask }: Subnet): boolean {
  const own = addressData(address)?.data
  const mask = addressData(netmask)?.data
  if (own?.length !== sender.length || mask === undefined) return false
  for (let at = 0; at < sender.length; at += 1) {
    if (((own.charCodeAt(at) ^ sender.charCodeAt(at)) & mask.charCodeAt(at)) !== 0) return false
  }
  return true
}

/** The sender of a datagram. */
export interface Sender {
  readonly address: string
  readonly port: number
  /**
   * True when the datagram was certainly sent to the group on this link: then its sender is on the link, whatever its
   * address (RFC 6762 section 11). Otherwise it may have been sent to this host alone, from anywhere.
   */
  readonly isToGroup?: boolean | undefined
}

/**
 * Tells whether a datagram was sent from the link.
 *
 * @see RFC 6762 section 11
 */
export function isFromLink(networkInterface: MulticastInterface, { address, isToGroup = false }: Sender): boolean {
  return isToGroup || isOnLink(networkInterface, address)
}

/** Socket parameters of one IP version on an interface. */
export interface MulticastFamily {
  readonly name: 'IPv4' | 'IPv6'
  readonly socketType: 'udp4' | 'udp6'
  /** The group, as a socket joins it. */
  readonly group: string
  /** The group, as a destination. */
  readonly destination: string
  /** The identification of the interface for the system. */
  readonly interface: string
  /** Any address of this host. */
  readonly anyAddress: string
  /**
   * The address that a receiving socket is bound to: on Linux the group itself, so that it receives nothing else, and
   * over IPv6 from this interface alone. Other systems send from the address that a socket is bound to, so there it is
   * any address.
   */
  readonly receivingAddress: string
  /** The address of the interface itself. */
  readonly ownAddress: string
}

/**
 * Returns the IP versions that an interface can multicast over.
 *
 * @see RFC 6762 section 3
 */
export function familiesOf(
  { name, address, ipv6 }: MulticastInterface,
  platform: NodeJS.Platform = process.platform,
): readonly MulticastFamily[] {
  const families: MulticastFamily[] = []
  const isBoundToGroup = platform === 'linux'
  if (isIPv4(address)) {
    const group = '224.0.0.251'
    const own = { group, destination: group, interface: address, ownAddress: address, anyAddress: '0.0.0.0' }
    families.push({ name: 'IPv4', socketType: 'udp4', ...own, receivingAddress: isBoundToGroup ? group : '0.0.0.0' })
  }
  if (ipv6 !== undefined) {
    const group = 'ff02::fb'
    const destination = `${group}%${name}`
    const ownAddress = isLinkLocalIPv6(ipv6) ? `${ipv6}%${name}` : ipv6
    const own = { group, destination, interface: `::%${name}`, ownAddress, anyAddress: '::' }
    families.push({ name: 'IPv6', socketType: 'udp6', ...own, receivingAddress: isBoundToGroup ? destination : '::' })
  }
  return families
}

/** Tells whether an address is a loopback address. */
export function isLoopbackAddress(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** Removes the zone of an address. */
export function withoutZone(address: string): string {
  return address.replace(/%.*$/, '')
}

import { addressNumber } from './address-number.js'

/** One address of an interface, with the mask of its subnet. */
export interface Subnet {
  readonly address: string
  readonly netmask: string
}

/** An interface to listen on. */
export interface ListeningPlace {
  /** The name of the interface. */
  readonly name: string
  /** Its IPv4 address, which tells the system which interface is meant; its IPv6 address where it has no other. */
  readonly address: string
  readonly loopback: boolean
  /** What is on the link: the subnets of all its addresses, of both families. */
  readonly subnets: readonly Subnet[]
  /** The IPv6 address that it multicasts from; left out where it can not. */
  readonly ipv6?: string | undefined
  /** The number that the system gave the interface, where it is told. */
  readonly index?: number | undefined
}

/** The interface and its address, as attempts name it. */
export function placeText({ name, address }: ListeningPlace): string {
  return `${name} ${address}`
}

/** The same for two looks at an interface that has not changed in between. */
export function placeKey({ name, address, subnets, ipv6, index }: ListeningPlace): string {
  return JSON.stringify([name, index, address, ipv6, subnets.map((subnet) => [subnet.address, subnet.netmask])])
}

/**
 * Whether an address is on the link of an interface: (I & M) == (P & M). A link-local IPv6 address is on the link that its
 * zone names.
 *
 * Node does not tell the destination of a datagram, so those to the multicast group are put to this test as well. A socket
 * of one interface is handed what others of this host have joined the group for, too.
 *
 * @see RFC 6762 section 11
 */
export function onLink({ name, loopback, subnets }: ListeningPlace, address: string): boolean {
  const [bare = '', zone] = address.split('%')
  if (zone !== undefined && zone !== name) return false
  if (loopback && /^(127\.|::1$)/.test(bare)) return true
  const sender = addressNumber(bare)
  if (sender === undefined) return false
  return subnets.some((own) => {
    const [ownNumber, mask] = [addressNumber(own.address), addressNumber(own.netmask)]
    if (ownNumber === undefined || mask === undefined || ownNumber.bits !== sender.bits) return false
    return ((ownNumber.value ^ sender.value) & mask.value) === 0n
  })
}

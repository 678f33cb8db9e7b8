/** One IPv4 address of an interface, with the mask of its subnet. */
export interface Subnet {
  readonly address: string
  readonly netmask: string
}

/** An interface to listen on. */
export interface ListeningPlace {
  /** The name of the interface. */
  readonly name: string
  /** Its IPv4 address, which tells the system which interface is meant. */
  readonly address: string
  readonly loopback: boolean
  /** What is on the link: the subnets of all its addresses. */
  readonly subnets: readonly Subnet[]
}

/** The interface and its address, as attempts name it. */
export function placeText({ name, address }: ListeningPlace): string {
  return `${name} ${address}`
}

/**
 * Whether an address is on the link of an interface: (I & M) == (P & M).
 *
 * Node does not tell the destination of a datagram, so those to the multicast group are put to this test as well.
 *
 * @see RFC 6762 section 11
 */
export function onLink({ loopback, subnets }: ListeningPlace, address: string): boolean {
  const sender = addressNumber(address)
  if (loopback && sender >>> 24 === 127) return true
  return subnets.some(({ address: own, netmask }) => {
    const mask = addressNumber(netmask)
    return ((addressNumber(own) ^ sender) & mask) === 0
  })
}

function addressNumber(address: string): number {
  return address.split('.').reduce((number, octet) => (number << 8) | Number(octet), 0) >>> 0
}

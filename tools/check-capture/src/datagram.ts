/** A UDP datagram of a capture. */
export interface Datagram {
  /** Milliseconds since some moment. */
  readonly at: number
  readonly from: Place
  readonly to: Place
  /** The TTL of IPv4, or the hop limit of IPv6. */
  readonly hops: number
  readonly bytes: Uint8Array
}

/** An address, in canonical text, and a port. */
export interface Place {
  readonly address: string
  readonly port: number
}

/** A metadata server that a foreign implementation of multicast DNS is to announce. */
export interface AnnouncedMds {
  /** The name of the instance. */
  readonly instance: string
  /** The TXT key `cluster`; left out: none. */
  readonly cluster?: string
  readonly port?: number
  /** The addresses that are told; left out: that of the host. */
  readonly addresses?: readonly string[]
  /** Seconds that all records live, where the implementation lets that be chosen. */
  readonly ttl?: number
}

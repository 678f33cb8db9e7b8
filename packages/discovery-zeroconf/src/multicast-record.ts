import type { Name } from '@pstorage/dns-message'

/** A record that says something about metadata servers, or might. */
export type MulticastRecord = PointerRecord | ServiceRecord | TextRecord | AddressRecord

interface Lifetime {
  /** Seconds; 0 takes the record back (RFC 6762 section 10.1). */
  readonly ttl: number
  /** The cache-flush bit: the sender knows all records of this name and type (RFC 6762 section 10.2). */
  readonly unique: boolean
}

/** There is an instance of the service. Its label is as on the wire, an octet a character. */
export interface PointerRecord extends Lifetime {
  readonly kind: 'PTR'
  readonly instance: string
  /** The label of the subtype that it is listed under; left out for the service type itself (RFC 6763 section 7.1). */
  readonly subtype?: string | undefined
}

/** Where an instance listens. */
export interface ServiceRecord extends Lifetime {
  readonly kind: 'SRV'
  readonly instance: string
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
}

/** What an instance says about itself, as far as it concerns us. */
export interface TextRecord extends Lifetime {
  readonly kind: 'TXT'
  readonly instance: string
  /** The value of the key `cluster`; `null` where there is none. */
  readonly cluster: string | null
}

/** The address of a host. */
export interface AddressRecord extends Lifetime {
  readonly kind: 'A' | 'AAAA'
  readonly host: Name
  readonly address: string
}

import type { Name } from './name.js'

/** What a resource record says, read by its type. Types that have no case of their own are `opaque`. */
export type RecordData = AddressData | TargetData | AuthorityData | TextData | ServiceData | OptionsData | OpaqueData

/** An address: `A` in dotted decimal, `AAAA` in the canonical text of RFC 5952. @see RFC 1035 section 3.4.1, RFC 3596 section 2.2 */
export interface AddressData {
  readonly kind: 'A' | 'AAAA'
  readonly address: string
}

/** Another name. @see RFC 1035 sections 3.3.1, 3.3.11 and 3.3.12 */
export interface TargetData {
  readonly kind: 'NS' | 'CNAME' | 'PTR'
  readonly target: Name
}

/** The start of a zone of authority. The four times are in seconds. @see RFC 1035 section 3.3.13 */
export interface AuthorityData {
  readonly kind: 'SOA'
  readonly mname: Name
  readonly rname: Name
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  /** How long a negative answer may be kept (RFC 2308 section 4). */
  readonly minimum: number
}

/**
 * Character-strings, each 0 to 255 octets, in order. They are views of the bytes that were read, not copies. RDATA of no octets
 * at all is read as no strings, which RFC 6763 section 6.1 asks for.
 *
 * @see RFC 1035 section 3.3.14
 */
export interface TextData {
  readonly kind: 'TXT'
  readonly strings: readonly Uint8Array[]
}

/** Where a service runs. A target of `[]` (the root) says that it does not. @see RFC 2782 */
export interface ServiceData {
  readonly kind: 'SRV'
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
}

/** The options of EDNS. What the record packs into its class and TTL is unpacked by {@link ednsOf}. @see RFC 6891 section 6.1.2 */
export interface OptionsData {
  readonly kind: 'OPT'
  readonly options: readonly EdnsOption[]
}

/** One option of EDNS; `data` is a view of the bytes that were read. @see RFC 6891 section 6.1.2 */
export interface EdnsOption {
  readonly code: number
  readonly data: Uint8Array
}

/** RDATA as it came, a view of the bytes that were read. Compressed names in it stay compressed. @see RFC 3597 section 3 */
export interface OpaqueData {
  readonly kind: 'opaque'
  readonly bytes: Uint8Array
}

import type { Name } from '../name/name.js'

/** A DNS message, read whole. @see RFC 1035 section 4 */
export interface Message {
  readonly header: MessageHeader
  readonly questions: readonly Question[]
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
  readonly additionals: readonly ResourceRecord[]
  /**
   * The octet at which the last record begins, or the length of the message when it has no record. A TSIG record is the last
   * one, and its digest covers what stands before it (RFC 8945 section 4.3.2).
   */
  readonly lastRecordOffset: number
}

/** The fixed part in front of a message, without the counts. @see RFC 1035 section 4.1.1, RFC 4035 section 3.1.6 */
export interface MessageHeader {
  readonly id: number
  /** QR: this is a response, not a query. */
  readonly response: boolean
  /** A value of {@link Opcode}. */
  readonly opcode: number
  /** AA */
  readonly authoritative: boolean
  /** TC: the message is truncated; retry over TCP. */
  readonly truncated: boolean
  /** RD */
  readonly recursionDesired: boolean
  /** RA */
  readonly recursionAvailable: boolean
  /** AD */
  readonly authenticData: boolean
  /** CD */
  readonly checkingDisabled: boolean
  /** The four bits of the header; {@link responseCode} adds the eight of EDNS. A value of {@link ResponseCode}. */
  readonly rcode: number
}

/** One entry of the question section: a name, a type and a class. @see RFC 1035 section 4.1.2 */
export interface Question {
  readonly name: Name
  /** A value of {@link RecordType}. */
  readonly type: number
  /** A value of {@link RecordClass}, all 16 bits: in multicast DNS the top bit asks for a unicast answer (RFC 6762 section 5.4). */
  readonly class: number
}

/** One record of any section. @see RFC 1035 section 4.1.3 */
export interface ResourceRecord {
  /** The owner. */
  readonly name: Name
  /** A value of {@link RecordType}. */
  readonly type: number
  /**
   * A value of {@link RecordClass}, all 16 bits: in multicast DNS the top bit is the cache-flush bit (RFC 6762 section 10.2). In
   * an OPT record this is the sender's UDP payload size (RFC 6891 section 6.1.2).
   */
  readonly class: number
  /**
   * Seconds, the 32 bits as they came, unsigned: RFC 2181 section 8 has values above 2^31 - 1 taken as zero, which is left to
   * the reader of the record because the field is something else in an OPT record.
   */
  readonly ttl: number
  readonly data: RecordData
}

/** The RDATA of a resource record, by type. Other types are `opaque`. */
export type RecordData = AddressData | TargetData | AuthorityData | TextData | ServiceData | OptionsData | OpaqueData

/** An address: `A` in dotted decimal, `AAAA` in the canonical text of RFC 5952. @see RFC 1035 section 3.4.1, RFC 3596 section 2.2 */
export interface AddressData {
  readonly kind: 'A' | 'AAAA'
  readonly address: string
}

/** A domain name. @see RFC 1035 sections 3.3.1, 3.3.11 and 3.3.12 */
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
  /** The time for which a negative answer may be cached (RFC 2308 section 4). */
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

/** The location of a service. A target of `[]` (the root) means that the service is not available. @see RFC 2782 */
export interface ServiceData {
  readonly kind: 'SRV'
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
}

/** The options of EDNS. {@link ednsOf} unpacks the class and the TTL. @see RFC 6891 section 6.1.2 */
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

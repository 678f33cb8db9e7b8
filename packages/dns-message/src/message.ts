import type { Name } from './name.js'
import type { RecordData } from './record-data.js'

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
  /** TC: the message was cut, and is to be asked for again over TCP. */
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

/** What is asked. @see RFC 1035 section 4.1.2 */
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

import type { Name } from './name.js'

/** One question to a name server. */
export interface QueryOptions {
  /** 0 to 65,535. Over UDP it should be unpredictable (RFC 5452 section 9.2). */
  readonly id: number
  readonly name: Name
  /** A value of `RecordType`. */
  readonly type: number
  /** A value of `RecordClass`. Default: `IN`. */
  readonly class?: number | undefined
  /** RD. Default: true. */
  readonly recursionDesired?: boolean | undefined
  /** AD: the answer may set AD too (RFC 6840 section 5.7). Default: false. */
  readonly authenticData?: boolean | undefined
  /** CD (RFC 4035 section 3.2.2). Default: false. */
  readonly checkingDisabled?: boolean | undefined
  /**
   * The largest UDP payload that the asker takes, 512 to 65,535 octets. When given, the query carries an OPT record of EDNS
   * version 0. Default: none, and so no EDNS.
   */
  readonly udpPayloadSize?: number | undefined
  /** DO (RFC 3225 section 3). It needs EDNS, so `udpPayloadSize` is 1,232 where it is not given. Default: false. */
  readonly dnssecOk?: boolean | undefined
}

export function writeQuery(_options: QueryOptions): Uint8Array {
  throw new Error('unwritten')
}

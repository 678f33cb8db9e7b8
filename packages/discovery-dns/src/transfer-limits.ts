/** What a zone transfer may cost before it is given up, with the warning `axfr-limit`. */
export interface TransferLimits {
  /** Records; default 5,000,000. */
  readonly records: number
  /** Octets; default 512 MiB. */
  readonly bytes: number
  /** Milliseconds in total; default 120,000. The time of the question ends it earlier. */
  readonly time: number
  /** Milliseconds without an octet; default 5,000. */
  readonly silence: number
}

/** The limits unless options say otherwise. */
export const DEFAULT_TRANSFER_LIMITS: TransferLimits = {
  records: 5_000_000,
  bytes: 512 * 1024 * 1024,
  time: 120_000,
  silence: 5_000,
}

import { DiscoveryError } from '@pstorage/discovery-core'

/** Limits of one zone transfer; one that exceeds them is given up with the warning `axfr-limit`. */
export interface TransferLimits {
  /** Records; default 5,000,000. */
  readonly records: number
  /** Octets; default 512 MiB. */
  readonly bytes: number
  /**
   * Octets of memory for the names that are kept, of all transfers of one query together: those of each name and 96 more; default
   * 256 MiB.
   */
  readonly memory: number
  /** Milliseconds in total; default 120,000. The time of the question ends it earlier. */
  readonly time: number
  /** Milliseconds without a whole message; default 5,000. */
  readonly silence: number
}

/** The limits unless options say otherwise. */
export const DEFAULT_TRANSFER_LIMITS: TransferLimits = Object.freeze({
  records: 5_000_000,
  bytes: 512 * 1024 * 1024,
  memory: 256 * 1024 * 1024,
  time: 120_000,
  silence: 5_000,
})

/** The longest time of a timer, in milliseconds. */
const LONGEST_TIME = 2 ** 31 - 1

/**
 * The given limits over the defaults.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for one that is not a number above 0, or a time that no timer can count
 */
export function checkedTransferLimits(given: Partial<TransferLimits> = {}): TransferLimits {
  const limits = { ...DEFAULT_TRANSFER_LIMITS }
  for (const name of ['records', 'bytes', 'memory', 'time', 'silence'] as const) {
    const value = given[name]
    if (value === undefined) continue
    const most = name === 'time' || name === 'silence' ? LONGEST_TIME : Number.MAX_SAFE_INTEGER
    if (typeof value !== 'number' || !(value > 0 && value <= most)) {
      throw new DiscoveryError(
        'ERR_OPTION_INVALID',
        `transferLimits.${name} must be above 0 and at most ${most}: ${value}`,
      )
    }
    limits[name] = value
  }
  return limits
}

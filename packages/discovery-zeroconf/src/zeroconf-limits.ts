import { DiscoveryError } from '@pstorage/discovery-core'

/**
 * What one interface may cost while a question is under way. What is beyond costs the warning `mdns-limit`, and not all of it
 * is used.
 */
export interface ZeroconfLimits {
  /** Octets of a datagram; default 9,000, the most that multicast DNS allows (RFC 6762 section 17). */
  readonly packetBytes: number
  /** Records kept; default 4,096. When there are more, what was told longest ago has to go. */
  readonly records: number
  /** Records kept of one name and type, and so the addresses of one host; default 100. */
  readonly recordsPerName: number
  /** Different questions asked about instances that did not tell everything by themselves; default 1,024. */
  readonly questions: number
  /** Clusters or endpoints reported; default 4,096. */
  readonly results: number
}

const DEFAULT_LIMITS: ZeroconfLimits = {
  packetBytes: 9_000,
  records: 4_096,
  recordsPerName: 100,
  questions: 1_024,
  results: 4_096,
}

/**
 * The given limits over the defaults.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for one that is not a positive integer.
 */
export function zeroconfLimits(given: Partial<ZeroconfLimits> = {}): ZeroconfLimits {
  const limits: { -readonly [Name in keyof ZeroconfLimits]: number } = { ...DEFAULT_LIMITS }
  for (const name of limitNames) {
    const value = given[name]
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new DiscoveryError('ERR_OPTION_INVALID', `limits.${name} must be a positive integer: ${value}`)
    }
    limits[name] = value
  }
  return limits
}

const limitNames = ['packetBytes', 'records', 'recordsPerName', 'questions', 'results'] as const

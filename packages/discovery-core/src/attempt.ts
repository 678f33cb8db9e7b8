import type { Method } from './source.js'

/**
 * How one question to one place ended.
 *
 * - `found`: answered with results
 * - `empty`: somebody answered: nothing there (NXDOMAIN, NODATA, no such list)
 * - `silent`: asked by multicast for the full listening time, and nobody claimed it; multicast cannot say no
 * - `refused`: asked, and not allowed (REFUSED, NOTAUTH)
 * - `timeout`, `unreachable`, `malformed`: no answer, no way, rubbish
 * - `failed`: the place itself said that it cannot answer: SERVFAIL, FORMERR, an I/O error
 * - `unavailable`: cannot be asked here: no multicast, no search domain, no permission
 * - `skipped`: not needed, or cannot be asked by nature
 */
export type AttemptStatus =
  | 'found'
  | 'empty'
  | 'silent'
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'malformed'
  | 'failed'
  | 'unavailable'
  | 'skipped'

/** What went wrong, for programs and for people. */
export interface AttemptError {
  /** A stable code such as `REFUSED`, `SERVFAIL`, `ETIMEDOUT`, `ENOENT`. */
  readonly code: string
  /** One line, escaped. */
  readonly message: string
}

/** One question to one place, and how it ended. What is not known is `null`. */
export interface Attempt {
  /** The resolver that asked. */
  readonly backend: string
  /** How it asked; `null` when it did not come to that. */
  readonly method: Method | null
  /** What was asked for: a DNS name, a service type, a file. */
  readonly target: string | null
  /** Who answered, or should have: `address:port`, or the interfaces asked. */
  readonly server: string | null
  readonly status: AttemptStatus
  /** How many results it brought. */
  readonly count: number
  /** Milliseconds from asking to the end. */
  readonly elapsedMs: number
  /** Set when it failed; `null` otherwise. */
  readonly error: AttemptError | null
  /** What else is worth knowing, in one escaped line: `NXDOMAIN`, `by TCP after truncation`. */
  readonly detail: string | null
  /** Seconds for which an `empty` may be kept; there only where whoever answered said so (RFC 2308 section 5). */
  readonly negativeTtl?: number
  /**
   * What was said before and stands no more, there only where whoever said it has been listened to ever since: it was taken
   * back, or its time is over. A watch and a cache drop it, which silence alone never makes them do.
   */
  readonly withdrawn?: readonly Withdrawal[]
}

/** Something that a source has said and that stands no more. */
export interface Withdrawal {
  /** An endpoint as `formatEndpoint` writes it, or the name of a cluster. */
  readonly what: string
  /** The origin of its source. */
  readonly origin: string
}

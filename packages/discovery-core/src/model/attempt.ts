import type { Method } from './source.js'

/**
 * The status of one attempt.
 *
 * - `found`: answered with results
 * - `empty`: a denial that counts: an answer that says that nothing is there, and that can be relied upon
 * - `silent`: multicast, listened for the full time, no answer; multicast cannot deny
 * - `refused`: REFUSED, NOTAUTH
 * - `timeout`, `unreachable`, `malformed`: no answer, no route, unreadable
 * - `failed`: the source says that it cannot answer (SERVFAIL, FORMERR, an I/O error), or its denial does not count
 * - `unavailable`: cannot be asked here: no multicast, no permission, a search domain or directory that does not exist
 * - `skipped`: not needed, not configured, or cannot be asked by nature
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

/** An error, for programs and for people. */
export interface AttemptError {
  /** A stable code such as `REFUSED`, `SERVFAIL`, `ETIMEDOUT`, `ENOENT`. */
  readonly code: string
  /** One line, escaped. */
  readonly message: string
}

/** One server that was asked within an attempt, with its own status. */
export interface ServerAttempt {
  /** `address:port`. */
  readonly server: string
  readonly status: AttemptStatus
  /** Set where it gave no usable answer; `null` otherwise. */
  readonly error: AttemptError | null
  /** Further information in one escaped line, such as `NXDOMAIN`; `null` where there is none. */
  readonly detail: string | null
}

/** One query to one place, and how it ended. What is not known is `null`. */
export interface Attempt {
  /** The resolver that asked. */
  readonly backend: string
  /** The method; `null` when the attempt did not come to that. */
  readonly method: Method | null
  /** The target: a DNS name, a service type, a file. */
  readonly target: string | null
  /** The server that answered, or should have: `address:port`; or the interfaces. */
  readonly server: string | null
  readonly status: AttemptStatus
  /** Number of results it brought. Where it failed all the same, they are not all that it has. */
  readonly count: number
  /** Milliseconds from the start to the end. */
  readonly elapsedMs: number
  /** Set when it failed; `null` otherwise. */
  readonly error: AttemptError | null
  /** Further information in one escaped line: `NXDOMAIN`, `by TCP after truncation`. */
  readonly detail: string | null
  /** Seconds for which an `empty` may be kept; there only where the answer says so (RFC 2308 section 5). */
  readonly negativeTtl?: number
  /** Every server that was asked, in the order in which they are listed; only where servers are asked, as in DNS. */
  readonly servers?: readonly ServerAttempt[]
  /**
   * Earlier results that hold no more; present only where the source was observed all the time: it was taken
   * back, or its time is over. A watch and a cache drop it, which silence alone never makes them do.
   */
  readonly withdrawn?: readonly Withdrawal[]
  /**
   * There only where a part could not be asked for, such as the address of one of several targets: what was said before and
   * is not said again is not taken back.
   */
  readonly incomplete?: true
}

/** Something that a source has said and that stands no more. */
export interface Withdrawal {
  /** An endpoint as `formatEndpoint` writes it, or the name of a cluster. */
  readonly what: string
  /** The origin of its source. */
  readonly origin: string
}

let lastId = Math.floor(Math.random() * 2 ** 40) * 2 ** 12

/**
 * Returns the id of a new attempt, which no other attempt in this process has: a whole number, for code that writes events
 * without `createResolver`. It begins at random, so that two copies of this package in one process hand out different ones.
 */
export function newAttemptId(): number {
  lastId += 1
  return lastId
}

import { DiscoveryError, type Random } from '@pstorage/discovery-core'

/** Times of listening on an interface, in milliseconds; see the options of the resolver. */
export interface ListeningTimes {
  readonly quietTime: number
  readonly minimumTime: number
  readonly maximumTime: number
}

/**
 * Validates times and adds the defaults.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for one that is no number of milliseconds, or a maximum below the
 * minimum.
 */
export function listeningTimes(
  options: { readonly [Name in keyof ListeningTimes]?: number | undefined },
): ListeningTimes {
  const { quietTime = 1_000, minimumTime = 1_000, maximumTime = Math.max(3_000, minimumTime) } = options
  for (const [name, value] of Object.entries({ quietTime, minimumTime, maximumTime })) {
    if (typeof value === 'number' && value >= 0 && value <= LONGEST_TIME) continue
    throw new DiscoveryError('ERR_OPTION_INVALID', `${name} must be 0 to ${LONGEST_TIME} milliseconds: ${value}`)
  }
  if (maximumTime < minimumTime) {
    const message = `maximumTime must not be less than minimumTime: ${maximumTime} and ${minimumTime}`
    throw new DiscoveryError('ERR_OPTION_INVALID', message)
  }
  return { quietTime, minimumTime, maximumTime }
}

/** Times of the clock that decide when listening ends. */
export interface ListeningProgress {
  readonly startedAt: number
  readonly secondAt: number
  /** The time of the last new record about the service. */
  readonly lastNewAt: number
  /** The time of the last repetition of a question. */
  readonly repeatedAt: number
}

/** The state before the first question. */
export const NO_PROGRESS: ListeningProgress = {
  startedAt: Number.POSITIVE_INFINITY,
  secondAt: Number.NEGATIVE_INFINITY,
  lastNewAt: Number.NEGATIVE_INFINITY,
  repeatedAt: Number.NEGATIVE_INFINITY,
}

/** Moves all times by so many milliseconds. */
export function postponeProgress(progress: ListeningProgress, milliseconds: number): ListeningProgress {
  return {
    startedAt: progress.startedAt + milliseconds,
    secondAt: progress.secondAt + milliseconds,
    lastNewAt: progress.lastNewAt + milliseconds,
    repeatedAt: progress.repeatedAt + milliseconds,
  }
}

/**
 * Returns the time at which listening ends unless something new arrives.
 *
 * A repeated question gets the time for its answers, because the first may have got none: no responder multicasts a
 * record twice within a second, so a question just after that of another host gets no answer. Incomplete instances are
 * waited for, for the same reason: a host may just have announced the missing records, and answers only a later
 * question.
 *
 * @param incompleteUntil the time until which incomplete instances are waited for
 * @see RFC 6762 section 6
 */
export function endOfListening(
  { quietTime, minimumTime, maximumTime }: ListeningTimes,
  { startedAt, secondAt, lastNewAt, repeatedAt }: ListeningProgress,
  incompleteUntil: number = Number.NEGATIVE_INFINITY,
): number {
  const answeredAt = Math.max(startedAt, secondAt) + minimumTime
  const quietAt = Math.max(answeredAt, lastNewAt + quietTime, repeatedAt + ANSWER_TIME, incompleteUntil)
  return Math.min(startedAt + maximumTime, quietAt)
}

/** Responders wait 20 to 120 ms (RFC 6762 section 6); the rest is for slow hosts. */
const ANSWER_TIME = 250

/** Milliseconds before silence to a continuous query means something: until the answers to its repetition. */
export const REPEATED_ANSWER_TIME: number = 1_000 + ANSWER_TIME

/**
 * Returns the delay before the first question: 20 to 40 ms.
 *
 * RFC 6762 spreads hosts that start at the same moment over 20 to 120 ms; frames are short today, and this end of the
 * range is enough. The delay also lets the rest of an answer arrive in the next packet.
 *
 * @see RFC 6762 section 5.2
 */
export function questionDelay(random: Random): number {
  return 20 + random.below(21)
}

/** The longest delay of a timer. */
const LONGEST_TIME = 2 ** 31 - 1

/**
 * Limits of what one interface may cost in a query. Beyond them comes the warning `mdns-limit`, and the excess is not
 * used.
 */
export interface ZeroconfLimits {
  /** Octets of a datagram; default 9,000, the most that multicast DNS allows (RFC 6762 section 17). */
  readonly packetBytes: number
  /** Records kept; default 4,096. Beyond, the least recently received are evicted. */
  readonly records: number
  /** Records kept of one name and type, and so the addresses of one host; default 100. */
  readonly recordsPerName: number
  /** Different questions about incomplete instances; default 1,024. */
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
 * Validates limits and adds the defaults.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for one that is not a positive integer.
 */
export function zeroconfLimits(options: Partial<ZeroconfLimits> = {}): ZeroconfLimits {
  const limits: { -readonly [Name in keyof ZeroconfLimits]: number } = { ...DEFAULT_LIMITS }
  for (const name of limitNames) {
    const value = options[name]
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new DiscoveryError('ERR_OPTION_INVALID', `limits.${name} must be a positive integer: ${value}`)
    }
    limits[name] = value
  }
  return limits
}

const limitNames = ['packetBytes', 'records', 'recordsPerName', 'questions', 'results'] as const

import { DiscoveryError, type Random } from '@pstorage/discovery-core'

/** How long to listen on an interface, in milliseconds; see the options of the resolver. */
export interface ListeningTimes {
  readonly quietTime: number
  readonly minimumTime: number
  readonly maximumTime: number
}

/**
 * The given times over the defaults.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for one that is no number of milliseconds, or a maximum below the minimum.
 */
export function listeningTimes(
  given: { readonly [Name in keyof ListeningTimes]?: number | undefined },
): ListeningTimes {
  const { quietTime = 1_000, minimumTime = 1_000, maximumTime = Math.max(3_000, minimumTime) } = given
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

/** What has happened on an interface so far, as times of the clock. */
export interface ListeningProgress {
  /** When the first question was asked. */
  readonly startedAt: number
  /** When another question was asked instead, which got no answer. */
  readonly fellBackAt: number
  /** When something about the service was last learnt that was not known before. */
  readonly lastNewsAt: number
  /** When the first question was last repeated. */
  readonly repeatedAt: number
}

/** Nothing has happened yet. */
export const NO_PROGRESS: ListeningProgress = {
  startedAt: Number.POSITIVE_INFINITY,
  fellBackAt: Number.NEGATIVE_INFINITY,
  lastNewsAt: Number.NEGATIVE_INFINITY,
  repeatedAt: Number.NEGATIVE_INFINITY,
}

/**
 * When listening ends, unless there are news.
 *
 * A repeated question gets the time for its answers, because the first may have got none: no responder tells a record to
 * everybody twice within a second, so whoever asks just after somebody else hears nothing.
 *
 * @see RFC 6762 section 6
 */
export function endOfListening(
  { quietTime, minimumTime, maximumTime }: ListeningTimes,
  { startedAt, fellBackAt, lastNewsAt, repeatedAt }: ListeningProgress,
): number {
  const answeredAt = Math.max(startedAt, fellBackAt) + minimumTime
  const quietAt = Math.max(answeredAt, lastNewsAt + quietTime, repeatedAt + ANSWER_TIME)
  return Math.min(startedAt + maximumTime, quietAt)
}

/** Responders wait 20 to 120 ms (RFC 6762 section 6); the rest is for slow hosts. */
const ANSWER_TIME = 250

/** How long a question that goes on in the background is listened to before silence means something: until it was repeated. */
export const HEARING_TIME: number = 1_000 + ANSWER_TIME

/**
 * How long to wait before a question is asked for the first time: 20 to 40 ms.
 *
 * Hosts that start, or miss something, at the same moment should not all ask at the same moment, for which RFC 6762 has
 * them wait 20 to 120 ms; frames are short today, and this end of the range is enough. When part of an answer is missing,
 * the rest may be in the next packet.
 *
 * @see RFC 6762 section 5.2
 */
export function questionDelay(random: Random): number {
  return 20 + random.below(21)
}

/** What timers can count. */
const LONGEST_TIME = 2 ** 31 - 1

import type { ListeningTimes } from './listening-time.js'
import type { MulticastQuestion } from './multicast-question.js'
import { BROWSE_QUESTION, subtypeQuestion } from './multicast-question.js'
import { clusterSubtype } from './service-type.js'

/** What asks for the instances of the service, or for those of one cluster. */
export interface BrowseQuestions {
  readonly first: ListQuestion
  /** What is asked {@link fallbackDelay} later if nothing came. */
  readonly fallback?: ListQuestion | undefined
}

/** A question for a list of instances. */
export interface ListQuestion {
  readonly question: MulticastQuestion
  /** The subtype that the list is of. */
  readonly subtype: string | undefined
}

/** Asks for all instances of the service. */
export const ALL_INSTANCES: BrowseQuestions = { first: { question: BROWSE_QUESTION, subtype: undefined } }

/**
 * Asks for the instances of one cluster by its subtype first, so that a large network does not answer in chorus, and for all
 * if nobody lists any: a plain service file has no subtypes.
 *
 * @see RFC 6763 section 7.1
 */
export function instancesOf(cluster: string): BrowseQuestions {
  const subtype = clusterSubtype(cluster)
  if (subtype === undefined) return ALL_INSTANCES
  return { first: { question: subtypeQuestion(subtype), subtype }, fallback: ALL_INSTANCES.first }
}

/** How long after the first question the fallback is asked, in milliseconds: sooner where there is not as much time to listen. */
export function fallbackDelay({ minimumTime }: Pick<ListeningTimes, 'minimumTime'>): number {
  return Math.min(300, minimumTime * 0.3)
}

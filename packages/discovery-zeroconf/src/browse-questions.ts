import type { ListeningTimes } from './listening-time.js'
import { BROWSE_QUESTION, type MulticastQuestion, subtypeQuestion } from './multicast-question.js'
import { clusterSubtype } from './service-type.js'

/** What asks for the instances of the service, or for those of one cluster. */
export interface BrowseQuestions {
  readonly first: MulticastQuestion
  /** What is asked {@link fallbackDelay} later if nothing came. */
  readonly fallback?: MulticastQuestion | undefined
  /** The label of an instance that is asked for by name, along with the first question. */
  readonly named?: string | undefined
}

/** Asks for all instances of the service. */
export const ALL_INSTANCES: BrowseQuestions = { first: BROWSE_QUESTION }

/**
 * Asks for the instances of one cluster by its subtype first, so that a large network does not answer in chorus, and for all
 * if nobody lists any: a plain service file has no subtypes.
 *
 * In a plain service file, an instance is called like its cluster, so that one is asked for by name as well.
 *
 * @see RFC 6763 section 7.1
 */
export function instancesOf(cluster: string): BrowseQuestions {
  const subtype = clusterSubtype(cluster)
  if (subtype === undefined) return { ...ALL_INSTANCES, named: cluster }
  return { first: subtypeQuestion(subtype), fallback: BROWSE_QUESTION, named: cluster }
}

/** How long after the first question the fallback is asked, in milliseconds: sooner where there is not as much time to listen. */
export function fallbackDelay({ minimumTime }: Pick<ListeningTimes, 'minimumTime'>): number {
  return Math.min(300, minimumTime * 0.3)
}

import { type ClusterName, clusterNameKey } from '@pstorage/discovery-core'
import {
  addressQuestions,
  BROWSE_QUESTION,
  listedSubtype,
  type MulticastQuestion,
  serviceQuestion,
  subtypeQuestion,
  textQuestion,
} from '../records/multicast-question.js'
import { instanceKey } from '../records/multicast-record.js'
import type { Instance, InstanceService, ServiceDirectory } from '../records/service-directory.js'
import { clusterSubtype } from '../records/service-type.js'
import { writeMulticastQueries } from '../records/write-messages.js'
import type { ListeningTimes } from './browse-limits.js'

/** Questions for the instances of the service, or for those of one cluster. */
export interface BrowseQuestions {
  /** The key of the cluster; `undefined` for all. */
  readonly cluster?: string | undefined
  readonly first: MulticastQuestion
  /** The question asked {@link secondDelay} later. */
  readonly second?: MulticastQuestion | undefined
  /** The label of an instance that is queried by name, along with the first question. */
  readonly named?: string | undefined
}

/** Questions for all instances of the service. */
export const ALL_INSTANCES: BrowseQuestions = { first: BROWSE_QUESTION }

/**
 * Returns the questions for the instances of one cluster: its subtype first, which only these answer, and then the
 * service type, since plain service files have no subtypes, and one cluster may be announced in both ways. The second
 * question lists the instances that have answered the first as known, so that they do not answer twice.
 *
 * A plain service file names its instance after the cluster, so that one is queried by name as well.
 *
 * @see RFC 6763 section 7.1
 */
export function instancesOf(cluster: ClusterName): BrowseQuestions {
  const common = { cluster: clusterNameKey(cluster), named: cluster }
  const subtype = clusterSubtype(cluster)
  if (subtype === undefined) return { ...ALL_INSTANCES, ...common }
  return { first: subtypeQuestion(subtype), second: BROWSE_QUESTION, ...common }
}

/** Returns the milliseconds between the first and the second question: fewer when there is less time to listen. */
export function secondDelay({ minimumTime }: Pick<ListeningTimes, 'minimumTime'>): number {
  return Math.min(300, minimumTime * 0.3)
}

/**
 * An instance that is queried by name, beside the lists of instances.
 *
 * The records of a list are shared, so their owners wait 20 to 120 ms. Those of an instance are unique, so its host
 * answers at once, unless the same message asks for a list too: these questions go in a message of their own.
 *
 * @see RFC 6762 section 6
 */
export class NamedInstance {
  /** Equal for every spelling of its label. */
  readonly key: string
  readonly #label: string
  readonly #directory: ServiceDirectory
  #sentAt = Number.POSITIVE_INFINITY

  constructor(label: string, directory: ServiceDirectory) {
    this.key = instanceKey(label)
    this.#label = label
    this.#directory = directory
  }

  /** Returns the questions for it; none when it is known already. Records received from now on are the answer. */
  questions(now: number): readonly MulticastQuestion[] {
    if (this.#directory.instance(this.key, now) !== undefined) return []
    this.#sentAt = now
    return [serviceQuestion(this.#label), textQuestion(this.#label)]
  }

  /** Returns the instance, listed or not, once its SRV and TXT records have been received. */
  answered(now: number): Instance | undefined {
    return this.#directory.answeredInstance(this.#label, this.#sentAt, now)
  }
}

/** Returns the question for the TXT record, which names the cluster, if it is missing. */
export function missingText({ label, text }: Instance): readonly MulticastQuestion[] {
  return text === undefined ? [textQuestion(label)] : []
}

/** Returns the questions for the missing records of an instance; for its addresses only if it is wanted. */
export function missingRecords(
  instance: Instance,
  isWanted: (instance: Instance) => boolean,
): readonly MulticastQuestion[] {
  const { label, text, services } = instance
  const service = services.length === 0 ? [serviceQuestion(label)] : []
  // Both at once: most instances that leave out one leave out the other.
  if (text === undefined) return [textQuestion(label), ...service]
  if (!isWanted(instance)) return []
  return [
    ...service,
    ...services.filter(isUnresolved).flatMap(({ service }) => addressQuestions(service.record.target)),
  ]
}

/** Tells whether a service is declared unavailable by a target of the root (RFC 2782). */
export function isWithdrawn({ service }: InstanceService): boolean {
  return service.record.target.length === 0
}

/** Tells whether no address of the host is known yet. */
export function isUnresolved(service: InstanceService): boolean {
  return service.addresses.length === 0 && !isWithdrawn(service)
}

/** Writes the messages of questions: each list in one of its own with its known answers, then the others. */
export function writeBrowseQueries(
  lists: readonly MulticastQuestion[],
  others: readonly MulticastQuestion[],
  directory: ServiceDirectory,
  now: number,
): readonly Uint8Array[] {
  return [
    ...lists.flatMap((list) => writeMulticastQueries([list], directory.knownInstances(now, listedSubtype(list)))),
    ...(others.length > 0 ? writeMulticastQueries(others) : []),
  ]
}

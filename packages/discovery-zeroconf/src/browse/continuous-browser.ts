import type { ClusterName, Random } from '@pstorage/discovery-core'
import { clusterKey } from '../records/instance-cluster.js'
import type { LinkObserver, LinkReceiver } from '../records/link-receiver.js'
import {
  addressQuestion,
  BROWSE_QUESTION,
  isListQuestion,
  listedSubtype,
  type MulticastQuestion,
  questionKey,
  serviceQuestion,
  subtypeQuestion,
  textQuestion,
} from '../records/multicast-question.js'
import { instanceKey, type MulticastRecord, type PointerRecord } from '../records/multicast-record.js'
import { readQuery } from '../records/read-query.js'
import type { ChangedInstances, Instance } from '../records/service-directory.js'
import { questionDelay, REPEATED_ANSWER_TIME } from './browse-limits.js'
import { missingRecords, missingText, secondDelay, writeBrowseQueries } from './browse-questions.js'
import { ListQuestionLimiter, QuestionSchedule, refreshTimes } from './question-schedule.js'
import { SubscribedCluster, type Subscription, subscriptionKey } from './subscription.js'

/** Options of a {@link ContinuousBrowser}. */
interface ContinuousBrowserOptions {
  readonly receiver: LinkReceiver
  /** The limit of different questions. */
  readonly questions: number
  readonly random: Random
  /** Called when something may be due at that time. */
  readonly wake: (at: number) => void
}

/**
 * Browses one interface for as long as there are subscriptions: repeats its questions at growing intervals, refreshes
 * records that are about to expire, and notifies subscribers of changes. No sockets and no timers; every time is a
 * parameter, in milliseconds of the clock.
 *
 * @see RFC 6762 sections 5.2 and 10
 */
export class ContinuousBrowser implements LinkObserver {
  readonly #options: ContinuousBrowserOptions
  readonly #schedule: QuestionSchedule
  /** By the key of a cluster, or '' for the names of all. */
  readonly #clusters = new Map<string, SubscribedCluster>()
  /** By the key of a list of instances, the number of clusters that need it. */
  readonly #neededLists = new Map<string, number>()
  /** A share of lifetimes that spreads the refreshes of different hosts. */
  readonly #jitter: number
  readonly #lists = new ListQuestionLimiter()
  #scannedAt = Number.NEGATIVE_INFINITY
  #nextScanAt = Number.POSITIVE_INFINITY

  constructor(options: ContinuousBrowserOptions) {
    this.#options = options
    this.#schedule = new QuestionSchedule(options.questions)
    this.#jitter = options.random.below(20) / 1_000
  }

  /** The time of the next query or expiry. */
  get nextAt(): number {
    let next = Math.min(this.#schedule.nextAt(), this.#nextScanAt, this.#lists.nextAt)
    for (const { secondAt } of this.#clusters.values()) next = Math.min(next, secondAt)
    return next
  }

  add(subscription: Subscription, now: number): void {
    const key = subscriptionKey(subscription.cluster)
    const known = this.#clusters.get(key)
    const cluster = known ?? this.#open(key, subscription.cluster, now)
    cluster.subscriptions.add(subscription)
    if (!cluster.isEmpty) subscription.onChange()
  }

  remove(subscription: Subscription, now: number): void {
    const key = subscriptionKey(subscription.cluster)
    const cluster = this.#clusters.get(key)
    if (!cluster?.subscriptions.delete(subscription) || cluster.subscriptions.size > 0) return
    this.#clusters.delete(key)
    for (const list of listsOf(cluster)) {
      const listKey = questionKey(list)
      const count = (this.#neededLists.get(listKey) ?? 0) - 1
      if (count > 0) this.#neededLists.set(listKey, count)
      else this.#neededLists.delete(listKey)
      if (count <= 0) this.#schedule.request(listKey, [], now)
    }
  }

  /** Tells whether there is a subscription to a cluster, or to the names of all (`undefined`). */
  isSubscribed(cluster: ClusterName | undefined): boolean {
    return this.#clusters.has(subscriptionKey(cluster))
  }

  /** Starts all questions again: the process was busy for so long that records may have expired without a refresh. */
  restart(now: number): void {
    const at = now + questionDelay(this.#options.random)
    for (const cluster of this.#clusters.values()) {
      const { first, second } = cluster.questions
      cluster.startedAt = at
      this.#schedule.restart(first, at)
      if (second === undefined) continue
      cluster.secondAt = at + SECOND_DELAY
      this.#schedule.restart(second, cluster.secondAt)
    }
    this.#options.wake(at)
  }

  /** Notifies subscribers that all instances are lost. */
  forget(): void {
    for (const cluster of this.#clusters.values()) if (!cluster.isEmpty) cluster.notify()
  }

  /**
   * Returns the time at which all instances of a cluster, or of any (`undefined`), have had the time to answer, in
   * milliseconds of the clock; `undefined` without a subscription to just that.
   */
  completeAt(cluster: ClusterName | undefined): number | undefined {
    const subscribed = this.#clusters.get(subscriptionKey(cluster))
    if (subscribed === undefined) return undefined
    return subscribed.startedAt + (subscribed.questions.second ? SECOND_DELAY : 0) + REPEATED_ANSWER_TIME
  }

  /**
   * Observes a query of another host: a record that it gets no answer for may be gone, and a question that gets the
   * answers that ours would get need not be sent (RFC 6762 sections 10.5 and 7.3).
   */
  observe(bytes: Uint8Array, now: number): void {
    const { cache } = this.#options.receiver.directory
    for (const { question, setKey, kind, knownKeys } of readQuery(bytes)) {
      if (cache.observeQuery(setKey, kind, knownKeys, now)) this.onReconfirm(now)
      if (this.#areKnown(knownKeys, question, now)) this.#schedule.suppress(questionKey(question), now)
    }
  }

  takeQueries(now: number): readonly Uint8Array[] {
    for (const cluster of this.#clusters.values()) this.#requestSecond(cluster, now)
    const old = now >= this.#nextScanAt ? this.#scanCache(now) : []
    const due = new Map<string, MulticastQuestion>()
    for (const question of [...this.#schedule.takeDue(now), ...old]) due.set(questionKey(question), question)
    const lists = this.#lists.take([...due.values()].filter(isListQuestion), now)
    const others = [...due.values()].filter((question) => !isListQuestion(question))
    return writeBrowseQueries(lists, others, this.#options.receiver.directory, now)
  }

  onInstances(changed: ChangedInstances, now: number): void {
    const clusters = new Map([...changed].map(([key, keys]) => [key, this.#concerned(keys)]))
    this.#updateInstances(clusters, now)
    // A new record needs no refresh before that.
    this.#scanNoLaterThan(now + SCAN_INTERVAL)
  }

  onReconfirm(now: number): void {
    this.#scanNoLaterThan(Math.max(now + RECONFIRM_DELAY, this.#scannedAt + SHORTEST_SCAN_INTERVAL))
  }

  // Dropped datagrams and limits are reported by one-shot queries.
  onDropped(): void {}

  onLimitReached(): void {}

  #open(key: string, name: ClusterName | undefined, now: number): SubscribedCluster {
    const at = now + questionDelay(this.#options.random)
    const cluster = new SubscribedCluster(name, at)
    const { first, second } = cluster.questions
    if (second !== undefined) cluster.secondAt = at + SECOND_DELAY
    const isRequested = this.#neededLists.has(questionKey(first))
    for (const list of listsOf(cluster)) {
      this.#neededLists.set(questionKey(list), (this.#neededLists.get(questionKey(list)) ?? 0) + 1)
    }
    this.#schedule.request(questionKey(first), [first], at)
    if (!isRequested) this.#schedule.restart(first, at)
    this.#clusters.set(key, cluster)
    const candidates = this.#options.receiver.directory.candidates(cluster.questions.cluster)
    this.#updateInstances(new Map(candidates.map((instance) => [instance, [cluster]])), now)
    this.#options.wake(at)
    return cluster
  }

  /** Returns the subscribed clusters of those keys, and that of all names; every one for `undefined`. */
  #concerned(keys: readonly string[] | undefined): readonly SubscribedCluster[] {
    if (keys === undefined) return [...this.#clusters.values()]
    return ['', ...keys].flatMap((key) => this.#clusters.get(key) ?? [])
  }

  #updateInstances(concerned: ReadonlyMap<string, Iterable<SubscribedCluster>>, now: number): void {
    const { receiver, random, wake } = this.#options
    const dueAt = now + questionDelay(random)
    const changed = new Set<SubscribedCluster>()
    let isAnythingMissing = false
    for (const [key, clusters] of concerned) {
      const instance = receiver.directory.instance(key, now)
      for (const cluster of clusters) if (cluster.update(key, instance)) changed.add(cluster)
      const missing = instance === undefined ? [] : this.#missing(instance)
      this.#schedule.request(key, missing, dueAt)
      isAnythingMissing ||= missing.length > 0
    }
    if (isAnythingMissing) wake(dueAt)
    for (const cluster of changed) cluster.notify()
  }

  /** Tells whether our own question would list these known answers too, so that its answers would not be more. */
  #areKnown(keys: ReadonlySet<string>, question: MulticastQuestion, now: number): boolean {
    if (keys.size === 0) return true
    if (!isListQuestion(question)) return false
    const known = this.#options.receiver.directory.knownInstances(now, listedSubtype(question))
    const own = new Set(known.map(({ label }) => instanceKey(label)))
    return [...keys].every((key) => own.has(key))
  }

  #missing(instance: Instance): readonly MulticastQuestion[] {
    const areOnlyNamesWanted = this.#clusters.size === (this.#clusters.has('') ? 1 : 0)
    if (areOnlyNamesWanted) return missingText(instance)
    return missingRecords(instance, () => {
      const key = clusterKey(instance)
      return key !== undefined && this.#clusters.has(key)
    })
  }

  #requestSecond(cluster: SubscribedCluster, now: number): void {
    if (now < cluster.secondAt) return
    const { second } = cluster.questions
    cluster.secondAt = Number.POSITIVE_INFINITY
    if (second !== undefined) this.#schedule.request(questionKey(second), [second], now)
  }

  /** Removes expired records, and returns the questions that refresh others. */
  #scanCache(now: number): MulticastQuestion[] {
    const { receiver } = this.#options
    receiver.sweep(now)
    const questions: MulticastQuestion[] = []
    let next = Number.POSITIVE_INFINITY
    for (const cached of receiver.directory.cache.all(now)) {
      next = Math.min(next, cached.expiresAt)
      const wanted = this.#questionsFor(cached.record)
      if (wanted.length === 0) continue
      for (const time of refreshTimes(cached, this.#jitter)) {
        if (time > now) next = Math.min(next, time)
        else if (time > this.#scannedAt && questions.length < MOST_QUESTIONS) questions.push(...wanted)
      }
    }
    this.#scannedAt = now
    this.#nextScanAt = Math.max(next, now + SHORTEST_SCAN_INTERVAL)
    return questions
  }

  /** Returns the questions that refresh a record, if a subscriber needs it; a list refreshes its records together. */
  #questionsFor(record: MulticastRecord): readonly MulticastQuestion[] {
    const { directory } = this.#options.receiver
    const keys = directory.instancesOf(record)
    const areEndpointsWanted = keys.some((key) => {
      return directory.clustersOf(key).some((cluster) => this.#clusters.get(cluster)?.has(key))
    })
    if (!areEndpointsWanted && !keys.some((key) => this.#clusters.get('')?.has(key))) return []
    switch (record.kind) {
      case 'PTR':
        return this.#listQuestionsFor(record)
      case 'TXT':
        return [textQuestion(record.instance)]
      // Subscribers to the names of all clusters need no endpoints.
      case 'SRV':
        return areEndpointsWanted ? [serviceQuestion(record.instance)] : []
      default:
        return areEndpointsWanted ? [addressQuestion(record)] : []
    }
  }

  #listQuestionsFor({ subtype }: PointerRecord): readonly MulticastQuestion[] {
    if (subtype === undefined) return [BROWSE_QUESTION]
    const question = subtypeQuestion(subtype)
    // An instance listed under a subtype is listed under the service type too, even if no list says so.
    return [this.#neededLists.has(questionKey(question)) ? question : BROWSE_QUESTION]
  }

  #scanNoLaterThan(time: number): void {
    if (time >= this.#nextScanAt) return
    this.#nextScanAt = time
    this.#options.wake(time)
  }
}

/** Returns the lists of instances that the questions of a cluster are for. */
function listsOf({ questions: { first, second } }: SubscribedCluster): readonly MulticastQuestion[] {
  return second === undefined ? [first] : [first, second]
}

const SECOND_DELAY = secondDelay({ minimumTime: 1_000 })

/** The longest time from a new record to the next scan of all records, in milliseconds. */
const SCAN_INTERVAL = 500
/** The shortest time between two scans. */
const SHORTEST_SCAN_INTERVAL = 100
const RECONFIRM_DELAY = 25
/** The most questions of one scan. */
const MOST_QUESTIONS = 100

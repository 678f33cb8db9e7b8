import { type ClusterName, clusterNameKey, type Random } from '@pstorage/discovery-core'
import type { LinkObserver, LinkReceiver } from '../records/link-receiver.js'
import {
  addressQuestion,
  BROWSE_QUESTION,
  isListQuestion,
  listedSubtype,
  type MulticastQuestion,
  questionKey,
  sameQuestion,
  serviceQuestion,
  subtypeQuestion,
  textQuestion,
} from '../records/multicast-question.js'
import { instanceKey, type MulticastRecord, type PointerRecord } from '../records/multicast-record.js'
import { readQuery } from '../records/read-query.js'
import type { Instance } from '../records/service-directory.js'
import { questionDelay, REPEATED_ANSWER_TIME } from './browse-limits.js'
import {
  ALL_INSTANCES,
  type BrowseQuestions,
  instancesOf,
  missingRecords,
  missingText,
  secondDelay,
  writeBrowseQueries,
} from './browse-questions.js'
import { ListQuestionLimiter, QuestionSchedule, refreshTimes } from './question-schedule.js'
import { type Subscription, SubscriptionState } from './subscription.js'

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
  readonly #active = new Map<Subscription, ActiveSubscription>()
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
    const seconds = [...this.#active.values()].map(({ secondAt }) => secondAt)
    return Math.min(this.#schedule.nextAt(), this.#nextScanAt, this.#lists.nextAt, ...seconds)
  }

  add(subscription: Subscription, now: number): void {
    const questions = subscription.cluster === undefined ? ALL_INSTANCES : instancesOf(subscription.cluster)
    const at = now + questionDelay(this.#options.random)
    const secondAt = questions.second ? at + SECOND_DELAY : Number.POSITIVE_INFINITY
    const isRequested = [...this.#active.values()].some(({ questions: { first, second } }) => {
      return [first, second].some((list) => list !== undefined && sameQuestion(list, questions.first))
    })
    const startedAt = this.#activeFor(subscription.cluster)?.startedAt ?? at
    this.#active.set(subscription, { questions, secondAt, startedAt, state: new SubscriptionState(subscription) })
    this.#schedule.request(questions.first, [questions.first], at)
    if (!isRequested) this.#schedule.restart(questions.first, at)
    this.#updateInstances(
      this.#options.receiver.directory.instances(now).map(({ key }) => key),
      now,
    )
    this.#options.wake(at)
  }

  remove(subscription: Subscription, now: number): void {
    const active = this.#active.get(subscription)
    if (active === undefined) return
    this.#active.delete(subscription)
    for (const list of [active.questions.first, active.questions.second]) {
      if (list !== undefined && !this.#isListWanted(list)) this.#schedule.request(list, [], now)
    }
  }

  /** Starts all questions again: the process was busy for so long that records may have expired without a refresh. */
  restart(now: number): void {
    const at = now + questionDelay(this.#options.random)
    for (const active of this.#active.values()) {
      active.startedAt = at
      active.secondAt = active.questions.second ? at + SECOND_DELAY : Number.POSITIVE_INFINITY
      this.#schedule.restart(active.questions.first, at)
      if (active.questions.second) this.#schedule.restart(active.questions.second, active.secondAt)
    }
    this.#options.wake(at)
  }

  /** Notifies subscribers that all instances are lost. */
  forget(): void {
    for (const { state } of this.#active.values()) if (!state.isEmpty) state.subscription.onChange()
  }

  /**
   * Returns the time at which all instances of a cluster, or of any (`undefined`), have had the time to answer, in
   * milliseconds of the clock; `undefined` without a subscription to just that.
   */
  completeAt(cluster: ClusterName | undefined): number | undefined {
    const active = this.#activeFor(cluster)
    if (active === undefined) return undefined
    return active.startedAt + (active.questions.second ? SECOND_DELAY : 0) + REPEATED_ANSWER_TIME
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
    for (const active of this.#active.values()) this.#requestSecond(active, now)
    const old = now >= this.#nextScanAt ? this.#scanCache(now) : []
    const due = new Map<string, MulticastQuestion>()
    for (const question of [...this.#schedule.takeDue(now), ...old]) due.set(questionKey(question), question)
    const lists = this.#lists.take([...due.values()].filter(isListQuestion), now)
    const others = [...due.values()].filter((question) => !isListQuestion(question))
    return writeBrowseQueries(lists, others, this.#options.receiver.directory, now)
  }

  onInstances(keys: ReadonlySet<string>, _isNew: boolean, now: number): void {
    this.#updateInstances(keys, now)
    // A new record needs no refresh before that.
    this.#scanNoLaterThan(now + SCAN_INTERVAL)
  }

  onReconfirm(now: number): void {
    this.#scanNoLaterThan(Math.max(now + RECONFIRM_DELAY, this.#scannedAt + SHORTEST_SCAN_INTERVAL))
  }

  // Dropped datagrams and limits are reported by one-shot queries.
  onDropped(): void {}

  onLimitReached(): void {}

  #updateInstances(keys: Iterable<string>, now: number): void {
    const { receiver, random, wake } = this.#options
    const dueAt = now + questionDelay(random)
    const changed = new Set<Subscription>()
    let isAnythingMissing = false
    for (const key of keys) {
      const instance = receiver.directory.instance(key, now)
      for (const { state } of this.#active.values()) if (state.update(key, instance)) changed.add(state.subscription)
      const missing = instance === undefined ? [] : this.#missing(instance)
      this.#schedule.request(key, missing, dueAt)
      isAnythingMissing ||= missing.length > 0
    }
    if (isAnythingMissing) wake(dueAt)
    for (const subscription of changed) subscription.onChange()
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
    const states = [...this.#active.values()].map(({ state }) => state)
    if (states.every(({ subscription }) => subscription.cluster === undefined)) return missingText(instance)
    return missingRecords(instance, () => states.some((state) => state.isWanted(instance)))
  }

  #requestSecond(active: ActiveSubscription, now: number): void {
    if (now < active.secondAt) return
    const { second } = active.questions
    active.secondAt = Number.POSITIVE_INFINITY
    if (second !== undefined) this.#schedule.request(second, [second], now)
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
    const states = [...this.#active.values()].map(({ state }) => state)
    const keys = this.#options.receiver.directory.instancesOf(record)
    const matter = states.filter((state) => keys.some((key) => state.has(key)))
    if (matter.length === 0) return []
    // Subscribers to the names of all clusters need no endpoints.
    const areEndpointsWanted = matter.some(({ subscription }) => subscription.cluster !== undefined)
    switch (record.kind) {
      case 'PTR':
        return this.#listQuestionsFor(record)
      case 'TXT':
        return [textQuestion(record.instance)]
      case 'SRV':
        return areEndpointsWanted ? [serviceQuestion(record.instance)] : []
      default:
        return areEndpointsWanted ? [addressQuestion(record)] : []
    }
  }

  #listQuestionsFor({ subtype }: PointerRecord): readonly MulticastQuestion[] {
    if (subtype === undefined) return [BROWSE_QUESTION]
    const question = subtypeQuestion(subtype)
    const isRequested = [...this.#active.values()].some(({ questions }) => sameQuestion(questions.first, question))
    // An instance listed under a subtype is listed under the service type too, even if no list says so.
    return [isRequested ? question : BROWSE_QUESTION]
  }

  #isListWanted(list: MulticastQuestion): boolean {
    return [...this.#active.values()].some(({ questions: { first, second } }) => first === list || second === list)
  }

  #activeFor(cluster: ClusterName | undefined): ActiveSubscription | undefined {
    const key = cluster && clusterNameKey(cluster)
    return [...this.#active.values()].find(({ state: { subscription } }) => {
      return (subscription.cluster && clusterNameKey(subscription.cluster)) === key
    })
  }

  #scanNoLaterThan(time: number): void {
    if (time >= this.#nextScanAt) return
    this.#nextScanAt = time
    this.#options.wake(time)
  }
}

interface ActiveSubscription {
  readonly state: SubscriptionState
  readonly questions: BrowseQuestions
  secondAt: number
  /** The time of the first question for its list, or of its restart. */
  startedAt: number
}

const SECOND_DELAY = secondDelay({ minimumTime: 1_000 })

/** The longest time from a new record to the next scan of all records, in milliseconds. */
const SCAN_INTERVAL = 500
/** The shortest time between two scans. */
const SHORTEST_SCAN_INTERVAL = 100
const RECONFIRM_DELAY = 25
/** The most questions of one scan. */
const MOST_QUESTIONS = 100

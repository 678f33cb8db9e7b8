import { type ClusterName, clusterNameKey, type Random } from '@pstorage/discovery-core'
import { ALL_INSTANCES, type BrowseQuestions, fallbackDelay, instancesOf } from './browse-questions.js'
import { type Interest, InterestView } from './interest.js'
import type { HearingReader, LinkHearing } from './link-hearing.js'
import { ListTimes } from './list-times.js'
import { HEARING_TIME, questionDelay } from './listening-time.js'
import { missingRecords, missingText } from './missing-records.js'
import { writeMulticastQueries } from './multicast-query.js'
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
} from './multicast-question.js'
import type { MulticastRecord, PointerRecord } from './multicast-record.js'
import { QuestionSchedule } from './question-schedule.js'
import { readQuery } from './read-query.js'
import { refreshTimes } from './refresh-times.js'
import type { Instance } from './service-directory.js'

/** What a {@link ContinuousBrowse} needs. */
export interface ContinuousBrowseOptions {
  readonly hearing: LinkHearing
  /** How many different questions may be asked. */
  readonly questions: number
  readonly random: Random
  /** Called when something may have to be done at that time. */
  readonly wake: (at: number) => void
}

/**
 * Browses one interface for as long as anybody is interested: asks again and again at growing intervals, asks for what is
 * about to expire, and tells who is interested what changes. No sockets and no timers; every time is a parameter, in
 * milliseconds of the clock.
 *
 * @see RFC 6762 sections 5.2 and 10
 */
export class ContinuousBrowse implements HearingReader {
  readonly #options: ContinuousBrowseOptions
  readonly #schedule: QuestionSchedule
  readonly #watched = new Map<Interest, Watched>()
  /** The share of lifetimes by which this host differs from others. */
  readonly #jitter: number
  readonly #lists = new ListTimes()
  #lookedAt = Number.NEGATIVE_INFINITY
  #nextLookAt = Number.POSITIVE_INFINITY

  constructor(options: ContinuousBrowseOptions) {
    this.#options = options
    this.#schedule = new QuestionSchedule(options.questions)
    this.#jitter = options.random.below(20) / 1_000
  }

  /** When something has to be done next. */
  get nextAt(): number {
    const fallbacks = [...this.#watched.values()].map(({ fallbackAt }) => fallbackAt)
    return Math.min(this.#schedule.nextAt(), this.#nextLookAt, this.#lists.nextAt, ...fallbacks)
  }

  add(interest: Interest, now: number): void {
    const questions = interest.cluster === undefined ? ALL_INSTANCES : instancesOf(interest.cluster)
    const at = now + questionDelay(this.#options.random)
    const fallbackAt = questions.fallback ? at + FALLBACK_DELAY : Number.POSITIVE_INFINITY
    const isAsked = [...this.#watched.values()].some(({ questions: { first, fallback } }) => {
      return [first, fallback].some((list) => list !== undefined && sameQuestion(list, questions.first))
    })
    const askedAt = this.#watchedOf(interest.cluster)?.askedAt ?? at
    this.#watched.set(interest, { questions, fallbackAt, askedAt, view: new InterestView(interest) })
    this.#schedule.want(questions.first, [questions.first], at)
    if (!isAsked) this.#schedule.restart(questions.first, at)
    this.#lookAt(
      this.#options.hearing.directory.instances(now).map(({ key }) => key),
      now,
    )
    this.#options.wake(at)
  }

  remove(interest: Interest, now: number): void {
    const watched = this.#watched.get(interest)
    if (watched === undefined) return
    this.#watched.delete(interest)
    for (const list of [watched.questions.first, watched.questions.fallback]) {
      if (list !== undefined && !this.#isListWanted(list)) this.#schedule.want(list, [], now)
    }
  }

  /** Tells who is interested that nothing is known any more. */
  forget(): void {
    for (const { view } of this.#watched.values()) if (!view.isEmpty) view.interest.changed()
  }

  /**
   * When whoever knows of a cluster, or of any (`undefined`), has had the time to say so, in milliseconds of the clock;
   * `undefined` where nobody is interested in just that.
   */
  heardOutAt(cluster: ClusterName | undefined): number | undefined {
    const watched = this.#watchedOf(cluster)
    if (watched === undefined) return undefined
    return watched.askedAt + (watched.questions.fallback ? FALLBACK_DELAY : 0) + HEARING_TIME
  }

  /** Takes note of what others ask: what gets no answer is not there any more. */
  observe(bytes: Uint8Array, now: number): void {
    const { cache } = this.#options.hearing.directory
    for (const { setKey, kind, knownKeys } of readQuery(bytes)) {
      if (cache.askedFor(setKey, kind, knownKeys, now)) this.doubted(now)
    }
  }

  /** The messages that are to be sent now. */
  takeQueries(now: number): readonly Uint8Array[] {
    for (const watched of this.#watched.values()) this.#fallBack(watched, now)
    const old = now >= this.#nextLookAt ? this.#lookForOld(now) : []
    const due = new Map<string, MulticastQuestion>()
    for (const question of [...this.#schedule.takeDue(now), ...old]) due.set(questionKey(question), question)
    const lists = this.#lists.take([...due.values()].filter(isListQuestion), now)
    const others = [...due.values()].filter((question) => !isListQuestion(question))
    const { directory } = this.#options.hearing
    return [
      ...lists.flatMap((list) => writeMulticastQueries([list], directory.knownInstances(now, listedSubtype(list)))),
      ...(others.length > 0 ? writeMulticastQueries(others) : []),
    ]
  }

  touched(keys: ReadonlySet<string>, _isNews: boolean, now: number): void {
    this.#lookAt(keys, now)
    // Nothing that is new has to be asked for again before that.
    this.#lookNoLaterThan(now + LOOK_INTERVAL)
  }

  doubted(now: number): void {
    this.#lookNoLaterThan(Math.max(now + DOUBT_DELAY, this.#lookedAt + SHORTEST_LOOK_INTERVAL))
  }

  // What is not used, and what found no room, is for those who ask to report.
  dropped(): void {}

  limitReached(): void {}

  #lookAt(keys: Iterable<string>, now: number): void {
    const { hearing, random, wake } = this.#options
    const dueAt = now + questionDelay(random)
    const changed = new Set<Interest>()
    let isAnythingMissing = false
    for (const key of keys) {
      const instance = hearing.directory.instance(key, now)
      for (const { view } of this.#watched.values()) if (view.update(key, instance)) changed.add(view.interest)
      const missing = instance === undefined ? [] : this.#missing(instance)
      this.#schedule.want(key, missing, dueAt)
      isAnythingMissing ||= missing.length > 0
    }
    if (isAnythingMissing) wake(dueAt)
    for (const interest of changed) interest.changed()
  }

  #missing(instance: Instance): readonly MulticastQuestion[] {
    const views = [...this.#watched.values()].map(({ view }) => view)
    if (views.every(({ interest }) => interest.cluster === undefined)) return missingText(instance)
    return missingRecords(instance, () => views.some((view) => view.isWanted(instance)))
  }

  #fallBack(watched: Watched, now: number): void {
    if (now < watched.fallbackAt) return
    const { first, fallback } = watched.questions
    watched.fallbackAt = Number.POSITIVE_INFINITY
    const hasCome = !watched.view.isEmpty || this.#options.hearing.directory.isAnyListed(listedSubtype(first), now)
    if (fallback !== undefined && !hasCome) this.#schedule.want(fallback, [fallback], now)
  }

  /** Lets go of what has expired, and gives what has to be asked for again. */
  #lookForOld(now: number): MulticastQuestion[] {
    const { hearing } = this.#options
    hearing.sweep(now)
    const questions: MulticastQuestion[] = []
    let next = Number.POSITIVE_INFINITY
    for (const told of hearing.directory.cache.all(now)) {
      next = Math.min(next, told.expiresAt)
      const wanted = this.#questionsFor(told.record)
      if (wanted.length === 0) continue
      for (const time of refreshTimes(told, this.#jitter)) {
        if (time > now) next = Math.min(next, time)
        else if (time > this.#lookedAt && questions.length < MOST_AT_ONCE) questions.push(...wanted)
      }
    }
    this.#lookedAt = now
    this.#nextLookAt = Math.max(next, now + SHORTEST_LOOK_INTERVAL)
    return questions
  }

  /** What asks for a record again, if it matters to anybody; what stands on a list is asked for by that list. */
  #questionsFor(record: MulticastRecord): readonly MulticastQuestion[] {
    const views = [...this.#watched.values()].map(({ view }) => view)
    const keys = this.#options.hearing.directory.instancesOf(record)
    const matter = views.filter((view) => keys.some((key) => view.has(key)))
    if (matter.length === 0) return []
    // Where an instance listens is of no interest to those who want names.
    const isPlaceWanted = matter.some(({ interest }) => interest.cluster !== undefined)
    switch (record.kind) {
      case 'PTR':
        return this.#listQuestionsFor(record)
      case 'TXT':
        return [textQuestion(record.instance)]
      case 'SRV':
        return isPlaceWanted ? [serviceQuestion(record.instance)] : []
      default:
        return isPlaceWanted ? [addressQuestion(record)] : []
    }
  }

  #listQuestionsFor({ subtype }: PointerRecord): readonly MulticastQuestion[] {
    if (subtype === undefined) return [BROWSE_QUESTION]
    const question = subtypeQuestion(subtype)
    const isAsked = [...this.#watched.values()].some(({ questions }) => sameQuestion(questions.first, question))
    return isAsked ? [question] : []
  }

  #isListWanted(list: MulticastQuestion): boolean {
    return [...this.#watched.values()].some(({ questions: { first, fallback } }) => first === list || fallback === list)
  }

  #watchedOf(cluster: ClusterName | undefined): Watched | undefined {
    const key = cluster && clusterNameKey(cluster)
    return [...this.#watched.values()].find(({ view: { interest } }) => {
      return (interest.cluster && clusterNameKey(interest.cluster)) === key
    })
  }

  #lookNoLaterThan(time: number): void {
    if (time >= this.#nextLookAt) return
    this.#nextLookAt = time
    this.#options.wake(time)
  }
}

interface Watched {
  readonly view: InterestView
  readonly questions: BrowseQuestions
  fallbackAt: number
  /** When its list is asked for the first time. */
  readonly askedAt: number
}

const FALLBACK_DELAY = fallbackDelay({ minimumTime: 1_000 })

/** When a look at all records is due at the latest after something new, in milliseconds. */
const LOOK_INTERVAL = 500
/** And how long it is put off at least after the last one. */
const SHORTEST_LOOK_INTERVAL = 100
const DOUBT_DELAY = 25
/** Questions that one look may lead to. */
const MOST_AT_ONCE = 100

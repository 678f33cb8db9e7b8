import { escapeText, type Random } from '@pstorage/discovery-core'
import { isSubdomainOf } from '@pstorage/dns-message'
import type { MulticastInterface, Sender } from '../link/multicast-interface.js'
import { DropCount, type LinkObserver, type LinkReceiver } from '../records/link-receiver.js'
import { isListQuestion, type MulticastQuestion } from '../records/multicast-question.js'
import type { Reading } from '../records/read-response.js'
import type { ChangedInstances, Instance } from '../records/service-directory.js'
import {
  type ListeningProgress,
  type ListeningTimes,
  NO_PROGRESS,
  postponeProgress,
  questionDelay,
  REPEATED_ANSWER_TIME,
  type ZeroconfLimits,
} from './browse-limits.js'
import {
  type BrowseQuestions,
  isUnresolved,
  NamedInstance,
  secondDelay,
  writeBrowseQueries,
} from './browse-questions.js'
import type { InstanceReporter, ReporterContext, ZeroconfWarning } from './instance-reporter.js'
import { QuestionSchedule } from './question-schedule.js'

/** Options of a {@link OneShotBrowser}. */
interface OneShotBrowserOptions {
  readonly networkInterface: MulticastInterface
  /** The receiver of the interface, with the records so far. */
  readonly receiver: LinkReceiver
  readonly questions: BrowseQuestions
  readonly times: ListeningTimes
  readonly limits: ZeroconfLimits
  readonly random: Random
  /** Creates the reporter of the instances. */
  readonly createReporter: (context: ReporterContext) => InstanceReporter
  readonly warn: (warning: ZeroconfWarning) => void
  /** Called when a question may be due at that time. */
  readonly wake: (at: number) => void
  /** Called when an instance has become complete: listening may end earlier. */
  readonly completed: (now: number) => void
}

/**
 * Browses one interface for one query: reports the instances received, and asks for their missing records. No sockets
 * and no timers; every time is a parameter, in milliseconds of the clock.
 */
export class OneShotBrowser implements LinkObserver {
  readonly drops: DropCount = new DropCount()
  readonly reporter: InstanceReporter
  readonly cluster: string | undefined
  readonly #options: OneShotBrowserOptions
  readonly #schedule: QuestionSchedule
  readonly #limitsReached = new Set<keyof ZeroconfLimits>()
  readonly #sentLists = new Set<MulticastQuestion>()
  readonly #named: NamedInstance | undefined
  readonly #incomplete = new Set<string>()
  #secondAt = Number.POSITIVE_INFINITY
  #progress: ListeningProgress = NO_PROGRESS
  #damagedAnswer: string | undefined
  #firstLimitReached: string | undefined

  constructor(options: OneShotBrowserOptions) {
    const { networkInterface, receiver, questions, limits, createReporter } = options
    this.cluster = questions.cluster
    this.#named = questions.named === undefined ? undefined : new NamedInstance(questions.named, receiver.directory)
    this.#options = options
    this.#schedule = new QuestionSchedule(limits.questions)
    const limitReached = (): void => this.onLimitReached('results')
    this.reporter = createReporter({
      interface: networkInterface.name,
      loopback: networkInterface.loopback,
      results: limits.results,
      limitReached,
    })
  }

  /** The times that decide when listening ends. */
  get progress(): ListeningProgress {
    return this.#progress
  }

  /** The fault of the first answer about our service that could not be read. */
  get damagedAnswer(): string | undefined {
    return this.#damagedAnswer
  }

  /** The first limit that kept a record from being used, as a sentence. */
  get limitHit(): string | undefined {
    return this.#firstLimitReached
  }

  get nextQuestionAt(): number {
    return Math.min(this.#schedule.nextAt(), this.#secondAt)
  }

  /** Plans the first question, and reports the known instances. */
  start(now: number): void {
    const { questions, random, times, receiver } = this.#options
    const at = now + questionDelay(random)
    this.#schedule.request(questions.first, [questions.first], at)
    if (questions.second !== undefined) this.#secondAt = at + secondDelay(times)
    this.#schedule.request(this.#named, this.#named?.questions(now) ?? [], at)
    this.#updateInstances(receiver.directory.candidates(this.cluster), now)
  }

  /** Reports the known instances of a continuous query, which was started at that time. */
  join(startedAt: number, now: number): void {
    const { receiver } = this.#options
    this.#progress = { ...this.#progress, startedAt }
    this.#updateInstances(receiver.directory.candidates(this.cluster), now)
  }

  /**
   * Returns the time until which the missing records of known instances may arrive: a question and its repetition take
   * that long.
   */
  incompleteUntil(now: number): number {
    let until = Number.NEGATIVE_INFINITY
    for (const { listing, text, services } of this.#incompleteInstances(now)) {
      const records = [listing, ...(text ? [text] : []), ...services.map(({ service }) => service)]
      until = Math.max(until, ...records.map(({ since }) => since + REPEATED_ANSWER_TIME))
    }
    return until
  }

  /** Tells whether no result is usable yet, and one may become usable. */
  isUnusable(now: number): boolean {
    if (this.reporter.count > 0) return false
    return this.#incompleteInstances(now).some(({ services }) => services.every(isUnresolved))
  }

  /** Moves all times by so many milliseconds: the process was busy. */
  postpone(milliseconds: number): void {
    this.#progress = postponeProgress(this.#progress, milliseconds)
    this.#schedule.postpone(milliseconds)
    this.#secondAt += milliseconds
  }

  takeQueries(now: number): readonly Uint8Array[] {
    this.#requestSecond(now)
    const due = this.#schedule.takeDue(now)
    const lists = due.filter(isListQuestion)
    const others = due.filter((question) => !isListQuestion(question))
    for (const list of lists) this.#recordSent(list, now)
    // By name once only: from then on, lists name the instances.
    if (lists.length > 0) this.#schedule.request(this.#named, [], now)
    return writeBrowseQueries(lists, others, this.#options.receiver.directory, now)
  }

  /** Reports the results of incomplete instances. */
  reportIncomplete(now: number): void {
    const { directory } = this.#options.receiver
    const keys = new Set([...directory.candidates(this.cluster), ...(this.#named ? [this.#named.key] : [])])
    for (const key of keys) {
      const instance = this.#instance(key, now)
      if (instance !== undefined) this.reporter.reportIncomplete(instance)
    }
  }

  onNewRecord(now: number): void {
    this.#progress = { ...this.#progress, lastNewAt: now }
  }

  onInstances(changed: ChangedInstances, now: number): void {
    this.#updateInstances(changed.keys(), now)
  }

  onDropped(reading: Exclude<Reading, { readonly dropped: undefined }>, sender: Sender): void {
    this.drops.add(reading.dropped)
    if (reading.dropped === 'malformed' && reading.concernsUs) this.#damagedAnswerFrom(sender, reading.error)
  }

  onLimitReached(limit: keyof ZeroconfLimits): void {
    if (this.#limitsReached.has(limit)) return
    this.#limitsReached.add(limit)
    const { networkInterface, limits, warn } = this.#options
    const what = `${LIMITED[limit]} than ${limits[limit]}, and not all could be used (limits.${limit})`
    const message = `there were ${what} on ${escapeText(networkInterface.name)}`
    // A datagram that is too long violates the standard, and is no answer.
    if (limit !== 'packetBytes') this.#firstLimitReached ??= message
    warn({ code: 'mdns-limit', message })
  }

  #instance(key: string, now: number): Instance | undefined {
    const listed = this.#options.receiver.directory.instance(key, now)
    return listed ?? (key === this.#named?.key ? this.#named.answered(now) : undefined)
  }

  #recordSent(list: MulticastQuestion, now: number): void {
    if (this.#sentLists.size === 0) this.#progress = { ...this.#progress, startedAt: now }
    else if (this.#sentLists.has(list)) this.#progress = { ...this.#progress, repeatedAt: now }
    else this.#progress = { ...this.#progress, secondAt: now }
    this.#sentLists.add(list)
  }

  #requestSecond(now: number): void {
    if (now < this.#secondAt) return
    this.#secondAt = Number.POSITIVE_INFINITY
    const { second } = this.#options.questions
    if (second !== undefined) this.#schedule.request(second, [second], now)
  }

  /** Returns the incomplete instances whose missing records are in the domain `local`. */
  #incompleteInstances(now: number): Instance[] {
    const instances = [...this.#incomplete].flatMap((key) => this.#instance(key, now) ?? [])
    return instances.filter((instance) =>
      this.reporter.missing(instance).some(({ name }) => isSubdomainOf(name, LOCAL)),
    )
  }

  #updateInstances(keys: Iterable<string>, now: number): void {
    const { random, wake, completed } = this.#options
    const dueAt = now + questionDelay(random)
    let isAnythingMissing = false
    let isAnyCompleted = false
    for (const key of keys) {
      const instance = this.#instance(key, now)
      if (instance !== undefined) this.reporter.report(instance)
      const missing = instance === undefined ? [] : this.reporter.missing(instance)
      if (!this.#schedule.request(key, missing, dueAt)) this.onLimitReached('questions')
      if (missing.length > 0) this.#incomplete.add(key)
      else if (this.#incomplete.delete(key)) isAnyCompleted = true
      isAnythingMissing ||= missing.length > 0
    }
    if (isAnyCompleted) completed(now)
    if (isAnythingMissing) wake(dueAt)
  }

  #damagedAnswerFrom({ address }: Sender, { message: fault }: Error): void {
    if (this.#damagedAnswer !== undefined) return
    const { networkInterface, warn } = this.#options
    const message = `an answer on ${escapeText(networkInterface.name)} from ${escapeText(address)} cannot be read: ${fault}`
    this.#damagedAnswer = message
    warn({ code: 'mdns-answer-malformed', message })
  }
}

const LOCAL = ['local']
const LIMITED: Readonly<Record<keyof ZeroconfLimits, string>> = {
  packetBytes: 'datagrams of more octets',
  records: 'more records',
  recordsPerName: 'more records of one name and type',
  questions: 'more questions about incomplete answers',
  results: 'more results',
}

import { escapeText, type Random } from '@pstorage/discovery-core'
import { type BrowseQuestions, fallbackDelay } from './browse-questions.js'
import type { BrowseReport, ReportPlace } from './browse-report.js'
import { DropCount } from './drop-count.js'
import type { HearingReader, LinkHearing } from './link-hearing.js'
import type { ListeningPlace } from './listening-place.js'
import {
  HEARING_TIME,
  type ListeningProgress,
  type ListeningTimes,
  NO_PROGRESS,
  questionDelay,
} from './listening-time.js'
import { writeMulticastQueries } from './multicast-query.js'
import { isListQuestion, listedSubtype, type MulticastQuestion } from './multicast-question.js'
import { NamedInstance } from './named-instance.js'
import { QuestionSchedule } from './question-schedule.js'
import type { Reading, Sender } from './read-response.js'
import type { Instance } from './service-directory.js'
import type { ZeroconfLimits } from './zeroconf-limits.js'
import type { ZeroconfWarning } from './zeroconf-warning.js'

/** How an interface is browsed. */
export interface InterfaceBrowseOptions {
  readonly place: ListeningPlace
  /** What is heard there, and what was heard before. */
  readonly hearing: LinkHearing
  readonly questions: BrowseQuestions
  readonly times: ListeningTimes
  readonly limits: ZeroconfLimits
  readonly random: Random
  /** Makes what reports the instances. */
  readonly report: (place: ReportPlace) => BrowseReport
  readonly warn: (warning: ZeroconfWarning) => void
  /** Called when something may have to be asked at that time. */
  readonly wake: (at: number) => void
}

/**
 * One question on one interface: what is heard becomes results, and what that leaves out becomes questions. No sockets and
 * no timers; every time is a parameter, in milliseconds of the clock.
 */
export class InterfaceBrowse implements HearingReader {
  readonly drops: DropCount = new DropCount()
  readonly report: BrowseReport
  readonly #options: InterfaceBrowseOptions
  readonly #schedule: QuestionSchedule
  readonly #limitsReached = new Set<keyof ZeroconfLimits>()
  /** What was asked already of what lists instances. */
  readonly #listsAsked = new Set<MulticastQuestion>()
  readonly #named: NamedInstance | undefined
  #fallbackAt = Number.POSITIVE_INFINITY
  #progress: ListeningProgress = NO_PROGRESS
  #damagedAnswer: string | undefined
  #firstLimitReached: string | undefined

  constructor(options: InterfaceBrowseOptions) {
    const { place, hearing, questions, limits, report } = options
    this.#named = questions.named === undefined ? undefined : new NamedInstance(questions.named, hearing.directory)
    this.#options = options
    this.#schedule = new QuestionSchedule(limits.questions)
    const limitReached = (): void => this.limitReached('results')
    this.report = report({ interface: place.name, loopback: place.loopback, results: limits.results, limitReached })
  }

  /** How far this has come. */
  get progress(): ListeningProgress {
    return this.#progress
  }

  /** What was wrong with the first answer about our service that could not be read. */
  get damagedAnswer(): string | undefined {
    return this.#damagedAnswer
  }

  /** What kept this from taking in all that it heard, if anything did. */
  get limitHit(): string | undefined {
    return this.#firstLimitReached
  }

  /** When something has to be asked next. */
  get nextQuestionAt(): number {
    return Math.min(this.#schedule.nextAt(), this.#fallbackAt)
  }

  /** Plans the first question, and takes what is known already. */
  start(now: number): void {
    const { questions, random, times } = this.#options
    const at = now + questionDelay(random)
    this.#schedule.want(questions.first, [questions.first], at)
    if (questions.fallback !== undefined) this.#fallbackAt = at + fallbackDelay(times)
    this.#schedule.want(this.#named, this.#named?.questions(now) ?? [], at)
    this.#lookAt(this.#known(now), now)
  }

  /** Takes what is known already where all is asked for by somebody else, since a while ago. */
  join(startedAt: number, now: number): void {
    this.#progress = { ...this.#progress, startedAt }
    this.#lookAt(this.#known(now), now)
  }

  /** Until when the rest of what is known in part may come: asking for it takes that long. */
  incompleteUntil(now: number): number {
    const instances = this.#options.hearing.directory.instances(now)
    const incomplete = instances.filter((instance) => this.report.missing(instance).length > 0)
    return Math.max(
      Number.NEGATIVE_INFINITY,
      ...incomplete.map(({ claim, text, services }) => {
        const records = [claim, ...(text ? [text] : []), ...services.map(({ service }) => service)]
        return Math.max(...records.map(({ since }) => since)) + HEARING_TIME
      }),
    )
  }

  /** The messages that are to be sent now. */
  takeQueries(now: number): readonly Uint8Array[] {
    this.#fallBack(now)
    const due = this.#schedule.takeDue(now)
    const lists = due.filter(isListQuestion)
    const others = due.filter((question) => !isListQuestion(question))
    for (const list of lists) this.#noteAsked(list, now)
    // By name once only: from then on, lists tell what there is.
    if (lists.length > 0) this.#schedule.want(this.#named, [], now)
    const { directory } = this.#options.hearing
    return [
      ...lists.flatMap((list) => writeMulticastQueries([list], directory.knownInstances(now, listedSubtype(list)))),
      ...(others.length > 0 ? writeMulticastQueries(others) : []),
    ]
  }

  /** Reports what can be said of instances that did not tell everything. */
  giveUp(now: number): void {
    const { directory } = this.#options.hearing
    const keys = new Set([...directory.cache.instances(), ...(this.#named ? [this.#named.key] : [])])
    for (const key of keys) {
      const instance = this.#instance(key, now)
      if (instance !== undefined) this.report.giveUp(instance)
    }
  }

  touched(keys: ReadonlySet<string>, isNews: boolean, now: number): void {
    if (isNews) this.#progress = { ...this.#progress, lastNewsAt: now }
    this.#lookAt(keys, now)
  }

  dropped(reading: Exclude<Reading, { readonly dropped: undefined }>, sender: Sender): void {
    this.drops.add(reading.dropped)
    if (reading.dropped === 'malformed' && reading.concernsUs) this.#damagedAnswerFrom(sender, reading.error)
  }

  limitReached(limit: keyof ZeroconfLimits): void {
    if (this.#limitsReached.has(limit)) return
    this.#limitsReached.add(limit)
    const { place, limits, warn } = this.#options
    const what = `${LIMITED[limit]} than ${limits[limit]}, and not all could be used (limits.${limit})`
    const message = `there were ${what} on ${escapeText(place.name)}`
    // A datagram that is too long is against the rules, and no answer.
    if (limit !== 'packetBytes') this.#firstLimitReached ??= message
    warn({ code: 'mdns-limit', message })
  }

  #known(now: number): readonly string[] {
    return this.#options.hearing.directory.instances(now).map(({ key }) => key)
  }

  #instance(key: string, now: number): Instance | undefined {
    const listed = this.#options.hearing.directory.instance(key, now)
    return listed ?? (key === this.#named?.key ? this.#named.answered(now) : undefined)
  }

  #noteAsked(list: MulticastQuestion, now: number): void {
    if (this.#listsAsked.size === 0) this.#progress = { ...this.#progress, startedAt: now }
    else if (this.#listsAsked.has(list)) this.#progress = { ...this.#progress, repeatedAt: now }
    else this.#progress = { ...this.#progress, fellBackAt: now }
    this.#listsAsked.add(list)
  }

  /** Asks for all instances when it is time to, unless something has come. */
  #fallBack(now: number): void {
    if (now < this.#fallbackAt) return
    this.#fallbackAt = Number.POSITIVE_INFINITY
    const { hearing, questions } = this.#options
    const { first, fallback } = questions
    const hasCome =
      hearing.directory.isAnyListed(listedSubtype(first), now) ||
      hearing.directory.instances(now).some((instance) => instance.text && this.report.isWanted(instance))
    if (fallback !== undefined && !hasCome) this.#schedule.want(fallback, [fallback], now)
  }

  #lookAt(keys: Iterable<string>, now: number): void {
    const { random, wake } = this.#options
    const dueAt = now + questionDelay(random)
    let isAnythingMissing = false
    for (const key of keys) {
      const instance = this.#instance(key, now)
      if (instance !== undefined) this.report.tell(instance)
      const missing = instance === undefined ? [] : this.report.missing(instance)
      if (!this.#schedule.want(key, missing, dueAt)) this.limitReached('questions')
      isAnythingMissing ||= missing.length > 0
    }
    if (isAnythingMissing) wake(dueAt)
  }

  #damagedAnswerFrom({ address }: Sender, { message: fault }: Error): void {
    if (this.#damagedAnswer !== undefined) return
    const { place, warn } = this.#options
    const message = `an answer on ${escapeText(place.name)} from ${escapeText(address)} cannot be read: ${fault}`
    this.#damagedAnswer = message
    warn({ code: 'mdns-answer-malformed', message })
  }
}

const LIMITED: Readonly<Record<keyof ZeroconfLimits, string>> = {
  packetBytes: 'datagrams of more octets',
  records: 'more records',
  recordsPerName: 'more records of one name and type',
  questions: 'more questions about incomplete answers',
  results: 'more results',
}

import { escapeText, type Random } from '@pstorage/discovery-core'
import type { BrowseReport, ReportPlace } from './browse-report.js'
import { DropCount } from './drop-count.js'
import type { ListeningPlace } from './listening-place.js'
import { type ListeningProgress, NO_PROGRESS, questionDelay } from './listening-time.js'
import { writeMulticastQueries } from './multicast-query.js'
import { BROWSE_QUESTION, questionKey } from './multicast-question.js'
import { QuestionSchedule } from './question-schedule.js'
import { readResponse, type Sender } from './read-response.js'
import { ServiceDirectory } from './service-directory.js'
import type { ZeroconfLimits } from './zeroconf-limits.js'
import type { ZeroconfWarning } from './zeroconf-warning.js'

/** How an interface is browsed. */
export interface InterfaceBrowseOptions {
  readonly place: ListeningPlace
  readonly port: number
  readonly limits: ZeroconfLimits
  readonly random: Random
  /** Makes what reports the instances. */
  readonly report: (place: ReportPlace) => BrowseReport
  readonly warn: (warning: ZeroconfWarning) => void
}

/**
 * Browses one interface: what datagrams say becomes results, and what they leave out becomes questions. No sockets and no
 * timers; every time is a parameter, in milliseconds of the clock.
 */
export class InterfaceBrowse {
  readonly drops: DropCount = new DropCount()
  readonly report: BrowseReport
  readonly #options: InterfaceBrowseOptions
  readonly #directory: ServiceDirectory
  readonly #schedule: QuestionSchedule
  readonly #limitsReached = new Set<keyof ZeroconfLimits>()
  #progress: ListeningProgress = NO_PROGRESS
  #damagedAnswer: string | undefined
  #firstLimitReached: string | undefined

  constructor(options: InterfaceBrowseOptions) {
    const { place, limits, report } = options
    this.#options = options
    this.#directory = new ServiceDirectory(limits)
    this.#schedule = new QuestionSchedule(limits.questions)
    const limitReached = (): void => this.#limitReached('results')
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
  get limitReached(): string | undefined {
    return this.#firstLimitReached
  }

  /** When something has to be asked next. */
  get nextQuestionAt(): number {
    return this.#schedule.nextAt()
  }

  /** Plans the first question. */
  start(at: number): void {
    this.#schedule.want(BROWSER, [BROWSE_QUESTION], at)
  }

  /** Takes in a datagram. Says whether something may have to be asked because of it. */
  hear(bytes: Uint8Array, sender: Sender, now: number): boolean {
    const { place, port, limits } = this.#options
    const reading = readResponse(bytes, sender, { place, port, packetBytes: limits.packetBytes })
    if (reading.dropped !== undefined) {
      this.drops.add(reading.dropped)
      if (reading.dropped === 'too long') this.#limitReached('packetBytes')
      if (reading.dropped === 'malformed' && reading.concernsUs) {
        this.#damagedAnswerFrom(sender, reading.error)
      }
      return false
    }
    for (const record of reading.records) {
      const { isNews, limit } = this.#directory.hear(record, sender.address, now)
      if (isNews) this.#progress = { ...this.#progress, lastNewsAt: now }
      if (limit !== undefined) this.#limitReached(limit)
    }
    return this.#lookAtTouched(now)
  }

  /** The messages that are to be sent now. */
  takeQueries(now: number): readonly Uint8Array[] {
    const due = this.#schedule.takeDue(now)
    if (due.length === 0) return []
    const others = due.filter((question) => questionKey(question) !== BROWSE_KEY)
    const queries = others.length > 0 ? writeMulticastQueries(others) : []
    if (others.length === due.length) return queries
    const isFirst = this.#progress.startedAt === NO_PROGRESS.startedAt
    this.#progress = { ...this.#progress, ...(isFirst ? { startedAt: now } : { repeatedAt: now }) }
    return [...writeMulticastQueries([BROWSE_QUESTION], this.#directory.knownInstances(now)), ...queries]
  }

  /** Reports what can be said of instances that did not tell everything. */
  giveUp(now: number): void {
    for (const instance of this.#directory.instances(now)) this.report.giveUp(instance)
  }

  #lookAtTouched(now: number): boolean {
    let isAnythingMissing = false
    const dueAt = now + questionDelay(this.#options.random)
    for (const [key, instance] of this.#directory.takeTouched(now)) {
      if (instance !== undefined) this.report.tell(instance)
      const missing = instance === undefined ? [] : this.report.missing(instance)
      if (!this.#schedule.want(key, missing, dueAt)) this.#limitReached('questions')
      isAnythingMissing ||= missing.length > 0
    }
    return isAnythingMissing
  }

  #damagedAnswerFrom({ address }: Sender, { message: fault }: Error): void {
    if (this.#damagedAnswer !== undefined) return
    const { place, warn } = this.#options
    const message = `an answer on ${escapeText(place.name)} from ${escapeText(address)} cannot be read: ${fault}`
    this.#damagedAnswer = message
    warn({ code: 'mdns-answer-malformed', message })
  }

  #limitReached(limit: keyof ZeroconfLimits): void {
    if (this.#limitsReached.has(limit)) return
    this.#limitsReached.add(limit)
    const { place, limits, warn } = this.#options
    const what = `${LIMITED[limit]} than ${limits[limit]}, and not all could be used (limits.${limit})`
    const message = `there were ${what} on ${escapeText(place.name)}`
    // A datagram that is too long is against the rules, and no answer.
    if (limit !== 'packetBytes') this.#firstLimitReached ??= message
    warn({ code: 'mdns-limit', message })
  }
}

/** Who wants the first question answered; no instance has an empty label. */
const BROWSER = ''
const BROWSE_KEY = questionKey(BROWSE_QUESTION)

const LIMITED: Readonly<Record<keyof ZeroconfLimits, string>> = {
  packetBytes: 'datagrams of more octets',
  records: 'more records',
  recordsPerName: 'more records of one name and type',
  questions: 'more questions about incomplete answers',
  results: 'more results',
}

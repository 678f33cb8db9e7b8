import type { Random } from '@pstorage/discovery-core'
import { equalNames, type Message, type Question, RecordType, type ResourceRecord } from '@pstorage/dns-message'
import { type RRset, rrsetKey } from '../records/rrset.js'
import {
  type LegacyQuery,
  writeGoodbyes,
  writeLegacyResponse,
  writeProbes,
  writeResponses,
} from '../records/write-messages.js'
import { additionalsTo, answerQuery, type Querier } from './answer-query.js'
import { AnswerSchedule, type DropReason, RECORD_INTERVAL } from './answer-schedule.js'
import { compareProbes, probeStart } from './probing.js'
import {
  continuedState,
  isEstablished,
  isSettled,
  probedTogether,
  type Registration,
  RegistrationIndex,
  type RegistrationState,
  registrationContent,
  rrsetsOf,
} from './registration.js'
import { isTypeListing } from './service-registrations.js'

/** Options of a {@link Responder}. */
export interface ResponderOptions {
  readonly random: Random
  /** Tells whether this host publishes a record on another link: bridged links show us our own records. */
  readonly isOurs: (record: ResourceRecord) => boolean
  /** Called for a conflict about a name. Returns the milliseconds to wait before it is probed again. */
  readonly conflict: (id: string, phase: RegistrationState['phase'], now: number) => number
}

/** A message to send: to the group, or to one host. */
export interface OutgoingMessage {
  readonly bytes: Uint8Array
  readonly to: Querier | undefined
}

interface UnicastTarget {
  readonly querier: Querier
  readonly query: LegacyQuery
}

/**
 * Probes, announces, defends and answers for the registrations on one link. No sockets and no timers; every time is a
 * parameter, in milliseconds of the clock.
 *
 * @see RFC 6762 sections 6 to 10
 */
export class Responder {
  readonly #options: ResponderOptions
  readonly #schedule: AnswerSchedule<UnicastTarget>
  #progress = new Map<string, RegistrationState>()
  #index = new RegistrationIndex([])
  #goodbyes: RRset[] = []

  constructor(options: ResponderOptions) {
    this.#options = options
    this.#schedule = new AnswerSchedule(options.random)
  }

  /** True when all registrations were announced. */
  get isAnnounced(): boolean {
    return [...this.#progress.values()].every(
      ({ phase, announcements }) => phase === 'established' && announcements > 0,
    )
  }

  /** Tells whether a record says the same as one of this link. */
  publishes(record: ResourceRecord): boolean {
    return this.#index.sameAs(record) !== undefined
  }

  /**
   * Replaces the registrations. New names are probed, changed records announced again, removed ones withdrawn by
   * goodbyes; but not a name that was lost to another host, since a goodbye would withdraw the record of that host.
   *
   * @param lost the ids of registrations whose names had to change
   * @param delay milliseconds to wait before new names are probed
   */
  publish(registrations: readonly Registration[], now: number, { lost, delay = 0 }: PublishOptions = {}): void {
    const before = [...this.#progress.values()].map(({ registration, wasAnnounced }) => ({
      registration,
      wasAnnounced,
    }))
    const start = probeStart(this.#progress.values(), now + delay, this.#options.random)
    this.#progress = new Map(
      registrations.map((registration) => [
        registration.id,
        continuedState(this.#progress.get(registration.id), registration, now, start),
      ]),
    )
    this.#index = new RegistrationIndex(registrations)
    const published = new Set(rrsetsOf(registrations).map(rrsetKey))
    const announced = before.filter(({ registration, wasAnnounced }) => wasAnnounced && !lost?.has(registration.id))
    // A unique RRset that replaces another withdraws it by its cache-flush bit.
    const gone = rrsetsOf(announced.map(({ registration }) => registration)).filter(
      (set) => !published.has(rrsetKey(set)),
    )
    this.#goodbyes.push(...gone.filter((set) => !isTypeListing(set)))
    const changed = before.filter(({ registration }) => {
      const after = this.#progress.get(registration.id)
      return after === undefined || registrationContent(after.registration) !== registrationContent(registration)
    })
    this.#schedule.withdraw(rrsetsOf(changed.map(({ registration }) => registration)).map(rrsetKey))
  }

  /** Processes a message from the link. */
  receive(message: Message, from: Querier, now: number): void {
    if (message.header.response) this.#receiveResponse(message, now)
    else this.#receiveQuery(message, from, now)
  }

  /** Returns the number of answers dropped since the last call. */
  takeDropped(reason: DropReason): number {
    return this.#schedule.takeDropped(reason)
  }

  /** Returns the time of the next message; `Infinity` when there is none. */
  nextAt(): number {
    if (this.#goodbyes.length > 0) return Number.NEGATIVE_INFINITY
    const dueAt = [...this.#progress.values()].filter((one) => this.#isActionable(one)).map((one) => this.#dueAt(one))
    return Math.min(this.#schedule.nextAt(), ...dueAt)
  }

  take(now: number): readonly OutgoingMessage[] {
    const goodbyes = writeGoodbyes(this.#goodbyes)
    this.#goodbyes = []
    for (const one of this.#progress.values()) if (one.isUncontested(now)) one.establish(now)
    const due = [...this.#progress.values()].filter((one) => this.#isActionable(one) && this.#dueAt(one) <= now)
    const probing = due.filter(({ phase }) => phase === 'probing')
    for (const one of probing) one.probed(now)
    const probes = writeProbes(probing.map(({ registration }) => registration))
    const announcements = this.#announcements(
      due.filter(({ phase }) => phase === 'established'),
      now,
    )
    const toGroup = [...goodbyes, ...probes, ...announcements].map((bytes) => ({ bytes, to: undefined }))
    return [...toGroup, ...this.#answers(now)]
  }

  /** Withdraws all registrations, and returns the goodbyes to send. */
  goodbye(): readonly Uint8Array[] {
    const announced = [...this.#progress.values()].filter(({ wasAnnounced }) => wasAnnounced)
    const sets = rrsetsOf(announced.map(({ registration }) => registration)).filter((set) => !isTypeListing(set))
    const goodbyes = [...this.#goodbyes, ...sets]
    this.#progress = new Map()
    this.#goodbyes = []
    return writeGoodbyes(goodbyes)
  }

  #announcements(due: readonly RegistrationState[], now: number): readonly Uint8Array[] {
    const sets = rrsetsOf(due.map(({ registration }) => registration)).filter((set) => this.#schedule.maySend(set, now))
    for (const one of due) one.announced(now)
    this.#schedule.sent(sets, now)
    return writeResponses(sets)
  }

  #answers(now: number): OutgoingMessage[] {
    const { multicast, unicast } = this.#schedule.takeDue(now)
    if (multicast.length === 0 && unicast.length === 0) return []
    const registrations = this.#answering()
    const messages: OutgoingMessage[] = []
    const toGroup = new Map(multicast.map((set) => [rrsetKey(set), set]))
    for (const { to, sets } of unicast) {
      const { querier, query } = to
      const additionals = additionalsTo(sets, registrations)
      const written = querier.isLegacy
        ? [writeLegacyResponse(query, sets, additionals)]
        : writeResponses(sets, additionals)
      const octets = written.reduce((sum, { length }) => sum + length, 0)
      if (this.#schedule.chargeUnicast(querier.address, octets, now))
        messages.push(...written.map((bytes) => ({ bytes, to: querier })))
      else if (querier.isLegacy) this.#schedule.dropUnicast()
      // The group gets a record at most once a second, from whichever host the question comes.
      else for (const set of sets) if (this.#schedule.maySend(set, now)) toGroup.set(rrsetKey(set), set)
    }
    const answers = [...toGroup.values()]
    const along = additionalsTo(answers, registrations).filter((set) => this.#schedule.maySend(set, now))
    this.#schedule.sent([...answers, ...along], now)
    return [...writeResponses(answers, along).map((bytes) => ({ bytes, to: undefined })), ...messages]
  }

  #receiveQuery(message: Message, from: Querier, now: number): void {
    const { header, questions, answers, authorities } = message
    const querier = `${from.address} ${from.port}`
    const known = this.#index.knownKeys(answers)
    for (const key of known) this.#schedule.suppressKnown(querier, key)
    if (questions.length === 0) {
      if (header.truncated) this.#schedule.extend(querier, now)
      return
    }
    if (!from.isLegacy) this.#resolveSimultaneousProbe(questions, authorities, now)
    const isProbe = authorities.length > 0
    const mayUnicast = from.isOffLink !== true && this.#schedule.mayUnicast(from.address, now)
    const { urgency, multicast, unicast } = answerQuery(message, {
      index: this.#index,
      // A name is defended also while its host is probed again.
      isSettled: (one) => (isProbe ? isEstablished(this.#progress, one.id) : isSettled(this.#progress, one)),
      known,
      isLegacy: from.isLegacy,
      isFresh: (set) => mayUnicast && this.#schedule.isFresh(set, now),
    })
    const to: UnicastTarget = { querier: from, query: { id: header.id, questions } }
    const { address } = from
    this.#schedule.plan({ querier, address, sets: multicast, urgency }, now)
    this.#schedule.plan({ querier, address, sets: unicast, urgency, to }, now)
  }

  /** Resolves a simultaneous probe of another host for one of our names: the loser waits (RFC 6762 section 8.2). */
  #resolveSimultaneousProbe(questions: readonly Question[], authorities: readonly ResourceRecord[], now: number): void {
    for (const progress of this.#progress.values()) {
      const { registration, phase } = progress
      if (phase !== 'probing' || !questions.some(({ name }) => equalNames(name, registration.name))) continue
      const theirs = authorities.filter(({ name }) => equalNames(name, registration.name))
      if (theirs.length > 0 && compareProbes(registration.unique, theirs) > 0) {
        for (const one of probedTogether(this.#progress, progress)) one.probe(now + TIE_BREAK_DELAY)
      }
    }
  }

  #receiveResponse({ answers, authorities, additionals }: Message, now: number): void {
    const disputed = new Set<RegistrationState>()
    for (const record of [...answers, ...authorities, ...additionals]) {
      const { registration, set } = this.#index.about(record) ?? {}
      const progress = registration && this.#progress.get(registration.id)
      if (progress === undefined) continue
      if (set !== undefined) this.#compare(progress, set, record, now)
      else if (this.#isDisputed(progress, record)) disputed.add(progress)
    }
    for (const progress of disputed) {
      const { registration, phase } = progress
      const delay = this.#options.conflict(registration.id, phase, now)
      // A name that was ours until now is probed again, which decides whose it is (RFC 6762 section 9).
      if (phase === 'established')
        progress.probe(probeStart(this.#progress.values(), now + delay, this.#options.random))
    }
  }

  /** Tells whether a record of another host, which we do not publish, disputes our sole right to its name. */
  #isDisputed({ registration, phase }: RegistrationState, record: ResourceRecord): boolean {
    // Neither a goodbye nor a denial disputes a name.
    if (record.ttl === 0 || record.type === RecordType.NSEC || this.#options.isOurs(record)) return false
    return phase === 'probing' || registration.unique.some(({ type }) => type === record.type)
  }

  /**
   * Compares a record of another host with our equal one: it either saves us the answer or has to be corrected (RFC
   * 6762 sections 6.6 and 7.4).
   */
  #compare(progress: RegistrationState, set: RRset, record: ResourceRecord, now: number): void {
    if (!isSettled(this.#progress, progress.registration)) return
    if (record.ttl < set.ttl / 2) this.#schedule.correct(set, now)
    else if (record.ttl >= set.ttl && set.rdata.length === 1) this.#schedule.suppressDuplicate(rrsetKey(set))
  }

  /** Returns the established registrations whose host is established too. */
  #answering(): Registration[] {
    return [...this.#progress.values()]
      .map(({ registration }) => registration)
      .filter((one) => isSettled(this.#progress, one))
  }

  /** Tells whether a registration has something to send: an established service waits for its host. */
  #isActionable(one: RegistrationState): boolean {
    return one.phase === 'probing' || isSettled(this.#progress, one.registration)
  }

  /**
   * Returns the time of the next message for a registration, a second after its records were last sent at the earliest.
   */
  #dueAt({ phase, dueAt, registration }: RegistrationState): number {
    if (phase === 'probing') return dueAt
    const last = Math.max(...registration.unique.map((set) => this.#schedule.sentAt(set)))
    return Math.max(dueAt, last + RECORD_INTERVAL)
  }
}

/** Options of {@link Responder.publish}. */
export interface PublishOptions {
  readonly lost?: ReadonlySet<string>
  readonly delay?: number
}

const TIE_BREAK_DELAY = 1_000

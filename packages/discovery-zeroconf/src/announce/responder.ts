import type { Random } from '@pstorage/discovery-core'
import {
  equalNames,
  type Message,
  nameKey,
  type Question,
  RecordType,
  type ResourceRecord,
} from '@pstorage/dns-message'
import { type AnnouncedSet, setKey } from './announced-set.js'
import { answerQuery } from './answer-query.js'
import { AnswerSchedule, RECORD_INTERVAL } from './answer-schedule.js'
import type { Claim } from './claim.js'
import { ClaimIndex, claimContent, setsOf } from './claim-index.js'
import { ClaimProgress } from './claim-progress.js'
import { additionalsTo } from './find-answers.js'
import { probeStart } from './probe-start.js'
import { isTypeListing } from './service-claims.js'
import { compareProbes } from './tie-break.js'
import {
  type LegacyQuery,
  writeGoodbyes,
  writeLegacyResponse,
  writeProbes,
  writeResponses,
} from './write-announcement.js'

/** What a {@link Responder} needs of those around it. */
export interface ResponderOptions {
  readonly random: Random
  /** Whether this host says so on another link: bridged links show us our own records. */
  readonly isOurs: (record: ResourceRecord) => boolean
  /** Called for a conflict about a name. Returns how many milliseconds must pass before it is probed again. */
  readonly conflict: (id: string, phase: ClaimProgress['phase'], now: number) => number
}

/** Who has sent a query, and how it may be answered. */
export interface Querier {
  readonly address: string
  readonly port: number
  /** Whether it does not know multicast DNS (RFC 6762 section 6.7). */
  readonly isLegacy: boolean
}

/** A message that is to be sent, to everybody unless it says to whom. */
export interface OutgoingMessage {
  readonly bytes: Uint8Array
  readonly to: Querier | undefined
}

interface UnicastTarget {
  readonly querier: Querier
  readonly query: LegacyQuery
}

/**
 * Probes, announces, defends and answers for the claims on one link. No sockets and no timers; every time is a parameter, in
 * milliseconds of the clock.
 *
 * @see RFC 6762 sections 6 to 10
 */
export class Responder {
  readonly #options: ResponderOptions
  readonly #schedule: AnswerSchedule<UnicastTarget>
  #progress = new Map<string, ClaimProgress>()
  #index = new ClaimIndex([])
  #farewells: AnnouncedSet[] = []

  constructor(options: ResponderOptions) {
    this.#options = options
    this.#schedule = new AnswerSchedule(options.random)
  }

  /** Whether everything was announced. */
  get isAnnounced(): boolean {
    return [...this.#progress.values()].every(
      ({ phase, announcements }) => phase === 'established' && announcements > 0,
    )
  }

  /** Whether a record says what is said on this link, or will be. */
  says(record: ResourceRecord): boolean {
    return this.#index.sameAs(record) !== undefined
  }

  /**
   * Replaces the claims. New names are probed, changed records announced again, and what is gone is taken back; only a name that
   * was lost to another host is left without a word, since taking it back would take it from that host.
   *
   * @param lost the ids of claims that had to change their names
   * @param delay milliseconds that have to pass before new names are probed
   */
  publish(claims: readonly Claim[], now: number, { lost, delay = 0 }: PublishOptions = {}): void {
    const before = [...this.#progress.values()].map(({ claim, wasAnnounced }) => ({ claim, wasAnnounced }))
    const start = probeStart(this.#progress.values(), now + delay, this.#options.random)
    this.#progress = new Map(
      claims.map((claim) => [claim.id, continued(this.#progress.get(claim.id), claim, now, start)]),
    )
    this.#index = new ClaimIndex(claims)
    const published = new Set(setsOf(claims).map(setKey))
    const told = before.filter(({ claim, wasAnnounced }) => wasAnnounced && !lost?.has(claim.id))
    // What takes the place of a unique set takes it back as well, by its cache-flush bit.
    const gone = setsOf(told.map(({ claim }) => claim)).filter((set) => !published.has(setKey(set)))
    this.#farewells.push(...gone.filter((set) => !isTypeListing(set)))
    const changed = before.filter(({ claim }) => {
      const after = this.#progress.get(claim.id)
      return after === undefined || claimContent(after.claim) !== claimContent(claim)
    })
    this.#schedule.withdraw(setsOf(changed.map(({ claim }) => claim)).map(setKey))
  }

  /** Takes in a message of another host on the link. */
  hear(message: Message, from: Querier, now: number): void {
    if (message.header.response) this.#hearResponse(message, now)
    else this.#hearQuery(message, from, now)
  }

  /** How many answers found no room since that was last asked. */
  takeDropped(): number {
    return this.#schedule.takeDropped()
  }

  /** When something is to be sent next; `Infinity` when nothing is. */
  nextAt(): number {
    if (this.#farewells.length > 0) return Number.NEGATIVE_INFINITY
    const dueAt = [...this.#progress.values()].filter((one) => this.#isActionable(one)).map((one) => this.#dueAt(one))
    return Math.min(this.#schedule.nextAt(), ...dueAt)
  }

  /** What is to be sent now. */
  take(now: number): readonly OutgoingMessage[] {
    const farewells = writeGoodbyes(this.#farewells)
    this.#farewells = []
    for (const one of this.#progress.values()) if (one.isUncontested(now)) one.establish(now)
    const due = [...this.#progress.values()].filter((one) => this.#isActionable(one) && this.#dueAt(one) <= now)
    const probing = due.filter(({ phase }) => phase === 'probing')
    for (const one of probing) one.probed(now)
    const probes = writeProbes(probing.map(({ claim }) => claim))
    const announcements = this.#announcements(
      due.filter(({ phase }) => phase === 'established'),
      now,
    )
    const everybody = [...farewells, ...probes, ...announcements].map((bytes) => ({ bytes, to: undefined }))
    return [...everybody, ...this.#answers(now)]
  }

  /** Takes everything back, for good. */
  goodbye(): readonly Uint8Array[] {
    const told = [...this.#progress.values()].filter(({ wasAnnounced }) => wasAnnounced)
    const sets = setsOf(told.map(({ claim }) => claim)).filter((set) => !isTypeListing(set))
    const farewells = [...this.#farewells, ...sets]
    this.#progress = new Map()
    this.#farewells = []
    return writeGoodbyes(farewells)
  }

  #announcements(due: readonly ClaimProgress[], now: number): readonly Uint8Array[] {
    const sets = setsOf(due.map(({ claim }) => claim)).filter((set) => this.#schedule.maySend(set, now))
    for (const one of due) one.announced(now)
    this.#schedule.sent(sets, now)
    return writeResponses(sets)
  }

  #answers(now: number): OutgoingMessage[] {
    const { multicast, unicast } = this.#schedule.takeDue(now)
    if (multicast.length === 0 && unicast.length === 0) return []
    const claims = this.#answering()
    const along = additionalsTo(multicast, claims).filter((set) => this.#schedule.maySend(set, now))
    this.#schedule.sent(along, now)
    const messages: OutgoingMessage[] = writeResponses(multicast, along).map((bytes) => {
      return { bytes, to: undefined }
    })
    for (const { to, sets } of unicast) {
      const additionals = additionalsTo(sets, claims)
      const written = to.querier.isLegacy
        ? [writeLegacyResponse(to.query, sets, additionals)]
        : writeResponses(sets, additionals)
      messages.push(...written.map((bytes) => ({ bytes, to: to.querier })))
    }
    return messages
  }

  #hearQuery(message: Message, from: Querier, now: number): void {
    const { header, questions, answers, authorities } = message
    const querier = `${from.address} ${from.port}`
    const known = this.#index.knownKeys(answers)
    for (const key of known) this.#schedule.suppress(querier, key)
    if (questions.length === 0) {
      if (header.truncated) this.#schedule.extend(querier, now)
      return
    }
    if (!from.isLegacy) this.#meetProbe(questions, authorities, now)
    const { urgency, multicast, unicast } = answerQuery(message, {
      index: this.#index,
      isSettled: (claim) => this.#isClaimSettled(claim),
      known,
      isLegacy: from.isLegacy,
      isFresh: (set) => this.#isFresh(set, now),
    })
    const to: UnicastTarget = { querier: from, query: { id: header.id, questions } }
    this.#schedule.plan({ querier, sets: multicast, urgency }, now)
    this.#schedule.plan({ querier, sets: unicast, urgency, to }, now)
  }

  /** Whether everybody was told within a quarter of its time, so that one host may be told alone (RFC 6762 section 5.4). */
  #isFresh(set: AnnouncedSet, now: number): boolean {
    return now - this.#schedule.sentAt(set) < (set.ttl * 1_000) / 4
  }

  /** Another host probes for a name at the same time as we do: one of us waits (RFC 6762 section 8.2). */
  #meetProbe(questions: readonly Question[], authorities: readonly ResourceRecord[], now: number): void {
    for (const progress of this.#progress.values()) {
      const { claim, phase } = progress
      if (phase !== 'probing' || !questions.some(({ name }) => equalNames(name, claim.name))) continue
      const theirs = authorities.filter(({ name }) => equalNames(name, claim.name))
      if (theirs.length > 0 && compareProbes(claim.unique, theirs) > 0) progress.probe(now + LOSER_PAUSE)
    }
  }

  #hearResponse({ answers, authorities, additionals }: Message, now: number): void {
    const disputed = new Set<ClaimProgress>()
    for (const record of [...answers, ...authorities, ...additionals]) {
      const { claim, set } = this.#index.about(record) ?? {}
      const progress = claim && this.#progress.get(claim.id)
      if (progress === undefined) continue
      if (set !== undefined) this.#compare(progress, set, record, now)
      else if (this.#isDisputed(progress, record)) disputed.add(progress)
    }
    for (const progress of disputed) {
      const { claim, phase } = progress
      const delay = this.#options.conflict(claim.id, phase, now)
      // A name that was ours until now is probed again, which decides whose it is (RFC 6762 section 9).
      if (phase === 'established')
        progress.probe(probeStart(this.#progress.values(), now + delay, this.#options.random))
    }
  }

  /** Whether what another host says of a name of ours, and we do not, means that the name is not ours alone. */
  #isDisputed({ claim, phase }: ClaimProgress, record: ResourceRecord): boolean {
    // What others say does not exist disputes nothing, and neither does what they take back.
    if (record.ttl === 0 || record.type === RecordType.NSEC || this.#options.isOurs(record)) return false
    return phase === 'probing' || claim.unique.some(({ type }) => type === record.type)
  }

  /** Another host has said what we say: well enough, or in a way that has to be put right (RFC 6762 sections 6.6 and 7.4). */
  #compare(progress: ClaimProgress, set: AnnouncedSet, record: ResourceRecord, now: number): void {
    if (!this.#isSettled(progress)) return
    if (record.ttl < set.ttl / 2) this.#schedule.correct(set, now)
    else if (record.ttl >= set.ttl && set.rdata.length === 1) this.#schedule.toldByAnother(setKey(set))
  }

  /** The claims that are established, and whose host is. */
  #answering(): Claim[] {
    return [...this.#progress.values()].filter((one) => this.#isSettled(one)).map(({ claim }) => claim)
  }

  #isSettled({ phase, claim }: ClaimProgress): boolean {
    const isHostSettled = claim.needs === undefined || this.#progress.get(claim.needs)?.phase === 'established'
    return phase === 'established' && isHostSettled
  }

  #isClaimSettled({ id }: Claim): boolean {
    const progress = this.#progress.get(id)
    return progress !== undefined && this.#isSettled(progress)
  }

  /** Whether its time matters: a service that is established waits for its host. */
  #isActionable(one: ClaimProgress): boolean {
    return one.phase === 'probing' || this.#isSettled(one)
  }

  /** No record is announced within a second of the time it was last sent. */
  #dueAt({ phase, dueAt, claim }: ClaimProgress): number {
    if (phase === 'probing') return dueAt
    const last = Math.max(...claim.unique.map((set) => this.#schedule.sentAt(set)))
    return Math.max(dueAt, last + RECORD_INTERVAL)
  }
}

/** How claims are replaced. */
export interface PublishOptions {
  readonly lost?: ReadonlySet<string>
  readonly delay?: number
}

const LOSER_PAUSE = 1_000

function continued(before: ClaimProgress | undefined, claim: Claim, now: number, start: number): ClaimProgress {
  if (before === undefined || nameKey(before.claim.name) !== nameKey(claim.name)) return new ClaimProgress(claim, start)
  const isChanged = claimContent(before.claim) !== claimContent(claim)
  before.claim = claim
  if (isChanged && before.phase === 'established') before.announce(now)
  return before
}

import type { Random } from '@pstorage/discovery-core'
import { type AnnouncedSet, setKey } from './announced-set.js'

/** Who is to get answers by unicast, and what of the query comes back. */
export interface UnicastAnswer<To> {
  readonly to: To
  readonly sets: readonly AnnouncedSet[]
}

/** What is to be sent now. */
export interface DueAnswers<To> {
  /** To everybody, none of them twice. */
  readonly multicast: readonly AnnouncedSet[]
  readonly unicast: readonly UnicastAnswer<To>[]
}

/** Why answers wait. */
export type Urgency =
  /** Nobody else can answer. */
  | 'unique'
  /** Others may answer as well. */
  | 'shared'
  /** More known answers are coming. */
  | 'truncated'
  /** Somebody is about to take the name. */
  | 'probe'

/** What a query is answered by. */
export interface PlannedAnswer<To> {
  /** The same for all queries of one querier. */
  readonly querier: string
  readonly sets: readonly AnnouncedSet[]
  readonly urgency: Urgency
  /** Default: everybody. */
  readonly to?: To | undefined
}

interface Batch<To> {
  readonly querier: string
  readonly sets: Map<string, AnnouncedSet>
  readonly urgency: Urgency
  readonly to: To | undefined
  dueAt: number
}

/**
 * When what is answered on one link. Times are those of the clock, in milliseconds.
 *
 * Answers wait so that many hosts do not all answer at once, and so that one message can answer several queries. What became
 * unnecessary meanwhile, since the querier knows it or another host has said it, is not sent.
 *
 * @see RFC 6762 sections 6, 7.1, 7.2 and 7.4
 */
export class AnswerSchedule<To> {
  readonly #random: Random
  #batches: Batch<To>[] = []
  /** When each set was last sent to everybody. */
  readonly #sentAt = new Map<string, number>()
  readonly #truncated = new Map<string, number>()
  #dropped = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** Plans an answer. What is beyond the limit of queriers is not answered: whoever needs it asks again. */
  plan({ querier, sets, urgency, to }: PlannedAnswer<To>, now: number): void {
    if (sets.length === 0) return
    if (this.#batches.length >= LONGEST_QUEUE) {
      this.#dropped += 1
      return
    }
    const keyed = new Map(sets.map((set) => [setKey(set), set]))
    this.#batches.push({ querier, sets: keyed, urgency, to, dueAt: this.#dueAt(urgency, keyed, now) })
  }

  /** How many answers found no room since that was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }

  /** Sends a set again that another host has told wrongly, as soon as that may be. */
  correct(set: AnnouncedSet, now: number): void {
    const key = setKey(set)
    if (this.#batches.some(({ to, sets }) => to === undefined && sets.has(key))) return
    const dueAt = Math.max(this.#dueAt('shared', new Map(), now), (this.#sentAt.get(key) ?? NEVER) + RECORD_INTERVAL)
    this.#batches.push({ querier: '', sets: new Map([[key, set]]), urgency: 'shared', to: undefined, dueAt })
  }

  /** More known answers of a querier are coming. */
  extend(querier: string, now: number): void {
    const count = (this.#truncated.get(querier) ?? 0) + 1
    if (count > LONGEST_LIST) return
    const waiting = this.#batches.filter((batch) => batch.querier === querier && batch.urgency === 'truncated')
    if (waiting.length === 0) return
    this.#truncated.set(querier, count)
    const dueAt = this.#dueAt('truncated', new Map(), now)
    for (const batch of waiting) batch.dueAt = Math.max(batch.dueAt, dueAt)
  }

  /** A querier knows a set already; others that asked for it still get it. */
  suppress(querier: string, key: string): void {
    for (const batch of this.#batches) if (batch.querier === querier) batch.sets.delete(key)
    this.#dropEmpty()
  }

  /** Another host has told everybody a set. */
  toldByAnother(key: string): void {
    for (const batch of this.#batches) if (batch.to === undefined) batch.sets.delete(key)
    this.#dropEmpty()
  }

  /** Leaves out what is not published any more, or has changed. */
  withdraw(keys: readonly string[]): void {
    for (const batch of this.#batches) for (const key of keys) batch.sets.delete(key)
    this.#dropEmpty()
  }

  /** Notes that sets were sent to everybody. */
  sent(sets: readonly AnnouncedSet[], now: number): void {
    for (const set of sets) this.#sentAt.set(setKey(set), now)
  }

  /** When a set was last sent to everybody; minus infinity when it never was. */
  sentAt(set: AnnouncedSet): number {
    return this.#sentAt.get(setKey(set)) ?? NEVER
  }

  /** Whether everybody may be told a set again. */
  maySend(set: AnnouncedSet, now: number): boolean {
    return now - this.sentAt(set) >= RECORD_INTERVAL
  }

  /** When something is to be sent next; `Infinity` when nothing is. */
  nextAt(): number {
    return Math.min(...this.#batches.map(({ dueAt }) => dueAt))
  }

  /** The answers whose time has come, without what was sent to everybody too short a time ago. */
  takeDue(now: number): DueAnswers<To> {
    const due = this.#batches.filter(({ dueAt }) => dueAt <= now)
    this.#batches = this.#batches.filter(({ dueAt }) => dueAt > now)
    const multicast = new Map<string, AnnouncedSet>()
    const unicast: UnicastAnswer<To>[] = []
    for (const { querier, sets, to, urgency } of due) {
      this.#truncated.delete(querier)
      if (to !== undefined) {
        unicast.push({ to, sets: [...sets.values()] })
        continue
      }
      const interval = urgency === 'probe' ? PROBE_INTERVAL : RECORD_INTERVAL
      for (const [key, set] of sets) if (now - this.sentAt(set) >= interval) multicast.set(key, set)
    }
    this.sent([...multicast.values()], now)
    return { multicast: [...multicast.values()], unicast }
  }

  #dueAt(urgency: Urgency, sets: ReadonlyMap<string, AnnouncedSet>, now: number): number {
    switch (urgency) {
      case 'unique':
        return now
      case 'probe':
        return Math.max(now, ...[...sets.values()].map((set) => this.sentAt(set) + PROBE_INTERVAL))
      case 'truncated':
        return now + 400 + this.#random.below(101)
      default: {
        // What is about to be sent anyway can take this along.
        const joined = this.#batches.find(({ dueAt }) => dueAt >= now + SHORTEST_WAIT && dueAt <= now + LONGEST_WAIT)
        return joined?.dueAt ?? now + SHORTEST_WAIT + this.#random.below(LONGEST_WAIT - SHORTEST_WAIT + 1)
      }
    }
  }

  #dropEmpty(): void {
    this.#batches = this.#batches.filter(({ sets }) => sets.size > 0)
  }
}

const NEVER = Number.NEGATIVE_INFINITY
const SHORTEST_WAIT = 20
const LONGEST_WAIT = 120
/**
 * No record is sent to everybody twice within a second, and a little more than that, since a message may leave later than it
 * was written,
 */
export const RECORD_INTERVAL: number = 1_020
/** except to whoever probes for its name. */
const PROBE_INTERVAL = 250
/** Answers that may wait at a time. */
export const LONGEST_QUEUE = 512
/** Messages of known answers that one querier is waited for. */
const LONGEST_LIST = 16

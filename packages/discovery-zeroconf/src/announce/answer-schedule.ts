import type { Random } from '@pstorage/discovery-core'
import { type RRset, rrsetKey } from '../records/rrset.js'

/** A unicast answer, and the parts of its query that it repeats. */
interface UnicastAnswer<To> {
  readonly to: To
  readonly sets: readonly RRset[]
}

/** The answers to send now. */
interface DueAnswers<To> {
  /** For the group, none of them twice. */
  readonly multicast: readonly RRset[]
  readonly unicast: readonly UnicastAnswer<To>[]
}

/** Reasons for which answers wait. */
export type Urgency =
  /** No other host can answer. */
  | 'unique'
  /** Others may answer too. */
  | 'shared'
  /** More known answers follow. */
  | 'truncated'
  /** Another host probes for the name. */
  | 'probe'

/** An answer to a query. */
interface PlannedAnswer<To> {
  /** Identifies the querier. */
  readonly querier: string
  /** The address of the querier. */
  readonly address: string
  readonly sets: readonly RRset[]
  readonly urgency: Urgency
  /** Default: the group. */
  readonly to?: To | undefined
}

/** The reason for which answers were dropped. */
export type DropReason =
  /** {@link LONGEST_QUEUE} answers were waiting. */
  | 'queue'
  /** The querier has got {@link UNICAST_OCTETS} within a second. */
  | 'unicast'

interface Batch<To> {
  readonly querier: string
  readonly address: string
  readonly sets: Map<string, RRset>
  readonly urgency: Urgency
  readonly to: To | undefined
  dueAt: number
}

/**
 * Schedule of the answers on one link. Times are those of the clock, in milliseconds.
 *
 * Answers wait so that many hosts do not all answer at once, and so that one message can answer several queries. An
 * answer that the querier turns out to know, or that another host has given, is not sent.
 *
 * @see RFC 6762 sections 6, 7.1, 7.2 and 7.4
 */
export class AnswerSchedule<To> {
  readonly #random: Random
  #batches: Batch<To>[] = []
  /** By key, the time of the last multicast of an RRset. */
  readonly #sentAt = new Map<string, number>()
  readonly #truncated = new Map<string, number>()
  readonly #limiter = new UnicastLimiter()
  readonly #dropped = { queue: 0, unicast: 0 }

  constructor(random: Random) {
    this.#random = random
  }

  /** Plans an answer. Beyond the limit of waiting answers it is dropped: the querier asks again. */
  plan({ querier, address, sets, urgency, to }: PlannedAnswer<To>, now: number): void {
    if (sets.length === 0) return
    if (to !== undefined && !this.mayUnicast(address, now)) {
      this.#dropped.unicast += 1
      return
    }
    if (this.#batches.length >= LONGEST_QUEUE) {
      this.#dropped.queue += 1
      return
    }
    const keyed = new Map(sets.map((set) => [rrsetKey(set), set]))
    this.#batches.push({ querier, address, sets: keyed, urgency, to, dueAt: this.#dueAt(urgency, keyed, now) })
  }

  /** Tells whether an address may get another unicast answer, beside those that wait. */
  mayUnicast(address: string, now: number): boolean {
    const waiting = this.#batches.filter((batch) => batch.to !== undefined && batch.address === address)
    return waiting.length < LONGEST_UNICAST_QUEUE && this.#limiter.hasRoom(address, FULL_MESSAGE, now)
  }

  /** Charges an address with unicast answers of so many octets; returns false when they exceed its limit. */
  chargeUnicast(address: string, octets: number, now: number): boolean {
    return this.#limiter.charge(address, octets, now)
  }

  /** Counts a unicast answer that exceeded the limit of its address. */
  dropUnicast(): void {
    this.#dropped.unicast += 1
  }

  /** Returns the number of answers dropped since the last call. */
  takeDropped(reason: DropReason): number {
    const dropped = this.#dropped[reason]
    this.#dropped[reason] = 0
    return dropped
  }

  /** Schedules an RRset that another host has sent with wrong data, for the earliest time permitted. */
  correct(set: RRset, now: number): void {
    const key = rrsetKey(set)
    if (this.#batches.some(({ to, sets }) => to === undefined && sets.has(key))) return
    const dueAt = Math.max(this.#dueAt('shared', new Map(), now), (this.#sentAt.get(key) ?? NEVER) + RECORD_INTERVAL)
    const sets = new Map([[key, set]])
    this.#batches.push({ querier: '', address: '', sets, urgency: 'shared', to: undefined, dueAt })
  }

  /** Waits longer for a querier that has announced more known answers. */
  extend(querier: string, now: number): void {
    const count = (this.#truncated.get(querier) ?? 0) + 1
    if (count > LONGEST_LIST) return
    const waiting = this.#batches.filter((batch) => batch.querier === querier && batch.urgency === 'truncated')
    if (waiting.length === 0) return
    this.#truncated.set(querier, count)
    const dueAt = this.#dueAt('truncated', new Map(), now)
    for (const batch of waiting) batch.dueAt = Math.max(batch.dueAt, dueAt)
  }

  /** Removes an RRset that a querier knows from the answers to it (known-answer suppression). */
  suppressKnown(querier: string, key: string): void {
    for (const batch of this.#batches) if (batch.querier === querier) batch.sets.delete(key)
    this.#dropEmpty()
  }

  /** Removes an RRset that another host has multicast (duplicate answer suppression). */
  suppressDuplicate(key: string): void {
    for (const batch of this.#batches) if (batch.to === undefined) batch.sets.delete(key)
    this.#dropEmpty()
  }

  /** Removes RRsets that are no longer published or have changed. */
  withdraw(keys: readonly string[]): void {
    for (const batch of this.#batches) for (const key of keys) batch.sets.delete(key)
    this.#dropEmpty()
  }

  sent(sets: readonly RRset[], now: number): void {
    for (const set of sets) this.#sentAt.set(rrsetKey(set), now)
  }

  /** Returns the time of the last multicast of an RRset; minus infinity when there was none. */
  sentAt(set: RRset): number {
    return this.#sentAt.get(rrsetKey(set)) ?? NEVER
  }

  /** Tells whether an RRset may be multicast again. */
  maySend(set: RRset, now: number): boolean {
    return now - this.sentAt(set) >= RECORD_INTERVAL
  }

  /**
   * Tells whether an RRset was multicast within a quarter of its TTL, so that a unicast answer is enough (RFC 6762
   * section 5.4).
   */
  isFresh(set: RRset, now: number): boolean {
    return now - this.sentAt(set) < (set.ttl * 1_000) / 4
  }

  /** Returns the time of the next answer; `Infinity` when there is none. */
  nextAt(): number {
    return Math.min(...this.#batches.map(({ dueAt }) => dueAt))
  }

  /** Returns the answers that are due, without RRsets that were multicast too short a time ago. */
  takeDue(now: number): DueAnswers<To> {
    const due = this.#batches.filter(({ dueAt }) => dueAt <= now)
    this.#batches = this.#batches.filter(({ dueAt }) => dueAt > now)
    const multicast = new Map<string, RRset>()
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

  #dueAt(urgency: Urgency, sets: ReadonlyMap<string, RRset>, now: number): number {
    switch (urgency) {
      case 'unique':
        return now
      case 'probe':
        return Math.max(now, ...[...sets.values()].map((set) => this.sentAt(set) + PROBE_INTERVAL))
      case 'truncated':
        return now + 400 + this.#random.below(101)
      default: {
        // An answer that waits already can take this one along.
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
 * Milliseconds between two multicasts of a record: the second of the RFC, and a little more, since a message may leave
 * later than it was written.
 */
export const RECORD_INTERVAL: number = 1_020
/** The same towards a host that probes for the name. */
const PROBE_INTERVAL = 250
/** The most answers that may wait. */
const LONGEST_QUEUE = 512
/** The most unicast answers that may wait for one address, so that it does not take the places of others. */
const LONGEST_UNICAST_QUEUE = 32
/** The most messages of known answers that one querier is waited for. */
const LONGEST_LIST = 16

/**
 * Limits the octets that one address gets by unicast, since the sender of a query may be forged: a host that is only
 * meant to receive the answers must not get more than a trickle.
 *
 * Counts from zero every second. Addresses beyond the limit of {@link UNICAST_TARGETS} get nothing in that second, so
 * that a flood of forged senders cannot reset the count of each other.
 */
class UnicastLimiter {
  readonly #octets = new Map<string, number>()
  #startedAt = NEVER

  /** Tells whether an address may get so many octets more. */
  hasRoom(address: string, octets: number, now: number): boolean {
    if (now >= this.#startedAt + UNICAST_INTERVAL) {
      this.#octets.clear()
      this.#startedAt = now
    }
    const before = this.#octets.get(address)
    if (before === undefined && this.#octets.size >= UNICAST_TARGETS) return false
    return (before ?? 0) + octets <= UNICAST_OCTETS
  }

  /**
   * Adds octets if there is room for them. Otherwise the address gets nothing more in this second, so that answers are
   * not written in vain.
   */
  charge(address: string, octets: number, now: number): boolean {
    const hasRoom = this.hasRoom(address, octets, now)
    if (hasRoom) this.#octets.set(address, (this.#octets.get(address) ?? 0) + octets)
    else if (this.hasRoom(address, 0, now)) this.#octets.set(address, UNICAST_OCTETS)
    return hasRoom
  }
}

const UNICAST_INTERVAL = 1_000
/** The most octets that one address gets by unicast within a second: about a dozen full messages. */
const UNICAST_OCTETS = 16 * 1_024
/** Octets of a full message. */
const FULL_MESSAGE = 1_452
/** The most addresses that get unicast answers within a second. */
const UNICAST_TARGETS = 256

/** Explanations of the reasons, as phrases. */
export const DROP_REASONS: Readonly<Record<DropReason, string>> = {
  queue: `${LONGEST_QUEUE} were waiting for an answer already`,
  unicast: `an address gets at most ${UNICAST_OCTETS} octets of unicast answers a second`,
}

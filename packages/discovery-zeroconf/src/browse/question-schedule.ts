import { type MulticastQuestion, questionKey } from '../records/multicast-question.js'
import type { CachedRecord } from '../records/record-cache.js'

/**
 * Schedule of the questions on one interface. Times are those of the clock, in milliseconds.
 *
 * A question is repeated while it is requested: after a second, and then after twice the interval each, up to an hour.
 * A question without requester keeps its time until its room is needed.
 *
 * @see RFC 6762 section 5.2
 */
export class QuestionSchedule {
  readonly #limit: number
  readonly #wanted = new Map<unknown, readonly string[]>()
  readonly #times = new Map<string, QuestionTime>()
  /** The keys of questions without requester, the longest idle first. */
  readonly #idle = new Set<string>()

  /** `limit` is the number of different questions. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * Replaces the questions of a requester. A new question is due at `dueAt`.
   *
   * @returns true when the limit left room for all of them.
   */
  request(requester: unknown, questions: readonly MulticastQuestion[], dueAt: number): boolean {
    const before = this.#wanted.get(requester)
    if (before === undefined && questions.length === 0) return true
    const accepted: string[] = []
    for (const question of questions) {
      const key = this.#plan(question, dueAt)
      if (key === undefined) continue
      this.#count(key, 1)
      accepted.push(key)
    }
    for (const key of before ?? []) this.#count(key, -1)
    if (accepted.length > 0) this.#wanted.set(requester, accepted)
    else this.#wanted.delete(requester)
    return accepted.length === questions.length
  }

  /** Restarts a question: it is due at `dueAt` and then at the first interval. */
  restart(question: MulticastQuestion, dueAt: number): void {
    const time = this.#times.get(questionKey(question))
    if (time !== undefined) Object.assign(time, { dueAt, interval: FIRST_INTERVAL })
  }

  /**
   * Records that another host has sent the same question to the group, and will get the answers that ours would get: a
   * question in the second half of its interval counts as sent (duplicate question suppression).
   *
   * The first two times, a question is sent in any case, since silence means something only after a repetition: a
   * responder that has just multicast its records does not answer the first one. After each suppression it is sent too,
   * so that forged questions do not silence this host.
   *
   * @see RFC 6762 section 7.3
   */
  suppress(key: string, now: number): void {
    const time = this.#times.get(key)
    if (time === undefined || time.wantedBy === 0 || time.isSuppressed) return
    const isSecondHalf = now < time.dueAt && now >= time.dueAt - time.interval / 4
    if (!isSecondHalf || time.interval < SHORTEST_SUPPRESSED) return
    time.isSuppressed = true
    advance(time, now)
  }

  /** Moves all times by so many milliseconds. */
  postpone(milliseconds: number): void {
    for (const time of this.#times.values()) time.dueAt += milliseconds
  }

  /** Returns the questions that are due; they count as asked. */
  takeDue(now: number): MulticastQuestion[] {
    const due: MulticastQuestion[] = []
    for (const time of this.#open()) {
      if (time.dueAt > now) continue
      due.push(time.question)
      time.isSuppressed = false
      advance(time, now)
    }
    return due
  }

  /** Returns the time of the next question; `Infinity` when there is none. */
  nextAt(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { dueAt } of this.#open()) next = Math.min(next, dueAt)
    return next
  }

  *#open(): Generator<QuestionTime> {
    for (const keys of this.#wanted.values()) {
      for (const key of keys) {
        const time = this.#times.get(key)
        if (time !== undefined) yield time
      }
    }
  }

  #plan(question: MulticastQuestion, dueAt: number): string | undefined {
    const key = questionKey(question)
    if (this.#times.has(key)) return key
    if (this.#times.size >= this.#limit && !this.#evictIdle(dueAt)) return undefined
    this.#times.set(key, { question, dueAt, interval: FIRST_INTERVAL, isSuppressed: false, wantedBy: 0 })
    return key
  }

  /** Evicts an idle question whose time has passed. */
  #evictIdle(now: number): boolean {
    const [key = ''] = this.#idle
    const time = this.#times.get(key)
    if (time === undefined || time.dueAt > now) return false
    this.#idle.delete(key)
    return this.#times.delete(key)
  }

  #count(key: string, change: 1 | -1): void {
    const time = this.#times.get(key)
    if (time === undefined) return
    time.wantedBy += change
    if (time.wantedBy > 0) this.#idle.delete(key)
    else this.#idle.add(key)
  }
}

interface QuestionTime {
  readonly question: MulticastQuestion
  dueAt: number
  /** Milliseconds from the next time to the one after. */
  interval: number
  /** True when a question of another host counts as the last time. */
  isSuppressed: boolean
  wantedBy: number
}

/** Sets the time after one at which a question was sent. */
function advance(time: QuestionTime, now: number): void {
  time.dueAt = now + time.interval
  time.interval = Math.min(time.interval * 2, LONGEST_INTERVAL)
}

const FIRST_INTERVAL = 1_000
const LONGEST_INTERVAL = 60 * 60 * 1_000
/** The interval of a question that was sent twice. */
const SHORTEST_SUPPRESSED = 4 * FIRST_INTERVAL

/**
 * Keeps two questions for the same list of instances a second apart: an earlier one waits.
 *
 * @see RFC 6762 section 5.2
 */
export class ListQuestionLimiter {
  readonly #sentAt = new Map<string, number>()
  readonly #waiting = new Map<string, MulticastQuestion>()

  /** The time of the next waiting question; `Infinity` when there is none. */
  get nextAt(): number {
    const times = [...this.#waiting.keys()].map((key) => (this.#sentAt.get(key) ?? 0) + SHORTEST_INTERVAL)
    return Math.min(Number.POSITIVE_INFINITY, ...times)
  }

  /** Returns the questions, due or waiting, that may be asked now; they count as asked. */
  take(due: readonly MulticastQuestion[], now: number): readonly MulticastQuestion[] {
    for (const question of due) this.#waiting.set(questionKey(question), question)
    const taken: MulticastQuestion[] = []
    for (const [key, question] of this.#waiting) {
      if (now < (this.#sentAt.get(key) ?? Number.NEGATIVE_INFINITY) + SHORTEST_INTERVAL) continue
      this.#waiting.delete(key)
      this.#sentAt.set(key, now)
      taken.push(question)
    }
    return taken
  }
}

const SHORTEST_INTERVAL = 1_000

/**
 * Returns the times at which a record is refreshed, in milliseconds of the clock: at 80, 85, 90 and 95 per cent of its
 * lifetime, and several times when it has to be reconfirmed.
 *
 * @param jitter a share of the lifetime, up to 0.02, that spreads hosts which received the record at the same moment
 * @see RFC 6762 sections 5.2 and 10.4
 */
export function refreshTimes(
  { record, receivedAt, expiresAt, reconfirmSince }: CachedRecord,
  jitter: number,
): readonly number[] {
  const lifetime = record.ttl * 1_000
  const regular = SHARES.map((share) => receivedAt + Math.ceil(lifetime * (share + jitter)))
  const reconfirming = reconfirmSince === undefined ? [] : RECONFIRM_DELAYS.map((delay) => reconfirmSince + delay)
  return [...reconfirming, ...regular].filter((time) => time < expiresAt)
}

const SHARES = [0.8, 0.85, 0.9, 0.95]
/**
 * Milliseconds: no responder multicasts a record twice within a second, so one that has just sent it answers the second
 * question; and in a storm, answers are lost.
 */
const RECONFIRM_DELAYS = [20, 1_100, 3_000, 6_000, 9_000]

import { type MulticastQuestion, questionKey } from './multicast-question.js'

/**
 * When what is asked on one interface. Times are those of the clock, in milliseconds.
 *
 * A question is asked as long as somebody wants to know, again after a second, and then after twice the time each, up to an
 * hour. A question that nobody wants any more keeps its time, until there is no room for others.
 *
 * @see RFC 6762 section 5.2
 */
export class QuestionSchedule {
  readonly #limit: number
  readonly #wanted = new Map<unknown, readonly string[]>()
  readonly #times = new Map<string, QuestionTime>()
  /** The keys of what nobody wants to know any more, since the longest time first. */
  readonly #idle = new Set<string>()

  /** `limit` is how many different questions may be asked. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * Replaces what `who` wants to know. What nobody wanted before is due at `dueAt`.
   *
   * @returns whether the limit left room for all of it.
   */
  want(who: unknown, questions: readonly MulticastQuestion[], dueAt: number): boolean {
    const before = this.#wanted.get(who)
    if (before === undefined && questions.length === 0) return true
    const accepted: string[] = []
    for (const question of questions) {
      const key = this.#plan(question, dueAt)
      if (key === undefined) continue
      this.#count(key, 1)
      accepted.push(key)
    }
    for (const key of before ?? []) this.#count(key, -1)
    if (accepted.length > 0) this.#wanted.set(who, accepted)
    else this.#wanted.delete(who)
    return accepted.length === questions.length
  }

  /** Asks at `dueAt` as if for the first time. */
  restart(question: MulticastQuestion, dueAt: number): void {
    const time = this.#times.get(questionKey(question))
    if (time !== undefined) Object.assign(time, { dueAt, interval: FIRST_INTERVAL })
  }

  /** The questions whose time has come; they count as asked. */
  takeDue(now: number): MulticastQuestion[] {
    const due: MulticastQuestion[] = []
    for (const time of this.#open()) {
      if (time.dueAt > now) continue
      due.push(time.question)
      time.dueAt = now + time.interval
      time.interval = Math.min(time.interval * 2, LONGEST_INTERVAL)
    }
    return due
  }

  /** When the next question is due; `Infinity` when nothing is left to ask. */
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
    if (this.#times.size >= this.#limit && !this.#forgetOne(dueAt)) return undefined
    this.#times.set(key, { question, dueAt, interval: FIRST_INTERVAL, wantedBy: 0 })
    return key
  }

  /** Makes room by what could be asked again anyway. */
  #forgetOne(now: number): boolean {
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
  interval: number
  wantedBy: number
}

const FIRST_INTERVAL = 1_000
const LONGEST_INTERVAL = 60 * 60 * 1_000

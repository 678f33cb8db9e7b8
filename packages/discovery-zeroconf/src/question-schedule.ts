import { type MulticastQuestion, questionKey } from './multicast-question.js'

/**
 * When what is asked on one interface. Times are those of the clock, in milliseconds.
 *
 * A question is asked as long as somebody wants to know, again after a second, and then after twice the time each.
 *
 * @see RFC 6762 section 5.2
 */
export class QuestionSchedule {
  readonly #limit: number
  readonly #wanted = new Map<string, readonly MulticastQuestion[]>()
  readonly #times = new Map<string, { dueAt: number; interval: number }>()

  /** `limit` is how many different questions may be asked. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * Replaces what `who` wants to know. What nobody wanted before is due at `dueAt`.
   *
   * @returns whether the limit left room for all of it.
   */
  want(who: string, questions: readonly MulticastQuestion[], dueAt: number): boolean {
    const accepted = questions.filter((question) => this.#plan(question, dueAt))
    if (accepted.length > 0) this.#wanted.set(who, accepted)
    else this.#wanted.delete(who)
    return accepted.length === questions.length
  }

  /** The questions whose time has come; they count as asked. */
  takeDue(now: number): MulticastQuestion[] {
    const due = new Map<string, MulticastQuestion>()
    for (const [key, question, time] of this.#open()) {
      if (time.dueAt <= now) due.set(key, question)
    }
    for (const key of due.keys()) {
      const time = this.#times.get(key)
      if (time === undefined) continue
      time.dueAt = now + time.interval
      time.interval *= 2
    }
    return [...due.values()]
  }

  /** When the next question is due; `Infinity` when nothing is left to ask. */
  nextAt(): number {
    let next = Number.POSITIVE_INFINITY
    for (const [, , { dueAt }] of this.#open()) next = Math.min(next, dueAt)
    return next
  }

  *#open() {
    for (const questions of this.#wanted.values()) {
      for (const question of questions) {
        const key = questionKey(question)
        const time = this.#times.get(key)
        if (time !== undefined) yield [key, question, time] as const
      }
    }
  }

  #plan(question: MulticastQuestion, dueAt: number): boolean {
    const key = questionKey(question)
    if (this.#times.has(key)) return true
    if (this.#times.size >= this.#limit) return false
    this.#times.set(key, { dueAt, interval: FIRST_INTERVAL })
    return true
  }
}

const FIRST_INTERVAL = 1_000

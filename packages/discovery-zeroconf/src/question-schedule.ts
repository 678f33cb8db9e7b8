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
  readonly #wanted = new Map<string, readonly KeyedQuestion[]>()
  readonly #times = new Map<string, QuestionTime>()

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
    const keyed = questions.map((question) => ({ key: questionKey(question), question }))
    const accepted = keyed.filter(({ key }) => this.#plan(key, dueAt))
    if (accepted.length > 0) this.#wanted.set(who, accepted)
    else this.#wanted.delete(who)
    return accepted.length === questions.length
  }

  /** The questions whose time has come; they count as asked. */
  takeDue(now: number): MulticastQuestion[] {
    const due = new Map<string, MulticastQuestion>()
    for (const [{ key, question }, time] of this.#open()) {
      if (time.dueAt > now) continue
      due.set(key, question)
      time.dueAt = now + time.interval
      time.interval *= 2
    }
    return [...due.values()]
  }

  /** When the next question is due; `Infinity` when nothing is left to ask. */
  nextAt(): number {
    let next = Number.POSITIVE_INFINITY
    for (const [, { dueAt }] of this.#open()) next = Math.min(next, dueAt)
    return next
  }

  *#open(): Generator<[KeyedQuestion, QuestionTime]> {
    for (const questions of this.#wanted.values()) {
      for (const keyed of questions) {
        const time = this.#times.get(keyed.key)
        if (time !== undefined) yield [keyed, time]
      }
    }
  }

  #plan(key: string, dueAt: number): boolean {
    if (this.#times.has(key)) return true
    if (this.#times.size >= this.#limit) return false
    this.#times.set(key, { dueAt, interval: FIRST_INTERVAL })
    return true
  }
}

interface KeyedQuestion {
  readonly key: string
  readonly question: MulticastQuestion
}

interface QuestionTime {
  dueAt: number
  interval: number
}

const FIRST_INTERVAL = 1_000

import { type MulticastQuestion, questionKey } from './multicast-question.js'

/**
 * Keeps questions for lists of instances a second apart, whatever the reason to ask: one that comes too early waits.
 *
 * @see RFC 6762 section 5.2
 */
export class ListTimes {
  readonly #askedAt = new Map<string, number>()
  readonly #waiting = new Map<string, MulticastQuestion>()

  /** When a question that waits may be asked; `Infinity` when none does. */
  get nextAt(): number {
    const times = [...this.#waiting.keys()].map((key) => (this.#askedAt.get(key) ?? 0) + SHORTEST_INTERVAL)
    return Math.min(Number.POSITIVE_INFINITY, ...times)
  }

  /** Of the questions that are due, and those that wait, the ones that may be asked; they count as asked. */
  take(due: readonly MulticastQuestion[], now: number): readonly MulticastQuestion[] {
    for (const question of due) this.#waiting.set(questionKey(question), question)
    const taken: MulticastQuestion[] = []
    for (const [key, question] of this.#waiting) {
      if (now < (this.#askedAt.get(key) ?? Number.NEGATIVE_INFINITY) + SHORTEST_INTERVAL) continue
      this.#waiting.delete(key)
      this.#askedAt.set(key, now)
      taken.push(question)
    }
    return taken
  }
}

const SHORTEST_INTERVAL = 1_000

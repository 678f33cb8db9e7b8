/**
 * Keeps probing from becoming a flood where somebody disputes every name: after fifteen conflicts within ten seconds, five
 * seconds pass before each further attempt, until there was no conflict for ten seconds.
 *
 * @see RFC 6762 section 8.1
 */
export class ConflictRate {
  /** The times of the latest conflicts, at most fifteen. */
  #latest: number[] = []
  #isSlow = false

  /** Takes in a conflict. Says whether it is the one that makes them too many. */
  note(now: number): boolean {
    const wasSlow = this.delay(now) > 0
    this.#latest = [...this.#latest, now].slice(-CONFLICTS)
    const [oldest = now] = this.#latest
    this.#isSlow = wasSlow || (this.#latest.length === CONFLICTS && now - oldest <= PERIOD)
    return this.#isSlow && !wasSlow
  }

  /** How many milliseconds have to pass before a name is probed again. */
  delay(now: number): number {
    const last = this.#latest.at(-1)
    return this.#isSlow && last !== undefined && now - last <= PERIOD ? PAUSE : 0
  }
}

const CONFLICTS = 15
const PERIOD = 10_000
const PAUSE = 5_000

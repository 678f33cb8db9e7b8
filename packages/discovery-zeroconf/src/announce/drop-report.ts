/** Gathers what was dropped, so that a flood of questions does not become a flood of warnings. Times are milliseconds. */
export class DropReport {
  #count = 0
  #dueAt = Number.NEGATIVE_INFINITY

  add(count: number, now: number): void {
    if (count > 0 && this.#count === 0) this.#dueAt = Math.max(this.#dueAt, now + FIRST_WAIT)
    this.#count += count
  }

  /** When there is something to tell; `Infinity` when nothing was dropped. */
  get nextAt(): number {
    return this.#count > 0 ? this.#dueAt : Number.POSITIVE_INFINITY
  }

  /** How many were dropped, if that is to be told now. */
  take(now: number): number {
    if (now < this.nextAt) return 0
    const count = this.#count
    this.#count = 0
    this.#dueAt = now + INTERVAL
    return count
  }
}

const FIRST_WAIT = 1_000
const INTERVAL = 10_000

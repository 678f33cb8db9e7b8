/** One piece of work that is under way. */
export interface UnderWay {
  /** Resolves when the backend has let go, or is left behind. */
  readonly released: Promise<void>
  /** Where it stands in its {@link WorkList}, which alone writes it. */
  place: number
  cancel(reason: unknown): void
}

/**
 * The work that is under way. Not a Set: from each of its former tables one gets to the next, so that all that was in it when
 * it grew stays in memory until a full garbage collection.
 */
export class WorkList {
  readonly #works: UnderWay[] = []

  add(work: UnderWay): void {
    work.place = this.#works.push(work) - 1
  }

  /** Takes out work that is in it. */
  remove(work: UnderWay): void {
    const last = this.#works.pop()
    if (last === undefined || last === work) return
    this.#works[work.place] = last
    last.place = work.place
  }

  /** Cancels all of it, and resolves when each has let go. */
  async cancelAll(reason: unknown): Promise<void> {
    const released = this.#works.map((work) => work.released)
    for (const work of [...this.#works]) work.cancel(reason)
    await Promise.all(released)
  }
}

/** A list that grows, and that can be waited for: what tests have instead of sleeping. */
export class AwaitableList<T> {
  readonly #items: T[] = []
  readonly #waiters = new Set<Waiter>()
  #closed: Error | undefined

  /** The entries so far. */
  get items(): readonly T[] {
    return this.#items
  }

  add(item: T): void {
    this.#items.push(item)
    for (const waiter of this.#waiters) waiter.check()
  }

  /** Resolves with all items that match once there are at least `count` of them; rejects when the list is closed first. */
  when(count: number, matches: (item: T) => boolean = () => true): Promise<readonly T[]> {
    const promise = new Promise<readonly T[]>((resolve, reject) => {
      const check = (): void => {
        const found = this.#items.filter(matches)
        if (found.length < count && this.#closed === undefined) return
        this.#waiters.delete(waiter)
        if (found.length >= count) resolve(found)
        else reject(new Error(`${this.#closed?.message}: ${found.length} of the ${count} awaited came`))
      }
      const waiter: Waiter = { check }
      this.#waiters.add(waiter)
      check()
    })
    // A test may wait in a race and not look at the loser.
    promise.catch(() => undefined)
    return promise
  }

  /** Nothing more comes: those who still wait are told why. */
  close(reason: Error): void {
    this.#closed ??= reason
    for (const waiter of this.#waiters) waiter.check()
  }
}

interface Waiter {
  check(): void
}

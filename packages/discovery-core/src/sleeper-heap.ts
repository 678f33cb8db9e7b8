/** Who sleeps in simulated time, and until when. */
export interface Sleeper {
  /** Milliseconds since the clock was made. */
  readonly at: number
  /** Of two with the same time the one that went to sleep first wakes first. */
  readonly order: number
  readonly wake: () => void
  /** It no longer waits; the heap drops it when its time comes. */
  gone: boolean
}

/** Keeps sleepers so that the next one to wake is found at once, however many there are. */
export class SleeperHeap {
  readonly #heap: Sleeper[] = []

  add(sleeper: Sleeper): void {
    const heap = this.#heap
    let index = heap.push(sleeper) - 1
    while (index > 0) {
      const above = (index - 1) >> 1
      if (!this.#isBefore(index, above)) return
      this.#swap(index, above)
      index = above
    }
  }

  /** Takes out whoever wakes next, `until` that time included. */
  take(until: number): Sleeper | undefined {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined || first.at > until) return undefined
      this.#takeFirst()
      if (!first.gone) return first
    }
  }

  #takeFirst(): void {
    const heap = this.#heap
    this.#swap(0, heap.length - 1)
    heap.pop()
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      let least = index
      if (this.#isBefore(left, least)) least = left
      if (this.#isBefore(left + 1, least)) least = left + 1
      if (least === index) return
      this.#swap(index, least)
      index = least
    }
  }

  #isBefore(index: number, other: number): boolean {
    const [one, two] = [this.#heap[index], this.#heap[other]]
    if (one === undefined || two === undefined) return false
    return one.at < two.at || (one.at === two.at && one.order < two.order)
  }

  #swap(index: number, other: number): void {
    const [one, two] = [this.#heap[index], this.#heap[other]]
    if (one === undefined || two === undefined) return
    this.#heap[index] = two
    this.#heap[other] = one
  }
}

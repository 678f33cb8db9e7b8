import type { Clock } from './clock.js'

/** A {@link Clock} whose time passes only when told, for tests without waiting. */
export interface SimulatedClock extends Clock {
  /** Lets `ms` milliseconds pass: wakes all sleepers whose time comes, in order, and lets what they cause happen. */
  advance(ms: number): Promise<void>
  /** Number of sleepers. */
  readonly sleepers: number
}

/** Makes a clock that starts at 0 and stands still until it is advanced. */
export function simulatedClock(): SimulatedClock {
  let time = 0
  let order = 0
  let sleeping = 0
  const heap = new SleeperHeap()

  return {
    now: () => time,
    get sleepers() {
      return sleeping
    },
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const onAbort = (): void => {
          sleeper.gone = true
          sleeping -= 1
          reject(signal?.reason)
        }
        const wake = (): void => {
          sleeping -= 1
          signal?.removeEventListener('abort', onAbort)
          resolve()
        }
        order += 1
        const sleeper: Sleeper = { at: time + ms, order, wake, gone: false }
        sleeping += 1
        heap.add(sleeper)
        signal?.addEventListener('abort', onAbort, { once: true })
      })
    },
    async advance(ms) {
      const until = time + ms
      await consequences()
      for (let sleeper = heap.take(until); sleeper !== undefined; sleeper = heap.take(until)) {
        time = Math.max(time, sleeper.at)
        sleeper.wake()
        await consequences()
      }
      time = until
    },
  }
}

/** Resolves when every promise chain that is ready has run as far as it can. */
function consequences(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A sleeper in simulated time. */
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
class SleeperHeap {
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

  /** Takes out the sleeper that wakes next, `until` that time included. */
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

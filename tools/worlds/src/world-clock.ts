interface Timer {
  at: number
  ring: (() => void) | undefined
  /** Of an interval, in milliseconds. */
  readonly every: number | undefined
}

/** More than any question needs; a loop that never ends is found by it. */
const MOST_STEPS = 100_000

/**
 * Simulated time that passes by itself as soon as everybody waits for it. While it is the time of the process, `setTimeout`,
 * `setInterval` and `process.uptime()` go by it, and so does the clock that every resolver has unless it is given another one.
 */
export class WorldClock {
  #now = 0
  #steps = 0
  /** The next one last. */
  readonly #timers: Timer[] = []

  now(): number {
    return this.#now
  }

  /** Calls back in `ms` milliseconds; the result prevents that. */
  after(ms: number, then: () => void): () => void {
    const timer = this.#add(ms, then)
    return () => {
      timer.ring = undefined
    }
  }

  /** Lets time pass until a promise is settled, and gives what it came to. */
  async until<Result>(promise: PromiseLike<Result>): Promise<Result> {
    let isSettled = false
    const settle = (): void => {
      isSettled = true
    }
    promise.then(settle, settle)
    for (;;) {
      await consequences()
      if (isSettled) return promise
      if (!this.#step(Number.POSITIVE_INFINITY)) throw new Error('no timer is set, and the question is not answered')
    }
  }

  /** Lets time pass until it is so late. */
  async advanceTo(time: number): Promise<void> {
    await consequences()
    while (this.#step(time)) await consequences()
    this.#now = Math.max(this.#now, time)
  }

  /** Makes it the time of the process. */
  install(): void {
    const clear = (timer: Partial<Timer> | undefined): void => {
      if (timer !== undefined && timer !== null) timer.ring = undefined
    }
    const set =
      (every: boolean) =>
      (then: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
        this.#add(ms, given.length === 0 ? then : () => then(...given), every ? ms : undefined)
    Object.assign(globalThis, {
      setTimeout: set(false),
      setInterval: set(true),
      clearTimeout: clear,
      clearInterval: clear,
    })
    Object.assign(process, { uptime: () => this.#now / 1_000 })
  }

  #add(ms: number, ring: () => void, every?: number): Timer {
    const timer: Timer = new SetTimer(this.#now + Math.max(0, ms), ring, every)
    this.#insert(timer)
    return timer
  }

  #insert(timer: Timer): void {
    const timers = this.#timers
    let index = timers.length
    while (index > 0 && (timers[index - 1] as Timer).at <= timer.at) index -= 1
    timers.splice(index, 0, timer)
  }

  /** Rings the next timer, if there is one up to that time. */
  #step(latest: number): boolean {
    const timers = this.#timers
    for (let next = timers.at(-1); next !== undefined && next.at <= latest; next = timers.at(-1)) {
      timers.pop()
      const { ring, every } = next
      if (ring === undefined) continue
      this.#steps += 1
      if (this.#steps > MOST_STEPS) throw new Error(`${MOST_STEPS} timers have rung, and there is no end`)
      this.#now = next.at
      if (every !== undefined) {
        next.at += Math.max(1, every)
        this.#insert(next)
      }
      ring()
      return true
    }
    return false
  }
}

class SetTimer implements Timer {
  at: number
  ring: (() => void) | undefined
  readonly every: number | undefined

  constructor(at: number, ring: () => void, every: number | undefined) {
    this.at = at
    this.ring = ring
    this.every = every
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

const { setImmediate: nextTurn } = globalThis

/** Resolves when every promise chain that is ready has run as far as it can. */
function consequences(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve))
}

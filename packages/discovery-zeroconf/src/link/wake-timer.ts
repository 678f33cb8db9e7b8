import { setImmediate } from 'node:timers/promises'
import type { Clock } from '@pstorage/discovery-core'

/** Waits for a time, a wake-up or an abort, whichever is first. */
export class WakeTimer {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #wait = new AbortController()
  #waitsUntil = Number.POSITIVE_INFINITY
  /** The time at which the present wait has to end. */
  #dueAt = Number.POSITIVE_INFINITY

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
  }

  /**
   * Resolves at `time` (milliseconds of the clock), on `wake()`, also if it was called since the last wait, or when the
   * signal aborts; with the milliseconds by which that is late because the process was busy, 0 for a few.
   */
  async waitUntil(time: number): Promise<number> {
    const wait = this.#wait
    this.#waitsUntil = time
    this.#dueAt = Math.max(time, this.#clock.now())
    const cancellation = AbortSignal.any([wait.signal, this.#signal])
    try {
      cancellation.throwIfAborted()
      await this.#clock.sleep(Math.max(0, time - this.#clock.now()), cancellation)
    } catch (error) {
      if (!cancellation.aborted) throw error
    }
    if (wait.signal.aborted) this.#wait = new AbortController()
    const { lateness } = this
    this.#dueAt = Number.POSITIVE_INFINITY
    return lateness
  }

  /** Milliseconds by which the present wait is late because the process was busy: 0 for a few. */
  get lateness(): number {
    const late = this.#clock.now() - this.#dueAt
    return late > TOLERANCE ? late : 0
  }

  /** Ends the wait, unless it ends before `time` by itself. */
  wake(time: number = Number.NEGATIVE_INFINITY): void {
    if (time < this.#waitsUntil) this.#wait.abort()
  }
}

/** Milliseconds by which timers are late in a process that is not busy. */
const TOLERANCE = 50

/**
 * Resolves when the datagrams that had arrived at some sockets were received. Node.js runs timers before it reads
 * sockets, so that in a process that was busy the answer lies in a socket when its time seems to be over.
 *
 * @param received returns the number of datagrams received so far
 */
export async function receivePending(received: () => number): Promise<void> {
  const latest = process.uptime() * 1_000 + LONGEST_TIME
  // A turn of the event loop reads 32 datagrams of each socket, between timers and immediates.
  while (process.uptime() * 1_000 < latest) {
    const before = received()
    await setImmediate()
    await setImmediate()
    if (received() === before) return
  }
}

/** Milliseconds: enough for a full buffer; in a flood, more comes all the time. */
const LONGEST_TIME = 100

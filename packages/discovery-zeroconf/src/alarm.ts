import type { Clock } from '@pstorage/discovery-core'

/** Waits for a time, a ring or the end of the question, whichever is first. */
export class Alarm {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #wait = new AbortController()
  /** Until when somebody waits. */
  #waitsUntil = Number.POSITIVE_INFINITY

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
  }

  /** Resolves at `time` (milliseconds of the clock), when the alarm was rung since the last wait, or is rung, or is over. */
  async until(time: number): Promise<void> {
    const wait = this.#wait
    this.#waitsUntil = time
    const ended = AbortSignal.any([wait.signal, this.#signal])
    try {
      ended.throwIfAborted()
      await this.#clock.sleep(Math.max(0, time - this.#clock.now()), ended)
    } catch (error) {
      if (!ended.aborted) throw error
    }
    if (wait.signal.aborted) this.#wait = new AbortController()
  }

  /** Ends the wait, unless it ends before `time` by itself. */
  ring(time: number = Number.NEGATIVE_INFINITY): void {
    if (time < this.#waitsUntil) this.#wait.abort()
  }
}

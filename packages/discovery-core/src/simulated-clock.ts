import type { Clock } from './clock.js'
import { type Sleeper, SleeperHeap } from './sleeper-heap.js'

/** A {@link Clock} whose time passes only when told, for tests without waiting. */
export interface SimulatedClock extends Clock {
  /** Lets `ms` milliseconds pass: wakes all sleepers whose time comes, in order, and lets what they cause happen. */
  advance(ms: number): Promise<void>
  /** How many sleep now. */
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

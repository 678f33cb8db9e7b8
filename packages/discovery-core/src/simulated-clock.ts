import type { Clock } from './clock.js'

/** A {@link Clock} whose time passes only when told, for tests without waiting. */
export interface SimulatedClock extends Clock {
  /** Lets `ms` milliseconds pass: wakes all sleepers whose time comes, in order, and lets what they cause happen. */
  advance(ms: number): Promise<void>
  /** How many sleep now. */
  readonly sleepers: number
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** Makes a clock that starts at 0 and stands still until it is advanced. */
export function simulatedClock(): SimulatedClock {
  let time = 0
  const sleepers = new Set<Sleeper>()

  const earliest = (until: number): Sleeper | undefined => {
    let first: Sleeper | undefined
    for (const sleeper of sleepers) {
      if (sleeper.at <= until && (first === undefined || sleeper.at < first.at)) first = sleeper
    }
    return first
  }

  return {
    now: () => time,
    get sleepers() {
      return sleepers.size
    },
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const onAbort = (): void => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const wake = (): void => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', onAbort)
          resolve()
        }
        const sleeper: Sleeper = { at: time + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', onAbort, { once: true })
      })
    },
    async advance(ms) {
      const until = time + ms
      await consequences()
      for (let sleeper = earliest(until); sleeper !== undefined; sleeper = earliest(until)) {
        time = sleeper.at
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

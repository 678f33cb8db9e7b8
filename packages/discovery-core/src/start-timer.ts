import { type Clock, systemClock } from './clock.js'
import { stopped } from './stopped.js'

/**
 * Calls back after `ms` milliseconds of a clock, unless what it returns is called before. For what is started often and
 * seldom comes to pass: with real time it costs a tenth of `sleep` and a signal that ends it.
 */
export function startTimer(clock: Clock, ms: number, onTime: () => void): () => void {
  if (clock === systemClock) {
    const timer = setTimeout(onTime, ms)
    return () => clearTimeout(timer)
  }
  const over = new AbortController()
  clock.sleep(ms, over.signal).then(onTime, () => {})
  return () => over.abort(stopped)
}

import { stopped } from './cancellation.js'

/** The time that code lives in. Tests give a simulated one. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Real, monotonic time. */
export const systemClock: Clock = {
  // As monotonic and as exact as performance.now(), for which Node.js 20 loads a dozen modules (row cli-resolve of the bench).
  now: () => process.uptime() * 1_000,
  // Not the one of node:timers/promises, which makes an error with a stack for every sleep that is cut short: each
  // query that is answered cuts at least one.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const stop = startSystemTimer(ms, () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      const onAbort = (): void => {
        stop()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}

/** Milliseconds by which a timer may be late without the process having been busy. */
const LATE = 5
/** Turns of the event loop in which everything is read that has arrived: one reads 32 datagrams, or 2 MiB, of a socket. */
const TURNS = 16
/**
 * Microseconds of processor time for them, as each may bring much work; two are had in any case. Not of real time, of which a
 * process that has to wait for a processor would have nothing left.
 */
const TURNING = 50_000

/**
 * Calls back after `ms` milliseconds of real time, unless the function that it returns is called before.
 *
 * What has arrived by then is read first. Node.js runs timers before it reads sockets, so in a process that was busy past
 * the time of a timer the answer lies in the socket while the timer would say that there was none.
 */
function startSystemTimer(ms: number, onTime: () => void): () => void {
  const due = process.uptime() * 1_000 + ms
  let immediate: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    const before = process.uptime() * 1_000 > due + LATE ? process.cpuUsage() : undefined
    let turns = 0
    const onTurn = (): void => {
      turns += 1
      const isRead = before === undefined || turns === TURNS || (turns > 1 && processorTimeSince(before) > TURNING)
      if (isRead) onTime()
      else immediate = setImmediate(onTurn)
    }
    immediate = setImmediate(onTurn)
  }, ms)
  return () => {
    clearTimeout(timer)
    clearImmediate(immediate)
  }
}

function processorTimeSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/**
 * Calls back after `ms` milliseconds of a clock, unless what it returns is called before. For what is started often and
 * seldom comes to pass: with real time it costs a tenth of `sleep` and a signal that ends it.
 */
export function startTimer(clock: Clock, ms: number, onTime: () => void): () => void {
  if (clock === systemClock) return startSystemTimer(ms, onTime)
  const over = new AbortController()
  clock.sleep(ms, over.signal).then(onTime, () => {})
  return () => over.abort(stopped)
}

/** Resolves `ms` milliseconds after the first of the signals has aborted; never once `done` has. */
export function lateness(
  signals: readonly AbortSignal[],
  ms: number,
  clock: Clock,
  done: AbortSignal,
): Promise<'late'> {
  return new Promise((resolve) => {
    const startGrace = (): void => {
      clock.sleep(ms, done).then(
        () => resolve('late'),
        () => {},
      )
    }
    for (const signal of signals) {
      if (signal.aborted) startGrace()
      else signal.addEventListener('abort', startGrace, { once: true, signal: done })
    }
  })
}

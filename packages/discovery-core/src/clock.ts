/** The time that code lives in. Tests give a simulated one. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Real, monotonic time. */
export const systemClock: Clock = {
  // As monotonic and as exact as performance.now(), for which Node.js 20 loads a dozen modules.
  now: () => process.uptime() * 1_000,
  // Not the one of node:timers/promises, which makes an error with a stack for every sleep that is cut short: each
  // question that is answered cuts at least one.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      const onAbort = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}

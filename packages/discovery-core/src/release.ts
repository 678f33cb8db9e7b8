import type { Clock } from './clock.js'

/** How long, in milliseconds, a backend may take to let go of its sockets once a question is over. */
export const GRACE = 250

/** A backend may let the signal's own reason escape from what it was awaiting, bare or as the cause of an AbortError. */
export function isAbortOf(signal: Pick<AbortSignal, 'aborted' | 'reason'>, error: unknown): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.cause === signal.reason))
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

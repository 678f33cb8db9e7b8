import { quote } from './quote.js'

/** Hears of what went wrong and no client or caller is told of. */
export type Report = (fault: unknown) => void

/**
 * Tells `onError` of faults, in a microtask, so that what it throws costs no client its answer. Without one, the first fault is a
 * warning of the process; the others are let go, because a client that finds a fault of ours could fill a log with it.
 */
export function reportTo(onError: Report | undefined): Report {
  if (onError !== undefined) return (fault) => queueMicrotask(() => onError(fault))
  let isFirst = true
  return (fault) => {
    if (isFirst) process.emitWarning(fault instanceof Error ? fault : quote(fault))
    isFirst = false
  }
}

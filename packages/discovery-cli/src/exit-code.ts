import type { Outcome } from '@pstorage/discovery-core'
import type { FindingLevel } from '@pstorage/discovery-core/checks'

/** What the process ends with when it is not an outcome. */
export const exitCodes: Readonly<Record<'readerGone' | 'usage' | 'fault', number>> = {
  /** The reader of stdout has closed the pipe: it had what it wanted. */
  readerGone: 0,
  usage: 2,
  /** A fault of ours, or stdout could not be written. */
  fault: 70,
}

const outcomes: Readonly<Record<Outcome, number>> = { found: 0, absent: 1, undetermined: 3, known: 4 }

/** The exit code that says an outcome. */
export function exitCodeOf(outcome: Outcome): number {
  return outcomes[outcome]
}

const levels: Readonly<Record<FindingLevel, number>> = { ok: 0, notice: 0, warning: 1, error: 5 }

/** The exit code that says the worst level of what checks have found. */
export function exitCodeOfLevel(worst: FindingLevel): number {
  return levels[worst]
}

/** 128 and the number of the signal, as shells have it. */
export function exitCodeOfSignal(signal: unknown): number {
  return signal === 'SIGTERM' ? 143 : signal === 'SIGHUP' ? 129 : 130
}

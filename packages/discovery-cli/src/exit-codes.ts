import type { Outcome } from '@pstorage/discovery-core'
import type { FindingLevel } from '@pstorage/discovery-core/checks'

/** The exit codes without an outcome. */
export const exitCodes: Readonly<Record<'readerGone' | 'usage' | 'fault', number>> = {
  /** The reader of stdout has closed the pipe: it has enough. */
  readerGone: 0,
  usage: 2,
  /** An internal error, or stdout could not be written. */
  fault: 70,
}

// None of them is 1: Node.js, npx, sudo and wrappers end with 1 when they fail, and scripts create a cluster on `absent`.
const outcomes: Readonly<Record<Outcome, number>> = { found: 0, undetermined: 3, known: 4, absent: 6 }

/** Returns the exit code of an outcome; never 1. */
export function exitCodeOf(outcome: Outcome): number {
  return outcomes[outcome]
}

const levels: Readonly<Record<FindingLevel, number>> = { ok: 0, notice: 0, warning: 1, error: 5 }

/** Returns the exit code of the worst level of the findings. */
export function exitCodeOfLevel(worst: FindingLevel): number {
  return levels[worst]
}

/** Returns 128 plus the number of the signal, as shells do. */
export function exitCodeOfSignal(signal: unknown): number {
  return signal === 'SIGTERM' ? 143 : signal === 'SIGHUP' ? 129 : 130
}

/** Wrong usage: no source was queried. The message is one escaped line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The reader of stdout has closed the pipe, as in `pstorage-discovery discover | head -1`. */
export class ReaderGoneError extends Error {
  override readonly name = 'ReaderGoneError'
}

/** Stdout could not be written for another reason, such as a full disk. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
}

/** The exit codes of outcomes, for help. */
export const outcomeExitCodes: Readonly<Record<number, string>> = {
  0: 'found; also when the reader of the output has closed the pipe',
  3: 'undetermined: a source did not answer; never take it for "absent"',
  4: 'known: the cluster exists but has no usable address',
  6: 'absent: not found, and every source answered',
}

/** The exit codes of findings, for help. */
export const findingExitCodes: Readonly<Record<number, string>> = {
  0: 'nothing worse than a notice; also when the reader of the output has closed the pipe',
  1: 'there is a warning',
  5: 'there is an error: clusters are not found, or no source answered',
}

/** The exit codes of every command, for help. */
export const commonExitCodes: Readonly<Record<number, string>> = {
  2: 'wrong usage',
  70: 'an internal error, or the output could not be written',
  129: 'interrupted by SIGHUP',
  130: 'interrupted by SIGINT',
  143: 'interrupted by SIGTERM',
}

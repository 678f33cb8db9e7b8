import type { AttemptStatus } from './attempt.js'

/**
 * The result of all attempts of one query.
 *
 * - `found`: there is a result
 * - `known`: no endpoint, but a source says that the cluster exists
 * - `absent`: at least one source that can deny has denied, and every source could be asked
 * - `undetermined`: a source could not be asked or did not answer, or no source can deny
 */
export type Outcome = 'found' | 'known' | 'absent' | 'undetermined'

/** Evidence from which an outcome is computed. */
export interface OutcomeEvidence {
  /** True if there is a result. */
  readonly found: boolean
  /** True if a source says that the cluster exists. */
  readonly known: boolean
  /** The statuses of the attempts. */
  readonly statuses: Iterable<AttemptStatus>
}

/**
 * Computes the outcome: the one place where "no such cluster" is told from "could not ask".
 *
 * Deployment scripts exist that create a cluster when discovery fails, so `absent` is only said when it was heard.
 */
export function outcomeOf({ found, known, statuses }: OutcomeEvidence): Outcome {
  if (found) return 'found'
  if (known) return 'known'
  let saidNo = false
  for (const status of statuses) {
    if (couldNotAsk(status)) return 'undetermined'
    if (status === 'empty') saidNo = true
  }
  return saidNo ? 'absent' : 'undetermined'
}

/** Returns whether an attempt that ended so says nothing about what is there. */
export function couldNotAsk(status: AttemptStatus): boolean {
  switch (status) {
    case 'refused':
    case 'timeout':
    case 'unreachable':
    case 'malformed':
    case 'failed':
    case 'unavailable':
      return true
    case 'found':
    case 'empty':
    case 'silent':
    case 'skipped':
      return false
    default:
      // A status from a newer or foreign backend: what is not understood must not become "no such cluster".
      return true
  }
}

import type { CheckDescription } from './check-description.js'
import type { FindingLevel } from './finding-level.js'
import type { Remedy } from './remedy.js'

/** What a check has found about one thing. */
export interface Finding {
  /** The id of the check, for example `dns-srv-port`. */
  readonly check: string
  readonly level: FindingLevel
  /** What it is about: a DNS name, a server, an interface, a file; escaped. */
  readonly subject: string
  /** What was seen, as one escaped line. */
  readonly seen: string
  /** What that leads to, as one line; `null` where nothing is amiss. */
  readonly meaning: string | null
  /** Ways to mend it, the best first; empty where there is nothing to mend, or no one line that does. */
  readonly remedies: readonly Remedy[]
  /** Whether the check could be made at all; one that could not is never `ok`. */
  readonly checked: boolean
}

/** What {@link finding} needs beside the check and the level. */
export interface FindingFacts {
  readonly subject: string
  readonly seen: string
  /** Default: none. */
  readonly meaning?: string | undefined
  /** Default: none. */
  readonly remedies?: readonly Remedy[] | undefined
  /** Default true. */
  readonly checked?: boolean | undefined
}

/**
 * Says what a check has found.
 *
 * @throws Error for a level that the description of the check does not have, and for an `ok` without a check: both are
 * faults of the check
 */
export function finding(check: CheckDescription, level: FindingLevel, facts: FindingFacts): Finding {
  const { subject, seen, meaning = null, remedies = [], checked = true } = facts
  if (!check.levels.includes(level)) throw new Error(`${check.id} has no level ${level}`)
  if (level === 'ok' && !checked) throw new Error(`${check.id} was not made, and so is not ok`)
  return { check: check.id, level, subject, seen, meaning, remedies, checked }
}

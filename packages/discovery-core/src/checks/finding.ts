import type { Remedy } from './remedy.js'

/** Result of one check for one subject. */
export interface Finding {
  /** The id of the check, for example `dns-srv-port`. */
  readonly check: string
  readonly level: FindingLevel
  /** The subject: a DNS name, a server, an interface, a file; escaped. */
  readonly subject: string
  /** The observation, as one escaped line. */
  readonly seen: string
  /** The consequence, as one line; `null` where nothing is wrong. */
  readonly meaning: string | null
  /** Ways to fix it, the best first; empty where there is nothing to fix, or no single line that does. */
  readonly remedies: readonly Remedy[]
  /** True if the check could be made at all; one that could not is never `ok`. */
  readonly checked: boolean
  /**
   * Ids of checks: a finding of one of them that is not `ok` is the likely cause of this one. Empty where this finding has
   * no other cause.
   */
  readonly follows: readonly string[]
}

/** Options of {@link finding} beside the check and the level. */
export interface FindingFacts {
  readonly subject: string
  readonly seen: string
  /** Default: none. */
  readonly meaning?: string | undefined
  /** Default: none. */
  readonly remedies?: readonly Remedy[] | undefined
  /** Default true. */
  readonly checked?: boolean | undefined
  /** Default: none. */
  readonly follows?: readonly string[] | undefined
}

/**
 * Says what a check has found.
 *
 * @throws Error for a level that the description of the check does not have, and for an `ok` without a check,
 * and for a cause that the description does not name: all are faults of the check
 */
export function finding(check: CheckDescription, level: FindingLevel, facts: FindingFacts): Finding {
  const { subject, seen, meaning = null, remedies = [], checked = true, follows = [] } = facts
  if (!check.levels.includes(level)) throw new Error(`${check.id} has no level ${level}`)
  if (level === 'ok' && !checked) throw new Error(`${check.id} was not made, and so is not ok`)
  const unnamed = follows.find((id) => !check.follows?.includes(id))
  if (unnamed !== undefined) throw new Error(`${check.id} does not follow from ${unnamed}`)
  return { check: check.id, level, subject, seen, meaning, remedies, checked, follows }
}

/** Description of a check, for tables and help. */
export interface CheckDescription {
  /** Stable, for example `dns-srv-port`; begins with what is checked. */
  readonly id: string
  /** The statement that holds where the check is `ok`, as one sentence without a full stop. */
  readonly checks: string
  /** The levels that its findings can have, the least first. */
  readonly levels: readonly FindingLevel[]
  /** Ids of the checks whose findings can be the cause of its own; default: none. There are no circles. */
  readonly follows?: readonly string[]
}

/** Severity of a finding: `notice` may be intended, `warning` should be fixed, `error` keeps clusters from being found. */
export type FindingLevel = 'ok' | 'notice' | 'warning' | 'error'

/** All levels, the least first. */
export const findingLevels: readonly FindingLevel[] = ['ok', 'notice', 'warning', 'error']

/** Returns whether a level is another one or above it. */
export function isAtLeast(level: FindingLevel, least: FindingLevel): boolean {
  return findingLevels.indexOf(level) >= findingLevels.indexOf(least)
}

/** The worst of some levels; `ok` of none. */
export function worstLevel(levels: Iterable<FindingLevel>): FindingLevel {
  let worst: FindingLevel = 'ok'
  for (const level of levels) if (isAtLeast(level, worst)) worst = level
  return worst
}

/** How much a finding matters: `notice` may be meant so, `warning` should be mended, `error` keeps clusters from being found. */
export type FindingLevel = 'ok' | 'notice' | 'warning' | 'error'

/** All levels, the least first. */
export const findingLevels: readonly FindingLevel[] = ['ok', 'notice', 'warning', 'error']

/** Whether a level is another one or above it. */
export function isAtLeast(level: FindingLevel, least: FindingLevel): boolean {
  return findingLevels.indexOf(level) >= findingLevels.indexOf(least)
}

/** The worst of some levels; `ok` of none. */
export function worstLevel(levels: Iterable<FindingLevel>): FindingLevel {
  let worst: FindingLevel = 'ok'
  for (const level of levels) if (isAtLeast(level, worst)) worst = level
  return worst
}

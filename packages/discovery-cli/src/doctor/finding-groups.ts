import { type Finding, type FindingLevel, findingLevels, worstLevel } from '@pstorage/discovery-core/checks'

/** What was found about one part of the whole. */
export interface FindingGroup {
  /** `dns`, `bootstrap`, `zeroconf`, `clusters`, `host` or `zone`. */
  readonly title: string
  readonly findings: readonly Finding[]
}

/** Everything that was found. */
export interface Examination {
  /** The cluster in question, the domain, or nothing in particular. */
  readonly subject: string | null
  readonly groups: readonly FindingGroup[]
}

/** How many findings there are of each level, and how many checks could not be made. */
export interface FindingCounts {
  readonly byLevel: ReadonlyMap<FindingLevel, number>
  readonly unchecked: number
}

/** The worst level of all. */
export function worstOf({ groups }: Examination): FindingLevel {
  return worstLevel(groups.flatMap(({ findings }) => findings.map(({ level }) => level)))
}

/** Counts what was found. */
export function countsOf({ groups }: Examination): FindingCounts {
  const all = groups.flatMap(({ findings }) => findings)
  const counts = findingLevels.map((level) => [level, all.filter((found) => found.level === level).length] as const)
  return { byLevel: new Map(counts), unchecked: all.filter(({ checked }) => !checked).length }
}

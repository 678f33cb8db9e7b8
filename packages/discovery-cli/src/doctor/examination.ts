import { type Finding, type FindingLevel, findingLevels, worstLevel } from '@pstorage/discovery-core/checks'

/** The findings about one subject. */
export interface FindingGroup {
  /** `dns`, `bootstrap`, `zeroconf`, `clusters`, `host` or `zone`. */
  readonly title: string
  readonly findings: readonly Finding[]
}

/** All findings. */
export interface Examination {
  /** The cluster in question, the domain, or nothing in particular. */
  readonly subject: string | null
  readonly groups: readonly FindingGroup[]
  /** The number of clusters with an address or a name, where all sources were queried. */
  readonly clusters?: number
}

/** The number of findings of each level, and of checks that could not run. */
export interface FindingCounts {
  readonly byLevel: Readonly<Record<FindingLevel, number>>
  readonly unchecked: number
}

/** The worst level of all. */
export function worstOf({ groups }: Examination): FindingLevel {
  return worstLevel(groups.flatMap(({ findings }) => findings.map(({ level }) => level)))
}

/** Counts the findings. */
export function countsOf({ groups }: Examination): FindingCounts {
  const all = groups.flatMap(({ findings }) => findings)
  const counts = findingLevels.map((level) => [level, all.filter((each) => each.level === level).length] as const)
  const byLevel = Object.fromEntries(counts) as Record<FindingLevel, number> // a count of each level
  return { byLevel, unchecked: all.filter(({ checked }) => !checked).length }
}

/** Returns a count with its noun, in the singular or the plural: `1 check`, `2 checks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

import { type Finding, type FindingLevel, findingLevels, isAtLeast, worstLevel } from '@pstorage/discovery-core/checks'
import { asciiJson, SCHEMA_VERSION } from '../output/json.js'
import { presentCauses } from './causes.js'

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

/** Returns the findings as one JSON value, on one line or indented. The counts are of all findings, shown or not. */
export function examinationJson(
  examination: Examination,
  level: FindingLevel,
  { pretty }: { readonly pretty: boolean },
): string {
  const { byLevel, unchecked } = countsOf(examination)
  const findings = examination.groups.flatMap(({ title, findings }) =>
    findings
      .filter((each) => isAtLeast(each.level, level))
      .map((each) => {
        const { check, level, subject, seen, meaning, checked } = each
        const remedies = each.remedies.map(({ kind, place, software, replaces, text, fix }) => ({
          ...{ kind, place, software, replaces, text },
          safe: fix !== null,
        }))
        const follows = presentCauses(each, examination)
        return { check, group: title, level, subject, seen, meaning, remedies, checked, follows }
      }),
  )
  const head = { schemaVersion: SCHEMA_VERSION, worst: worstOf(examination), subject: examination.subject }
  const value = { ...head, counts: { ...byLevel, unchecked }, findings }
  return `${asciiJson(value, pretty ? 2 : undefined)}\n`
}

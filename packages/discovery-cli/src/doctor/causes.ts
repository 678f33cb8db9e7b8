import { type Finding, type FindingLevel, findingLevels, worstLevel } from '@pstorage/discovery-core/checks'
import type { Examination } from './examination.js'

/** Findings of one check that say the same about one or more subjects. */
export type AlikeFindings = readonly [Finding, ...Finding[]]

/** Findings that follow from no other, with those that follow from them. */
export interface Cause {
  readonly findings: AlikeFindings
  /** The title of their group. */
  readonly group: string
  /** In the order of the checks. */
  readonly consequences: readonly Finding[]
  /** The worst level of all of them. */
  readonly level: FindingLevel
}

/** Finds the causes among the findings of an examination that are not `ok`: the worst first, and of these the one from which most follows. */
export function causesOf(examination: Examination): readonly Cause[] {
  const all = badFindings(examination)
  const consequences = new Map<Finding, Finding[]>()
  for (const each of all) {
    const root = rootOf(each, all)
    if (root !== each) consequences.set(root, [...(consequences.get(root) ?? []), each])
  }
  const causes = examination.groups.flatMap(({ title, findings }) =>
    mergeAlike(findings.filter((each) => each.level !== 'ok' && directCause(each, all) === undefined)).map(
      (alike): Cause => {
        const own = alike.flatMap((each) => consequences.get(each) ?? [])
        const level = worstLevel([...alike, ...own].map((each) => each.level))
        return { findings: alike, group: title, consequences: own, level }
      },
    ),
  )
  return causes.toSorted((a, b) => rank(b.level) - rank(a.level) || b.consequences.length - a.consequences.length)
}

/** Returns the checks, among those that a finding follows from, that have a finding which is not `ok`. */
export function presentCauses({ follows }: Finding, examination: Examination): readonly string[] {
  const bad = new Set(badFindings(examination).map(({ check }) => check))
  return follows.filter((id) => bad.has(id))
}

/** Puts findings together that differ in their subject and their remedies alone. */
export function mergeAlike(findings: readonly Finding[]): readonly AlikeFindings[] {
  const alike = new Map<string, AlikeFindings>()
  for (const each of findings) {
    const key = JSON.stringify([each.check, each.level, each.seen, each.meaning])
    const known = alike.get(key)
    alike.set(key, known === undefined ? [each] : [...known, each])
  }
  return [...alike.values()]
}

function badFindings({ groups }: Examination): readonly Finding[] {
  return groups.flatMap(({ findings }) => findings.filter(({ level }) => level !== 'ok'))
}

/** Follows the causes to the first one. Checks follow from one another in no circle. */
function rootOf(finding: Finding, all: readonly Finding[]): Finding {
  const cause = directCause(finding, all)
  return cause === undefined ? finding : rootOf(cause, all)
}

/** Returns the finding that another one follows from: one about the same subject, else the worst. */
function directCause({ follows, subject }: Finding, all: readonly Finding[]): Finding | undefined {
  if (follows.length === 0) return undefined
  const causes = all.filter(({ check }) => follows.includes(check)).toSorted((a, b) => rank(b.level) - rank(a.level))
  return causes.find((each) => each.subject === subject) ?? causes[0]
}

function rank(level: FindingLevel): number {
  return findingLevels.indexOf(level)
}

import { type Finding, type FindingLevel, isAtLeast } from '@pstorage/discovery-core/checks'
import type { Style } from '../../terminal/style.js'
import { wrapLine } from '../../terminal/wrap.js'
import { type Cause, causesOf, mergeAlike } from '../causes.js'
import { counted, countsOf, type Examination } from '../examination.js'
import { asides, findingsLines, passedLines } from './finding-text.js'

/** The choice of what is printed for people. */
export interface TextScope {
  /** The lowest level that is shown; a cause counts with the level of what follows from it. */
  readonly level: FindingLevel
  /** Shows what follows from a cause, and all of many that are alike. */
  readonly verbose: boolean
  /** Says how many of the findings `--fix` can fix. */
  readonly offersFix: boolean
}

/** Returns the findings for people: the most likely cause first, then the others in groups, and a summary line. */
export function examinationText(examination: Examination, scope: TextScope, style: Style): string {
  const causes = causesOf(examination).filter(({ level }) => isAtLeast(level, scope.level))
  const [first] = causes
  const isLikely = first !== undefined && (first.level === 'error' || first.consequences.length > 0)
  const [likely, others] = isLikely ? [[first], causes.slice(1)] : [[], causes]
  const sections = [
    { title: 'most likely cause', causes: likely, passed: [] },
    ...examination.groups.map(({ title, findings }) => ({
      title,
      causes: bySubject(others.filter(({ group }) => group === title)),
      passed: isAtLeast('ok', scope.level) ? findings.filter(({ level }) => level === 'ok') : [],
    })),
  ]
  const shownRemedies = new Map<string, string>()
  const lines = sections.flatMap(({ title, causes, passed }) => {
    if (causes.length + passed.length === 0) return []
    return [title, ...passedLines(passed, style), ...causesLines(causes, { ...scope, shownRemedies, style }), '']
  })
  const fixable = scope.offersFix ? causes.flatMap(({ findings }) => findings).filter(isFixable).length : 0
  const offer = fixable === 0 ? [] : [`--fix can fix ${fixable} of these; --fix --dry-run shows how`]
  const summary = [summaryLine(examination, style), ...offer].flatMap((line) => wrapLine(line, style.width))
  return [...lines, ...summary].map((line) => `${line}\n`).join('')
}

/** The number of causes of one check and level that are shown; the others are counted. */
const MOST_ALIKE = 10

interface Printing extends TextScope {
  /** Remedies that stand above already, and of which check. */
  readonly shownRemedies: Map<string, string>
  readonly style: Style
}

function causesLines(causes: readonly Cause[], { verbose, shownRemedies, style }: Printing): readonly string[] {
  const counts = new Map<string, number>()
  const lines = causes.flatMap(({ findings, consequences }) => {
    const [{ check, level }] = findings
    const count = (counts.get(`${level} ${check}`) ?? 0) + 1
    counts.set(`${level} ${check}`, count)
    if (count > MOST_ALIKE && !verbose) return []
    const own = findingsLines(findings, { verbose, shownRemedies, style })
    if (!verbose) return [...own, ...foldedLines(consequences, style)]
    const following = mergeAlike(consequences).flatMap((each) =>
      findingsLines(each, { verbose, shownRemedies, style, cause: check }),
    )
    return [...own, ...following]
  })
  const more = [...counts].flatMap(([kind, count]) =>
    count <= MOST_ALIKE || verbose
      ? []
      : ['', ...asides(`and ${count - MOST_ALIKE} more: ${kind}; -v shows them`, style)],
  )
  return [...lines, ...more]
}

function isFixable({ remedies }: Finding): boolean {
  return remedies.some(({ fix }) => fix !== null)
}

function foldedLines(consequences: readonly Finding[], style: Style): readonly string[] {
  const { length } = consequences
  if (length === 0) return []
  const checks = [...new Set(consequences.map(({ check }) => check))].join(', ')
  const text = `and ${counted(length, 'finding')} that ${length === 1 ? 'follows' : 'follow'} (${checks}); -v shows ${length === 1 ? 'it' : 'them'}`
  return asides(text, style)
}

/** Keeps the order, and puts causes about one subject together. */
function bySubject(causes: readonly Cause[]): readonly Cause[] {
  const subjectOf = ({ findings }: Cause): string => JSON.stringify(findings.map(({ subject }) => subject))
  const subjects = [...new Set(causes.map(subjectOf))]
  return subjects.flatMap((subject) => causes.filter((each) => subjectOf(each) === subject))
}

function summaryLine(examination: Examination, { paint }: Style): string {
  const { byLevel, unchecked } = countsOf(examination)
  const { error, warning, notice, ok } = byLevel
  const notRun = unchecked === 0 ? '' : `; ${counted(unchecked, 'check')} could not run`
  if (error + warning + notice === 0) {
    return paint('good', `all is well: ${counted(ok, 'check')} passed, nothing to fix`)
  }
  const bad = [
    ...(error > 0 ? [paint('bad', counted(error, 'error'))] : []),
    ...(warning > 0 ? [paint('warning', counted(warning, 'warning'))] : []),
    ...(notice > 0 ? [counted(notice, 'notice')] : []),
  ]
  return `${bad.join(', ')}; ${counted(ok, 'check')} passed${notRun}`
}

import { type Finding, type FindingLevel, findingLevels, isAtLeast, type Remedy } from '@pstorage/discovery-core/checks'
import type { Pen } from '../terminal/attempt-line.js'
import type { Meaning } from '../terminal/paint.js'
import { countsOf, type Examination, type FindingGroup } from './finding-groups.js'

/** How many findings of one check and level are shown; the rest is counted. */
const MOST_ALIKE = 10
const INDENT = '  '
/** Under the text of a finding. */
const DEEP = ' '.repeat(11)

const meanings: Readonly<Record<FindingLevel, Meaning>> = {
  ok: 'good',
  notice: 'aside',
  warning: 'warning',
  error: 'bad',
}

/** What was found, for people: grouped, what works first and the worst last, and a line that says how it stands. */
export function examinationText(examination: Examination, level: FindingLevel, pen: Pen): string {
  const lines = examination.groups.flatMap((group) => groupLines(group, level, pen))
  return [...lines, summaryLine(examination, pen)].map((line) => `${line}\n`).join('')
}

function groupLines({ title, findings }: FindingGroup, least: FindingLevel, pen: Pen): readonly string[] {
  const shown = findings
    .filter(({ level }) => isAtLeast(level, least))
    .toSorted((a, b) => findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level))
  if (shown.length === 0) return []
  const width = Math.max(...shown.map(({ check }) => check.length))
  const told = new Map<string, string>()
  const alike = new Map<string, number>()
  const lines = shown.flatMap((found, index) => {
    const kind = `${found.level} ${found.check}`
    const count = (alike.get(kind) ?? 0) + 1
    alike.set(kind, count)
    const next = shown[index + 1]
    const isLast = next === undefined || `${next.level} ${next.check}` !== kind
    const own = count <= MOST_ALIKE ? findingLines(found, { width, told, pen }) : []
    return isLast && count > MOST_ALIKE ? [...own, moreLine(found, count - MOST_ALIKE, pen)] : own
  })
  return [title, ...lines, '']
}

function moreLine({ check }: Finding, count: number, { paint }: Pen): string {
  return paint('aside', `${DEEP}and ${count} more of ${check}: --json has them all`)
}

interface FindingLines {
  /** Of the longest id. */
  readonly width: number
  /** Remedies that stand above already, and of which check. */
  readonly told: Map<string, string>
  readonly pen: Pen
}

function findingLines(found: Finding, { width, told, pen }: FindingLines): readonly string[] {
  const { check, level, subject, seen, meaning, remedies } = found
  const { paint, show } = pen
  const head = `${INDENT}${paint(meanings[level], level.padEnd(8))} ${check.padEnd(width)}  ${show(subject)}`
  if (level === 'ok') return [`${head}: ${show(seen)}`]
  const text = [seen, ...(meaning === null ? [] : [meaning])].map((line) => `${DEEP}${show(line)}`)
  const key = JSON.stringify(remedies)
  const above = remedies.length === 0 ? undefined : told.get(key)
  if (above !== undefined) return ['', head, ...text, paint('aside', `${DEEP}mended by the lines above (${above})`)]
  told.set(key, check)
  return ['', head, ...text, ...remedies.flatMap((each, index) => remedyLines(each, index > 0, pen))]
}

function remedyLines(remedy: Remedy, isOther: boolean, { paint, show }: Pen): readonly string[] {
  const { replaces, text } = remedy
  const where = `${isOther ? 'or ' : ''}${placeText(remedy, show)}`
  const block = (content: string): readonly string[] => content.split('\n').map((line) => `${DEEP}    ${show(line)}`)
  const say = (line: string): string => paint('aside', `${DEEP}${line}`)
  if (replaces === null) return [say(`${where}:`), ...block(text)]
  if (text === '') return [say(`${where}, take out:`), ...block(replaces)]
  return [say(`${where}, replace:`), ...block(replaces), say('by:'), ...block(text)]
}

function placeText({ kind, place, software }: Remedy, show: Pen['show']): string {
  const of = software === null ? '' : ` (${show(software)})`
  switch (kind) {
    case 'zone':
      return `in the zone ${show(place)}`
    case 'server':
      return `in the configuration${of} of ${show(place)}`
    case 'command':
      return `as ${show(place)}, run${of}`
    case 'file':
      return `as the contents of ${show(place)}${of}`
    default:
      return `in ${show(place)}`
  }
}

function summaryLine(examination: Examination, { paint }: Pen): string {
  const { byLevel, unchecked } = countsOf(examination)
  const count = (level: FindingLevel): number => byLevel.get(level) ?? 0
  const [errors, warnings, notices, fine] = [count('error'), count('warning'), count('notice'), count('ok')]
  const notMade = unchecked === 0 ? '' : `; ${counted(unchecked, 'check')} could not be made`
  if (errors + warnings + notices === 0)
    return paint('good', `all is well: ${counted(fine, 'check')} made, nothing to mend`)
  const bad = [
    ...(errors > 0 ? [paint('bad', counted(errors, 'error'))] : []),
    ...(warnings > 0 ? [paint('warning', counted(warnings, 'warning'))] : []),
    ...(notices > 0 ? [counted(notices, 'notice')] : []),
  ]
  return `${bad.join(', ')}; ${fine} of the checks are fine${notMade}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

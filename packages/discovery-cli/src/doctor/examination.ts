import {
  type Finding,
  type FindingLevel,
  findingLevels,
  isAtLeast,
  type Remedy,
  worstLevel,
} from '@pstorage/discovery-core/checks'
import { asciiJson, SCHEMA_VERSION } from '../output/json.js'
import type { Meaning, Style } from '../terminal/style.js'
import { wrapLine } from '../terminal/wrap.js'

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
}

/** The number of findings of each level, and of checks that could not run. */
export interface FindingCounts {
  readonly byLevel: ReadonlyMap<FindingLevel, number>
  readonly unchecked: number
}

/** The worst level of all. */
export function worstOf({ groups }: Examination): FindingLevel {
  return worstLevel(groups.flatMap(({ findings }) => findings.map(({ level }) => level)))
}

/** Counts the findings. */
function countsOf({ groups }: Examination): FindingCounts {
  const all = groups.flatMap(({ findings }) => findings)
  const counts = findingLevels.map((level) => [level, all.filter((each) => each.level === level).length] as const)
  return { byLevel: new Map(counts), unchecked: all.filter(({ checked }) => !checked).length }
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
      .map(({ check, level, subject, seen, meaning, remedies, checked }) => {
        const ways = remedies.map(({ kind, place, software, replaces, text }) => ({
          kind,
          place,
          software,
          replaces,
          text,
        }))
        return { check, group: title, level, subject, seen, meaning, remedies: ways, checked }
      }),
  )
  const head = { schemaVersion: SCHEMA_VERSION, worst: worstOf(examination), subject: examination.subject }
  const value = { ...head, counts: { ...Object.fromEntries(byLevel), unchecked }, findings }
  return `${asciiJson(value, pretty ? 2 : undefined)}\n`
}

/** The number of findings of one check and level that are shown; the others are counted. */
const MOST_ALIKE = 10
const INDENT = '  '
/** The indentation of the text of a finding. */
const DEEP = ' '.repeat(11)

const meanings: Readonly<Record<FindingLevel, Meaning>> = {
  ok: 'good',
  notice: 'aside',
  warning: 'warning',
  error: 'bad',
}

/** Returns the findings for people: in groups, the worst last, and a summary line. */
export function examinationText(examination: Examination, level: FindingLevel, style: Style): string {
  const lines = examination.groups.flatMap((group) => groupLines(group, level, style))
  const summary = wrapLine(summaryLine(examination, style), style.width)
  return [...lines, ...summary].map((line) => `${line}\n`).join('')
}

function groupLines({ title, findings }: FindingGroup, least: FindingLevel, style: Style): readonly string[] {
  const shown = findings
    .filter(({ level }) => isAtLeast(level, least))
    .toSorted((a, b) => findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level))
  if (shown.length === 0) return []
  const width = Math.max(...shown.map(({ check }) => check.length))
  const shownRemedies = new Map<string, string>()
  const alike = new Map<string, number>()
  const lines = shown.flatMap((each, index) => {
    const kind = `${each.level} ${each.check}`
    const count = (alike.get(kind) ?? 0) + 1
    alike.set(kind, count)
    const next = shown[index + 1]
    const isLast = next === undefined || `${next.level} ${next.check}` !== kind
    const own = count <= MOST_ALIKE ? findingLines(each, { width, shownRemedies, style }) : []
    return isLast && count > MOST_ALIKE ? [...own, moreLine(each, count - MOST_ALIKE, style)] : own
  })
  return [title, ...lines, '']
}

function moreLine({ check }: Finding, count: number, { paint }: Style): string {
  return paint('aside', `${DEEP}and ${count} more of ${check}; show all with --json`)
}

interface FindingLines {
  /** Of the longest id. */
  readonly width: number
  /** Remedies that stand above already, and of which check. */
  readonly shownRemedies: Map<string, string>
  readonly style: Style
}

function findingLines(each: Finding, { width, shownRemedies, style }: FindingLines): readonly string[] {
  const { check, level, subject, seen, meaning, remedies } = each
  const { paint, show } = style
  const wrap = (line: string): readonly string[] => wrapLine(line, style.width, DEEP.length)
  const title = `${INDENT}${paint(meanings[level], level.padEnd(8))} ${check.padEnd(width)}  ${show(subject)}`
  if (level === 'ok') return wrap(`${title}: ${show(seen)}`)
  const head = wrap(title)
  const text = [seen, ...(meaning === null ? [] : [meaning])].flatMap((line) => wrap(`${DEEP}${show(line)}`))
  const key = JSON.stringify(remedies)
  const above = remedies.length === 0 ? undefined : shownRemedies.get(key)
  if (above !== undefined) return ['', ...head, ...text, paint('aside', `${DEEP}fixed by the lines above (${above})`)]
  shownRemedies.set(key, check)
  return ['', ...head, ...text, ...remedies.flatMap((each, index) => remedyLines(each, index > 0, style))]
}

/** The text of a remedy is to be pasted, and so never wrapped. */
function remedyLines(remedy: Remedy, isOther: boolean, { paint, show, width }: Style): readonly string[] {
  const { replaces, text } = remedy
  const where = `${isOther ? 'or ' : ''}${placeText(remedy, show)}`
  // A field is cut where it is too long; a line to paste never is.
  const whole = (line: string): string => (line.match(/.{1,500}/gsu) ?? []).map(show).join('')
  const block = (content: string): readonly string[] => content.split('\n').map((line) => `${DEEP}    ${whole(line)}`)
  const note = (line: string): readonly string[] =>
    wrapLine(`${DEEP}${line}`, width, DEEP.length).map((each) => paint('aside', each))
  if (replaces === null) return [...note(`${where}:`), ...block(text)]
  if (text === '') return [...note(`${where}, remove:`), ...block(replaces)]
  return [...note(`${where}, replace:`), ...block(replaces), ...note('with:'), ...block(text)]
}

function placeText({ kind, place, software }: Remedy, show: Style['show']): string {
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

function summaryLine(examination: Examination, { paint }: Style): string {
  const { byLevel, unchecked } = countsOf(examination)
  const count = (level: FindingLevel): number => byLevel.get(level) ?? 0
  const [errors, warnings, notices, fine] = [count('error'), count('warning'), count('notice'), count('ok')]
  const notRun = unchecked === 0 ? '' : `; ${counted(unchecked, 'check')} could not run`
  if (errors + warnings + notices === 0)
    return paint('good', `all is well: ${counted(fine, 'check')} passed, nothing to fix`)
  const bad = [
    ...(errors > 0 ? [paint('bad', counted(errors, 'error'))] : []),
    ...(warnings > 0 ? [paint('warning', counted(warnings, 'warning'))] : []),
    ...(notices > 0 ? [counted(notices, 'notice')] : []),
  ]
  return `${bad.join(', ')}; ${counted(fine, 'check')} passed${notRun}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

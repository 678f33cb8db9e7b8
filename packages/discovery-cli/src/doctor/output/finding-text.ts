import type { Finding, FindingLevel, Remedy } from '@pstorage/discovery-core/checks'
import type { Meaning, Style } from '../../terminal/style.js'
import { wrapLine } from '../../terminal/wrap.js'
import type { AlikeFindings } from '../causes.js'

const INDENT = '  '
/** A level and a blank stand before a check; on a narrow terminal the text below needs that room. */
const [BESIDE, NARROW] = [11, 60]

/** Returns the indentation of the text of a finding. */
function indentOf({ width = NARROW }: Pick<Style, 'width'>): string {
  return ' '.repeat(width < NARROW ? 2 * INDENT.length : BESIDE)
}

/** The number of subjects of findings that are alike which are shown; the others are counted. */
const MOST_SUBJECTS = 3

const meanings: Readonly<Record<FindingLevel, Meaning>> = {
  ok: 'good',
  notice: 'aside',
  warning: 'warning',
  error: 'bad',
}

/** The look of findings. */
interface FindingPrinting {
  /** Shows every subject. */
  readonly verbose: boolean
  /** Remedies that stand above already, and of which check; those that are printed are added. */
  readonly shownRemedies: Map<string, string>
  /** The check that the findings follow from. */
  readonly cause?: string
  readonly style: Style
}

/** Returns the lines of checks that have passed, one or more each. */
export function passedLines(findings: readonly Finding[], style: Style): readonly string[] {
  const { paint, show, width } = style
  const column = Math.max(...findings.map(({ check }) => check.length))
  return findings.flatMap(({ level, check, subject, seen }) => {
    const line = `${INDENT}${paint(meanings[level], level.padEnd(8))} ${check.padEnd(column)}  ${show(subject)}: ${show(seen)}`
    return wrapLine(line, width, indentOf(style).length)
  })
}

/** Returns the lines of findings that say the same: their subjects, the text once, and the remedies of each. */
export function findingsLines(findings: AlikeFindings, printing: FindingPrinting): readonly string[] {
  const { verbose, style, cause } = printing
  const { paint, show } = style
  const [{ check, level, seen, meaning }] = findings
  const indent = indentOf(style)
  const wrap = (line: string): readonly string[] => wrapLine(line, style.width, indent.length)
  const shown = verbose ? findings : findings.slice(0, MOST_SUBJECTS)
  const more = findings.length - shown.length
  const subjects = shown.map(({ subject }) => show(subject)).join(', ')
  const head = `${INDENT}${paint(meanings[level], level.padEnd(8))} ${check}  ${subjects}${more > 0 ? ` and ${more} more` : ''}`
  const text = [seen, ...(meaning === null ? [] : [meaning])].flatMap((line) => wrap(`${indent}${show(line)}`))
  const from = cause === undefined ? [] : asides(`follows from ${cause}`, style)
  return ['', ...wrap(head), ...text, ...from, ...remediesOf(findings, shown, printing)]
}

/** The remedies once, where all findings have the same ones; else those of each that is shown, under its subject. */
function remediesOf(
  findings: AlikeFindings,
  shown: readonly Finding[],
  { verbose, shownRemedies, style }: FindingPrinting,
): readonly string[] {
  const byText = new Map<string, Finding[]>()
  for (const each of findings) {
    const key = JSON.stringify(each.remedies)
    byText.set(key, [...(byText.get(key) ?? []), each])
  }
  const others = new Set([...byText.keys()].map((key) => shownRemedies.get(key)))
  const [above] = others
  if (others.size === 1 && above !== undefined && byText.size > 1)
    return asides(`fixed by the lines above (${above})`, style)
  const lines = [...byText].flatMap(([key, [first, ...others]]) => {
    if (first === undefined || first.remedies.length === 0 || !shown.includes(first)) return []
    const subjects = [first, ...others].map(({ subject }) => subject)
    // The place of a remedy may name its subject already.
    const isNamed = byText.size === 1 || first.remedies[0]?.place.includes(first.subject)
    const about = isNamed ? [] : asides(`for ${subjects.map(style.show).join(', ')}:`, style)
    const above = shownRemedies.get(key)
    if (above !== undefined) return [...about, ...asides(`fixed by the lines above (${above})`, style)]
    shownRemedies.set(key, first.check)
    return [...about, ...first.remedies.flatMap((each, index) => remedyLines(each, index > 0, style))]
  })
  const isCut = byText.size > 1 && shown.length < findings.length && !verbose
  return isCut ? [...lines, ...asides('and so on; -v shows all', style)] : lines
}

/** Returns lines of less weight, wrapped. */
export function asides(line: string, style: Style): readonly string[] {
  const indent = indentOf(style)
  return wrapLine(`${indent}${line}`, style.width, indent.length).map((each) => style.paint('aside', each))
}

/** The text of a remedy is to be pasted, and so never wrapped. */
function remedyLines(remedy: Remedy, isOther: boolean, style: Style): readonly string[] {
  const { show } = style
  const { replaces, text } = remedy
  const where = `${isOther ? 'or ' : ''}${placeText(remedy, show)}`
  // A field is cut where it is too long; a line to paste never is.
  const whole = (line: string): string => (line.match(/.{1,500}/gsu) ?? []).map(show).join('')
  const block = (content: string): readonly string[] =>
    content.split('\n').map((line) => `${indentOf(style)}    ${whole(line)}`)
  const note = (line: string): readonly string[] => asides(line, style)
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

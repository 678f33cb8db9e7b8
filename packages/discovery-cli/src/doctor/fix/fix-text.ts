import type { Finding } from '@pstorage/discovery-core/checks'
import type { Style } from '../../terminal/style.js'
import { counted } from '../examination.js'
import type { FixPlan, PlannedChange } from './fix-plan.js'

/** Returns the lines of a plan: each change with its difference, and what is left to a person. */
export function planLines({ changes, byHand }: FixPlan, style: Style): readonly string[] {
  const planned = changes.flatMap((change) => ['', `  ${changeText(change, style)}`, ...diffLines(change, style)])
  const left = byHand.map(({ finding, why }) => {
    const { level } = finding
    return `  ${level.padEnd(8)} ${gistOf(finding, style)}${why === undefined ? '' : ` (${style.show(why)})`}`
  })
  return [
    `${counted(changes.length, 'safe change')} on this host:`,
    ...planned,
    ...(left.length === 0 ? [] : ['', 'not changed, to be fixed by hand:', ...left]),
  ]
}

/** Returns a change as one line, without its difference. */
export function changeText(change: PlannedChange, { show }: Style): string {
  switch (change.kind) {
    case 'edit':
      return `edit ${show(change.path)}`
    case 'mode':
      return `change the mode of ${show(change.path)} from ${modeText(change.from)} to ${modeText(change.to)}`
    case 'run':
      return `run ${show(change.text)}`
  }
}

/** Returns a finding as one line: its check and its subject. */
export function gistOf({ check, subject }: Finding, { show }: Style): string {
  return `${check}  ${show(subject)}`
}

function diffLines(change: PlannedChange, { paint, show }: Style): readonly string[] {
  if (change.kind !== 'edit') return []
  return change.diff.map((line) => {
    const meaning = line.startsWith('+') ? 'good' : line.startsWith('-') ? 'bad' : 'aside'
    return paint(meaning, `      ${show(line)}`)
  })
}

function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

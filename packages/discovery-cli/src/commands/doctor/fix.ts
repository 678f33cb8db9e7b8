import { createInterface } from 'node:readline/promises'
import type { Finding } from '@pstorage/discovery-core/checks'
import type { ParsedArguments } from '../../args/command.js'
import { formatOf, printSettings } from '../../args/settings.js'
import type { CliContext } from '../../context.js'
import { counted, type Examination, worstOf } from '../../doctor/examination.js'
import { type FixPlan, type PlannedChange, planFixes } from '../../doctor/fix/fix-plan.js'
import { changeText, gistOf, planLines } from '../../doctor/fix/fix-text.js'
import { makeChange } from '../../doctor/fix/make-change.js'
import { type Checks, examine, printExamination } from '../../doctor/run-checks.js'
import { exitCodeOfLevel, UsageError } from '../../exit-codes.js'
import { type Style, styleFor } from '../../terminal/style.js'
import { wrapLine } from '../../terminal/wrap.js'
import { writeData } from '../../terminal/write-data.js'

/** The settings of `--fix`. */
export interface FixSettings {
  readonly isDryRun: boolean
  /** Set where no question is asked. */
  readonly isAgreed: boolean
}

/** Reads `--fix`, `--dry-run` and `--yes`; `undefined` without `--fix`. @throws UsageError */
export function fixSettings(args: ParsedArguments, { stdin }: CliContext): FixSettings | undefined {
  const { options } = args
  const [isDryRun, isAgreed] = [options.has('dry-run'), options.has('yes')]
  if (!options.has('fix')) {
    if (isDryRun || isAgreed) throw new UsageError(`--${isDryRun ? 'dry-run' : 'yes'} goes with --fix`)
    return undefined
  }
  if (isDryRun && isAgreed) throw new UsageError('--dry-run and --yes contradict each other')
  const format = formatOf(args)
  if (format !== 'text') throw new UsageError(`--fix prints text, and so does not go with --format ${format}`)
  if (!isDryRun && !isAgreed && stdin?.isTTY !== true) {
    throw new UsageError('--fix asks before it changes anything, and stdin is no terminal: add --yes, or --dry-run')
  }
  return { isDryRun, isAgreed }
}

/** Examines, makes the safe changes on this host after a question, and examines again. Returns the exit code of what is left. */
export async function runFixes(
  args: ParsedArguments,
  context: CliContext,
  { isDryRun, isAgreed, checks }: FixSettings & { readonly checks: Checks },
): Promise<number> {
  const style = styleFor(context.stdout, context.env, printSettings(args).noColor)
  const print = (lines: readonly string[]): Promise<void> => printLines(lines, context, style)
  const before = await examine(args, context, checks)
  const plan = await planFixes(before)
  if (plan.changes.length === 0) {
    await printExamination(before, args, context)
    await print(['', 'nothing to change: no finding has a safe fix on this host', ...planLines(plan, style).slice(1)])
    return exitCodeOfLevel(worstOf(before))
  }
  await print(planLines(plan, style))
  if (isDryRun) {
    await print(['', `${counted(plan.changes.length, 'change')} planned, none made: this was a dry run`])
    return exitCodeOfLevel(worstOf(before))
  }
  if (!isAgreed && !(await isConfirmed(plan, context))) {
    await print(['', 'nothing was changed'])
    return exitCodeOfLevel(worstOf(before))
  }
  await print([''])
  for (const change of plan.changes) await print([await make(change, style)])
  const after = await examine(args, context, checks)
  await print(['', ...differenceLines(before, after, style), ''])
  await printExamination(after, args, context)
  return exitCodeOfLevel(worstOf(after))
}

async function printLines(lines: readonly string[], { stdout }: CliContext, { width }: Style): Promise<void> {
  const wrapped = lines.flatMap((line) => wrapLine(line, width))
  await writeData(stdout, wrapped.map((line) => `${line}\n`).join(''))
}

/** Asks a person; everything but a yes is a no, the end of the input too. */
async function isConfirmed({ changes }: FixPlan, { stdin, stderr, signal }: CliContext): Promise<boolean> {
  if (stdin === undefined) return false
  const lines = createInterface({ input: stdin, output: stderr, terminal: false })
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  const question = `\nMake ${changes.length === 1 ? 'this change' : `these ${changes.length} changes`}? [y/N] `
  try {
    const answer = signal === undefined ? lines.question(question) : lines.question(question, { signal })
    return /^y(?:es)?$/i.test((await Promise.race([answer, ended])).trim())
  } finally {
    lines.close()
  }
}

/** Makes one change, and returns what has come of it. */
async function make(change: PlannedChange, style: Style): Promise<string> {
  const { paint, show } = style
  try {
    const kept = await makeChange(change, new Date().toISOString().slice(0, 10))
    const done = `${paint('good', 'done')}    ${changeText(change, style)}`
    return kept === undefined ? done : `${done}; the old file is ${show(kept)}`
  } catch (error) {
    const { message } = error as Error // system calls and programs fail with nothing else
    return `${paint('bad', 'failed')}  ${changeText(change, style)}: ${show(message)}`
  }
}

/** Returns what has gone and what is new. What is left is printed as every examination is. */
function differenceLines(before: Examination, after: Examination, style: Style): readonly string[] {
  const [old, now] = [before, after].map(badFindings) as [readonly Finding[], readonly Finding[]] // two came in
  const keyOf = ({ check, subject, seen }: Finding): string => JSON.stringify([check, subject, seen])
  const without = (some: readonly Finding[], others: readonly Finding[]): readonly Finding[] => {
    const keys = new Set(others.map(keyOf))
    return some.filter((each) => !keys.has(keyOf(each)))
  }
  const [gone, added] = [without(old, now), without(now, old)]
  return [
    `gone: ${gone.length === 0 ? 'nothing' : counted(gone.length, 'finding')}`,
    ...gone.map((each) => `  ${gistOf(each, style)}`),
    ...(added.length === 0 ? [] : [`new: ${counted(added.length, 'finding')}`]),
    ...added.map((each) => `  ${gistOf(each, style)}`),
    `left: ${now.length === 0 ? 'nothing' : counted(now.length, 'finding')}`,
  ]
}

function badFindings({ groups }: Examination): readonly Finding[] {
  return groups.flatMap(({ findings }) => findings.filter(({ level }) => level !== 'ok'))
}

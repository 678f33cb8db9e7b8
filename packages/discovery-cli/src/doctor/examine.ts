import { type FindingLevel, findingLevels } from '@pstorage/discovery-core/checks'
import { asUsageError } from '../ask/compose.js'
import { oneOf } from '../command-line/option-values.js'
import { formatOf, type PrintSettings, printSettings } from '../command-line/settings.js'
import { lastOf, type Words } from '../command-line/words.js'
import { exitCodeOfLevel } from '../exit-code.js'
import type { RunCliOptions } from '../run.js'
import type { Pen } from '../terminal/attempt-line.js'
import { paintFor } from '../terminal/paint.js'
import { StatusLine } from '../terminal/status-line.js'
import { terminalText } from '../terminal/terminal-text.js'
import { writeData } from '../terminal/write-data.js'
import { type Examination, worstOf } from './finding-groups.js'

/** Shows what is being looked at. */
export type Progress = (what: string) => void

/** Makes checks, prints what they find, and gives the exit code of the worst. @throws UsageError for settings that a backend refuses */
export async function examine(
  words: Words,
  options: RunCliOptions,
  checks: (progress: Progress) => Promise<Examination>,
): Promise<number> {
  const { env, stdout, stderr } = options
  const { quiet, noColor }: PrintSettings = printSettings(words)
  const format = formatOf(words)
  const level = levelOf(words)
  const show = terminalText(env)
  const asking = stderr.isTTY === true && env.TERM !== 'dumb' && !quiet
  const status = new StatusLine({
    stream: stderr,
    pen: { paint: paintFor(stderr, env, noColor), show },
    attempts: false,
    asking,
  })
  try {
    const examination = await checks((what) => status.pause(`checking ${what} ...`)).catch((error) => {
      throw asUsageError(error)
    })
    status.clear()
    const pen: Pen = { paint: paintFor(stdout, env, noColor), show }
    await writeData(stdout, await textOf(examination, { format, level, pen, pretty: stdout.isTTY === true }))
    return exitCodeOfLevel(worstOf(examination))
  } finally {
    status.clear()
  }
}

function levelOf(words: Words): FindingLevel {
  const text = lastOf(words, 'level')
  return text === undefined ? 'ok' : oneOf('level', text, findingLevels)
}

async function textOf(
  examination: Examination,
  {
    format,
    level,
    pen,
    pretty,
  }: { readonly format: string; readonly level: FindingLevel; readonly pen: Pen; readonly pretty: boolean },
): Promise<string> {
  if (format === 'json') return (await import('./examination-json.js')).examinationJson(examination, level, { pretty })
  return (await import('./examination-text.js')).examinationText(examination, level, pen)
}

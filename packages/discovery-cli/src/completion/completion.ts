import { oneOf } from '../command-line/option-values.js'
import { UsageError } from '../command-line/usage-error.js'
import type { RunCommand } from '../commands/command.js'
import { writeData } from '../terminal/write-data.js'
import { type Shell, scripts } from './scripts.js'

const shells = Object.keys(scripts) as Shell[] // exactly the keys written there

/** `completion`. */
export const runCompletion: RunCommand = async ({ operands }, { stdout }) => {
  const [text, ...others] = operands
  if (text === undefined || others.length > 0) throw new UsageError('for which shell? completion bash, zsh or fish')
  await writeData(stdout, scripts[oneOf('shell', text, shells)])
  return 0
}

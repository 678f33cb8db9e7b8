import { quoteText } from '@pstorage/discovery-core'
import { UsageError } from '../command-line/usage-error.js'
import type { RunCommand } from '../commands/command.js'
import { writeData } from '../terminal/write-data.js'
import { type Shell, scripts } from './scripts.js'

const shells = Object.keys(scripts) as Shell[] // exactly the keys written there

/** `completion`. */
export const runCompletion: RunCommand = async ({ operands }, { stdout }) => {
  const [text, ...others] = operands
  const shell = shells.find((each) => each === text)
  if (shell === undefined || others.length > 0) {
    const no =
      text === undefined || others.length > 0
        ? ''
        : `there is no completion for ${quoteText(text, { maxLength: 80 })}; `
    throw new UsageError(`${no}for which shell? completion bash, zsh or fish`)
  }
  await writeData(stdout, scripts[shell])
  return 0
}

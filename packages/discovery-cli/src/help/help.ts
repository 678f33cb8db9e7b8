import { commandTable } from '../commands/command-table.js'
import { exitCodes } from '../exit-code.js'
import type { RunCliOptions } from '../run.js'
import { writeData } from '../terminal/write-data.js'
import { commandText, overviewText } from './help-text.js'
import { topicOf } from './topic.js'

/** `help`, `--help`. */
export async function runHelp(options: RunCliOptions): Promise<number> {
  const topic = topicOf(options.argv)
  if ('unknown' in topic) {
    const [{ unknownCommand }, { UsageError }] = await Promise.all([
      import('../command-line/sort-words.js'),
      import('../command-line/usage-error.js'),
    ])
    throw new UsageError(unknownCommand(topic.unknown))
  }
  await writeData(options.stdout, 'command' in topic ? commandText(topic.command) : overviewText(topic.commands))
  return 0
}

/** A command line without a word is wrong usage, and gets the same text. */
export function helpOfNothing({ stderr }: RunCliOptions): number {
  stderr.write(overviewText(commandTable))
  return exitCodes.usage
}

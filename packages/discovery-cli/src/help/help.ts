import type { Command } from '../args/command.js'
import { commandTable, findCommand, subcommandWords } from '../commands/command-table.js'
import type { CliContext } from '../context.js'
import { exitCodes, UsageError } from '../exit-codes.js'
import { widthOfTerminal } from '../terminal/style.js'
import { writeData } from '../terminal/write-data.js'
import { commandText, overviewText } from './help-text.js'
import { packageFile } from './package-file.js'

/** Runs `help` and `--help`. */
export async function runHelp(context: CliContext): Promise<number> {
  const topic = topicOf(context.argv)
  if ('unknown' in topic) {
    const { unknownCommand } = await import('../commands/parse-command-line.js')
    throw new UsageError(unknownCommand(topic.unknown))
  }
  const { stdout } = context
  const width = widthOfTerminal(stdout)
  const text = 'command' in topic ? commandText(topic.command, width) : overviewText(topic.commands, width)
  await writeData(stdout, text)
  return 0
}

/** Prints the overview on stderr, for a command line without a word: that is wrong usage. */
export function printUsage({ stderr }: CliContext): number {
  stderr.write(overviewText(commandTable, widthOfTerminal(stderr)))
  return exitCodes.usage
}

/** Returns the name and the version of the program. */
export async function versionText(): Promise<string> {
  const manifest: unknown = JSON.parse(await packageFile('package.json'))
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '?'
  return `pstorage-discovery ${version}\n`
}

/** The topic of help: one command, those that begin with a word, all of them, or words that are no command. */
type Topic =
  | { readonly command: Command }
  | { readonly commands: readonly Command[]; readonly word?: string }
  | { readonly unknown: readonly string[] }

/** Finds the topic of `help WORD...` and of `... --help`, however wrong the rest of the line is. */
export function topicOf(argv: readonly string[]): Topic {
  const words = argv.filter((word) => !word.startsWith('-'))
  const isHelpCommand = words[0] === 'help'
  const topic = isHelpCommand ? words.slice(1).filter((word) => word !== 'help') : words
  for (const start of isHelpCommand ? [0] : topic.keys()) {
    const match = findCommand(topic.slice(start))
    if (match !== undefined) return match
    const word = topic[start]
    if (word === undefined || subcommandWords(word).length === 0) continue
    return { commands: commandTable.filter(({ name }) => name.startsWith(`${word} `)), word }
  }
  return isHelpCommand && topic.length > 0 ? { unknown: topic } : { commands: commandTable }
}

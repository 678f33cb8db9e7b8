import type { Command } from '../commands/command.js'
import { commandTable, findCommand, subcommandWords } from '../commands/command-table.js'

/** What help is asked about: one command, those that begin with a word, all of it, or what does not exist. */
export type Topic =
  | { readonly command: Command }
  | { readonly commands: readonly Command[]; readonly word?: string }
  | { readonly unknown: readonly string[] }

/** Finds the topic of `help WORD...` and of `... --help`, however wrong the rest of the line is. */
export function topicOf(argv: readonly string[]): Topic {
  const words = argv.filter((word) => !word.startsWith('-'))
  const isHelpCommand = words[0] === 'help'
  const asked = isHelpCommand ? words.slice(1) : words
  for (const start of isHelpCommand ? [0] : asked.keys()) {
    const found = findCommand(asked.slice(start))
    if (found !== undefined) return found
    const word = asked[start]
    if (word === undefined || subcommandWords(word).length === 0) continue
    return { commands: commandTable.filter(({ name }) => name.startsWith(`${word} `)), word }
  }
  return isHelpCommand && asked.length > 0 ? { unknown: asked } : { commands: commandTable }
}

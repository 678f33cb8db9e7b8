import { quoteText } from '@pstorage/discovery-core'
import type { Command } from '../commands/command.js'
import { commandTable, commandWords, findCommand, subcommandWords } from '../commands/command-table.js'
import { parseArguments } from './arguments.js'
import { closestWord } from './closest-word.js'
import { listed } from './listed.js'
import { everyCommand, type OptionName, optionTable } from './option-table.js'
import { withoutPassword } from './share-string.js'
import { UsageError } from './usage-error.js'
import type { Words } from './words.js'

/** Finds the command in the words after the program's name, and sorts the rest. @throws UsageError */
export function sortWords(argv: readonly string[], environment: Words['environment']): Words {
  const { positionals, options } = parseArguments(argv)
  const found = findCommand(positionals)
  if (found === undefined) throw new UsageError(unknownCommand(positionals))
  const words = { command: found.command, operands: found.rest, options, environment }
  refuseOptionsOfOthers(words)
  refuseFormatsOfOthers(words)
  return words
}

/** Says what is wrong with words that are no command. */
export function unknownCommand([word, second]: readonly string[]): string {
  if (word === undefined) return `a command is missing: ${listed(commandWords, 'or')}`
  const seconds = subcommandWords(word)
  if (seconds.length === 0) return `unknown command ${quoted(word)}; ${meant(word, commandWords)}`
  if (second === undefined) return `${word} needs a second word: ${listed(seconds, 'or')}`
  return `unknown command ${quoted(second)} after ${word}; ${meant(second, seconds)}`
}

function quoted(word: string): string {
  return quoteText(withoutPassword(word), { maxLength: 80 })
}

function meant(word: string, known: readonly string[]): string {
  const closest = closestWord(word, known)
  return closest === undefined ? `the commands are ${listed(known, 'and')}` : `did you mean ${closest}`
}

function refuseOptionsOfOthers({ command, options }: Words): void {
  const isOf = (name: OptionName, options: readonly OptionName[]): boolean =>
    everyCommand.includes(name) || options.includes(name)
  for (const name of options.keys()) {
    if (isOf(name, command.options)) continue
    const { short } = optionTable[name]
    const others = commandTable.filter((other) => isOf(name, other.options)).map((other) => other.name)
    const spelling = `${short === undefined ? '' : `-${short}, `}--${name}`
    throw new UsageError(`${spelling} goes with ${listed(others, 'and')}, not with ${command.name}`)
  }
}

function refuseFormatsOfOthers({ command, options }: Words): void {
  const has = ({ formats = [] }: Command, format: string): boolean => formats.some((known) => known === format)
  for (const format of options.get('format') ?? []) {
    const others = commandTable.filter((other) => has(other, format)).map((other) => other.name)
    if (others.length === 0 || has(command, format)) continue
    throw new UsageError(`--format ${format} goes with ${listed(others, 'and')}, not with ${command.name}`)
  }
}

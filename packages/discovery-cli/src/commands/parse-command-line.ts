import { closestWord, quoteText } from '@pstorage/discovery-core'
import type { Command, ParsedArguments } from '../args/command.js'
import { commandOfName } from '../args/name-meant.js'
import { everyCommand, type OptionName, optionTable } from '../args/option-table.js'
import { parseArguments } from '../args/parse-arguments.js'
import { withoutPassword } from '../args/share-string.js'
import { UsageError } from '../exit-codes.js'
import { commandTable, commandWords, findCommand, subcommandWords } from './command-table.js'

/** Parses the words after the program's name: the command, its operands and its options. @throws UsageError */
export function parseCommandLine(argv: readonly string[], env: ParsedArguments['env']): ParsedArguments {
  const { positionals, options } = parseArguments(argv, optionsOf)
  const match = findCommand(positionals)
  if (match === undefined) throw new UsageError(unknownCommand(positionals))
  const args = { command: match.command, operands: match.operands, options, env }
  refuseOptionsOfOthers(args)
  refuseFormatsOfOthers(args)
  return args
}

function optionsOf(words: readonly string[]): readonly OptionName[] | undefined {
  const match = findCommand(words)
  return match === undefined ? undefined : [...match.command.options, ...everyCommand]
}

/** Returns the message about words that are no command. */
export function unknownCommand([word, second]: readonly string[]): string {
  if (word === undefined || word === '') return `a command is missing: ${listed(commandWords, 'or')}`
  const seconds = subcommandWords(word)
  if (seconds.length === 0) return `unknown command ${quoted(word)}; ${meant(word, commandWords, commandSynonyms)}`
  if (second === undefined) return `${word} needs a second word: ${listed(seconds, 'or')}`
  return `unknown command ${quoted(second)} after ${word}; ${meant(second, seconds, secondSynonyms, `${word} `)}`
}

/** Words that people type in place of a command, and what does it here. */
const commandSynonyms: Readonly<Record<string, string>> = {
  ...{ version: '--version', schema: '--schema' },
  ...{ list: 'discover', ls: 'discover', find: 'discover', browse: 'discover', scan: 'discover' },
  ...{ lookup: 'resolve', get: 'resolve', query: 'resolve', monitor: 'watch', follow: 'watch' },
  ...{ srv: 'resolve CLUSTER', SRV: 'resolve CLUSTER', txt: 'discover', TXT: 'discover', axfr: 'discover' },
  ...{ usage: '--help', man: '--help', '?': '--help', '/?': '--help' },
  ...{ lint: 'bootstrap lint', show: 'bootstrap show', write: 'bootstrap write', generate: 'zone generate' },
  ...{ check: 'doctor', diagnose: 'doctor', status: 'doctor', advertise: 'announce', publish: 'announce' },
}

/** Shorter beginnings of a command are too many. */
const LEAST_BEGINNING = 2

/** The same for a second word; it counts where the first word has it. */
const secondSynonyms: Readonly<Record<string, string>> = {
  ...{ list: 'show', ls: 'show', cat: 'show', print: 'show', read: 'show', get: 'show' },
  ...{ check: 'lint', create: 'generate', make: 'generate' },
}

function quoted(word: string): string {
  return quoteText(withoutPassword(word), { maxLength: 80 })
}

function meant(
  word: string,
  known: readonly string[],
  synonyms: Readonly<Record<string, string>>,
  before = '',
): string {
  const synonym = Object.hasOwn(synonyms, word) ? synonyms[word] : undefined
  const isUsable = synonym !== undefined && (known.includes(synonym) || /[ -]/.test(synonym))
  const begun = word.length < LEAST_BEGINNING ? [] : known.filter((name) => name.startsWith(word.toLowerCase()))
  const ofName = before === '' ? commandOfName(word) : undefined
  const closest = isUsable
    ? synonym
    : (ofName ?? (begun.length === 1 ? begun[0] : closestWord(word.toLowerCase(), known)))
  return closest === undefined ? `the commands are ${listed(known, 'and')}` : `did you mean ${before}${closest}`
}

function refuseOptionsOfOthers({ command, options }: ParsedArguments): void {
  const isOf = (name: OptionName, options: readonly OptionName[]): boolean =>
    everyCommand.includes(name) || options.includes(name)
  for (const name of options.keys()) {
    if (isOf(name, command.options)) continue
    const { short } = optionTable[name]
    const others = commandTable.filter((other) => isOf(name, other.options)).map((other) => other.name)
    const spelling = `${short === undefined ? '' : `-${short}, `}--${name}`
    const message = `${spelling} goes with ${listed(others, 'and')}, not with ${command.name}`
    const [, instead] = counterparts[name]?.find(([counterpart]) => isOf(counterpart, command.options)) ?? []
    const isMeant = instead !== undefined && (name !== 'json' || command.formats?.includes('ndjson') === true)
    throw new UsageError(isMeant ? `${message}; did you mean ${instead}` : message)
  }
}

/** Options of other commands, and what does the same in a command that takes it. */
const counterparts: Partial<Record<OptionName, readonly (readonly [OptionName, string])[]>> = {
  json: [['format', '--format ndjson']],
  bootstrap: [['address', '-a IP[:PORT]']],
  address: [['bootstrap', '-b IP[:PORT]']],
  ns: [['server', '--server IP[:PORT]']],
  mds: [['bootstrap', '-b IP[:PORT]']],
}

function refuseFormatsOfOthers({ command, options }: ParsedArguments): void {
  const has = ({ formats = [] }: Command, format: string): boolean => formats.some((known) => known === format)
  for (const format of options.get('format') ?? []) {
    const others = commandTable.filter((other) => has(other, format)).map((other) => other.name)
    if (others.length === 0 || has(command, format)) continue
    throw new UsageError(`--format ${format} goes with ${listed(others, 'and')}, not with ${command.name}`)
  }
}

/** `a, b and c`. */
export function listed(words: readonly string[], conjunction: string): string {
  const [last = '', ...others] = words.toReversed()
  return others.length === 0 ? last : `${others.toReversed().join(', ')} ${conjunction} ${last}`
}

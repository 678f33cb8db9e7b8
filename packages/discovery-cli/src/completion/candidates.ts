import { networkInterfaces } from 'node:os'
import type { Command } from '../args/command.js'
import { everyCommand, type OptionName, type OptionSpec, optionNames, optionTable } from '../args/option-table.js'
import { commandTable, commandWords, findCommand, subcommandWords } from '../commands/command-table.js'
import { backendNames } from '../context.js'

/** The candidates for a word. */
export type Candidates =
  /** Each with its description. */
  | { readonly kind: 'words'; readonly words: readonly Candidate[]; readonly prefix: string }
  | { readonly kind: 'files' | 'directories' }
  /** Names of clusters, to be queried with the options that are typed already. */
  | { readonly kind: 'clusters'; readonly prefix: string; readonly typed: readonly string[] }

/** One of them. */
export type Candidate = readonly [word: string, does: string]

/** Returns the candidates for the last of the words after the program's name. */
export function candidatesFor(words: readonly string[]): Candidates {
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const { operands, command, open, typed } = readBefore(before)
  const isAfterEnd = before.includes('--')
  const position = { command, current, before: open === undefined ? before : before.slice(0, -1) }
  if (open !== undefined) return valuesOf(open, position, '')
  const [, name = '', value] = isAfterEnd ? [] : (/^--([a-z-]+)=(.*)$/s.exec(current) ?? [])
  if (value !== undefined) return ownOption(name) ? valuesOf(name, { ...position, current: value }, `--${name}=`) : none
  if (current.startsWith('-') && !isAfterEnd) return optionsOf(command, typed)
  return operandsOf(operands, position)
}

const none: Candidates = { kind: 'words', words: [], prefix: '' }

interface Before {
  /** Words that are no options, the command's among them. */
  readonly operands: readonly string[]
  readonly command: Command | undefined
  /** The option whose value comes next. */
  readonly open: OptionName | undefined
  readonly typed: ReadonlySet<string>
}

function readBefore(before: readonly string[]): Before {
  const operands: string[] = []
  const typed = new Set<string>()
  let open: OptionName | undefined
  let isAfterEnd = false
  for (const word of before) {
    if (open !== undefined) open = undefined
    else if (isAfterEnd || !word.startsWith('-') || word === '-') operands.push(word)
    else if (word === '--') isAfterEnd = true
    else {
      const name = optionNames.find((known) => word === `--${known}` || word === `-${optionTable[known].short}`)
      typed.add(name ?? word.replace(/^--/, '').replace(/=.*$/s, ''))
      open = name !== undefined && optionTable[name].value !== undefined ? name : undefined
    }
  }
  const topic = operands[0] === 'help' ? operands.slice(1) : operands
  return { operands, command: findCommand(topic)?.command, open, typed }
}

function ownOption(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name)
}

function optionsOf(command: Command | undefined, typed: ReadonlySet<string>): Candidates {
  const names = optionNames.filter((name) => command?.options.includes(name) || everyCommand.includes(name))
  const left = names.filter((name) => !typed.has(name) || optionTable[name].multiple)
  return { kind: 'words', words: left.map((name) => [`--${name}`, optionTable[name].help]), prefix: '' }
}

/** The position of the word that is completed. */
interface Position {
  readonly command: Command | undefined
  /** The part of it that is typed already. */
  readonly current: string
  /** The words before it. */
  readonly before: readonly string[]
}

function valuesOf(name: OptionName, { command, current, before }: Position, spelling: string): Candidates {
  const { value = '', completes }: OptionSpec = optionTable[name]
  const words = (list: readonly string[], prefix = spelling): Candidates => ({
    kind: 'words',
    words: list.map((word) => [word, '']),
    prefix,
  })
  switch (completes) {
    case 'files':
    case 'directories':
      return { kind: completes }
    case 'clusters':
      return { kind: 'clusters', prefix: spelling, typed: before }
    case 'interfaces':
      return words(Object.keys(networkInterfaces()))
    case 'formats':
      return words(command?.formats ?? [])
    case 'backends': {
      const others = current.split(',').slice(0, -1)
      const left = backendNames.filter((backend) => !others.includes(backend))
      return words(left, `${spelling}${others.map((other) => `${other},`).join('')}`)
    }
    default:
      return value.includes('|') ? words(value.split('|')) : none
  }
}

function operandsOf(operands: readonly string[], { command, before }: Position): Candidates {
  const [first, ...others] = operands
  const words = (list: readonly Candidate[]): Candidates => ({ kind: 'words', words: list, prefix: '' })
  if (first === undefined)
    return words([...firstWords(), ['help', 'describe a command, its options and its exit codes, with examples']])
  if (first === 'help' && others.length === 0) return words(firstWords())
  if (command === undefined) {
    const word = first === 'help' ? (others[0] ?? '') : first
    return words(subcommandWords(word).map((second) => [second, summaryOf(`${word} ${second}`)]))
  }
  if (first === 'help' || operands.length > command.name.split(' ').length) return none
  if (command.operands?.includes('CLUSTER')) return { kind: 'clusters', prefix: '', typed: before }
  return words((command.operandWords ?? []).map((word) => [word, '']))
}

function firstWords(): readonly Candidate[] {
  return commandWords.map((word) => [word, summaryOf(word)])
}

function summaryOf(name: string): string {
  const command = commandTable.find((known) => known.name === name)
  return command?.summary ?? subcommandWords(name).join(', ')
}

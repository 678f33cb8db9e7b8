import { networkInterfaces } from 'node:os'
import { backendNames } from '../ask/backends.js'
import {
  everyCommand,
  type OptionName,
  type OptionSpec,
  optionNames,
  optionTable,
} from '../command-line/option-table.js'
import type { Command } from '../commands/command.js'
import { commandTable, commandWords, findCommand, subcommandWords } from '../commands/command-table.js'

/** What may stand in the place of a word. */
export type Candidates =
  /** Each with what it is. */
  | { readonly kind: 'words'; readonly words: readonly Candidate[]; readonly prefix: string }
  | { readonly kind: 'files' | 'directories' }
  /** The names of clusters, which somebody has to be asked for: as the words `given` say. */
  | { readonly kind: 'clusters'; readonly prefix: string; readonly given: readonly string[] }

/** One of them. */
export type Candidate = readonly [word: string, does: string]

/** What may stand where the last of the words is, after the program's name. */
export function candidatesFor(words: readonly string[]): Candidates {
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const { operands, command, open, given } = readBefore(before)
  const isAfterEnd = before.includes('--')
  const place = { command, current, before: open === undefined ? before : before.slice(0, -1) }
  if (open !== undefined) return valuesOf(open, place, '')
  const [, name = '', value] = isAfterEnd ? [] : (/^--([a-z-]+)=(.*)$/s.exec(current) ?? [])
  if (value !== undefined) return ownOption(name) ? valuesOf(name, { ...place, current: value }, `--${name}=`) : none
  if (current.startsWith('-') && !isAfterEnd) return optionsOf(command, given)
  return operandsOf(operands, place)
}

const none: Candidates = { kind: 'words', words: [], prefix: '' }

interface Before {
  /** Words that are no options, the command's among them. */
  readonly operands: readonly string[]
  readonly command: Command | undefined
  /** The option whose value comes next. */
  readonly open: OptionName | undefined
  readonly given: ReadonlySet<string>
}

function readBefore(before: readonly string[]): Before {
  const operands: string[] = []
  const given = new Set<string>()
  let open: OptionName | undefined
  let isAfterEnd = false
  for (const word of before) {
    if (open !== undefined) open = undefined
    else if (isAfterEnd || !word.startsWith('-') || word === '-') operands.push(word)
    else if (word === '--') isAfterEnd = true
    else {
      const name = optionNames.find((known) => word === `--${known}` || word === `-${optionTable[known].short}`)
      given.add(name ?? word.replace(/^--/, '').replace(/=.*$/s, ''))
      open = name !== undefined && optionTable[name].value !== undefined ? name : undefined
    }
  }
  const topic = operands[0] === 'help' ? operands.slice(1) : operands
  return { operands, command: findCommand(topic)?.command, open, given }
}

function ownOption(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name)
}

function optionsOf(command: Command | undefined, given: ReadonlySet<string>): Candidates {
  const names = optionNames.filter((name) => command?.options.includes(name) || everyCommand.includes(name))
  const left = names.filter((name) => !given.has(name) || optionTable[name].multiple)
  return { kind: 'words', words: left.map((name) => [`--${name}`, optionTable[name].help]), prefix: '' }
}

/** Where something is to be completed. */
interface Place {
  readonly command: Command | undefined
  /** What is typed of it already. */
  readonly current: string
  /** The words before it. */
  readonly before: readonly string[]
}

function valuesOf(name: OptionName, { command, current, before }: Place, spelling: string): Candidates {
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
      return { kind: 'clusters', prefix: spelling, given: before }
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

function operandsOf(operands: readonly string[], { command, before }: Place): Candidates {
  const [first, ...others] = operands
  const words = (list: readonly Candidate[]): Candidates => ({ kind: 'words', words: list, prefix: '' })
  if (first === undefined) return words([...firstWords(), ['help', 'what a command does, its options, and examples']])
  if (first === 'help' && others.length === 0) return words(firstWords())
  if (command === undefined) {
    const word = first === 'help' ? (others[0] ?? '') : first
    return words(subcommandWords(word).map((second) => [second, summaryOf(`${word} ${second}`)]))
  }
  if (first === 'help' || operands.length > command.name.split(' ').length) return none
  if (command.operands?.includes('CLUSTER')) return { kind: 'clusters', prefix: '', given: before }
  return words((command.operandWords ?? []).map((word) => [word, '']))
}

function firstWords(): readonly Candidate[] {
  return commandWords.map((word) => [word, summaryOf(word)])
}

function summaryOf(name: string): string {
  const command = commandTable.find((known) => known.name === name)
  return command?.summary ?? subcommandWords(name).join(', ')
}

import {
  everyCommand,
  type OptionName,
  type OptionSpec,
  optionNames,
  optionTable,
} from '../command-line/option-table.js'
import type { Command } from '../commands/command.js'
import { commonExitCodes, outcomeExitCodes } from '../commands/exit-codes.js'

const PROGRAM = 'pstorage-discovery'

const spellings = `
CLUSTER may be written pstorage://NAME, vstorage://NAME or [IP[:PORT][,IP[:PORT]]...:/]NAME[:PASSWORD]; its addresses
count as -b then, and the password is not kept.
`

/** Where it is needed; what has a meaning without a cluster must not get one from the environment. */
const clusterOfEnvironment = 'Without CLUSTER and -c it is PSTORAGE_NAME.\n'

const environment = `
Environment:
  PSTORAGE_NAME             the cluster, for a command that needs one, when none is named
  NO_COLOR, FORCE_COLOR     no colour, or colour also where there is no terminal
`

const helpCommand = ['help COMMAND', 'what a command does, its options, and examples'] as const

/** The help with these commands: what they are for, and what all have in common. */
export function overviewText(commands: readonly Command[]): string {
  const usage = [...commands.map((command) => [synopsisOf(command), command.summary] as const), helpCommand]
  const width = Math.max(...usage.map(([synopsis]) => synopsis.length)) + 2
  const examples = commands.flatMap((command) => command.examples.slice(0, 1))
  return [
    'List storage clusters, and resolve one to the addresses of its metadata servers (MDS).\n',
    `\nUsage: ${PROGRAM} COMMAND [OPTION]...\n\nCommands:\n`,
    ...usage.map(([synopsis, summary]) => `  ${synopsis.padEnd(width)}${summary}\n`),
    exampleLines(examples),
    optionLines(optionNames.filter((name) => everyCommand.includes(name))),
    exitCodeLines({
      ...outcomeExitCodes,
      ...commonExitCodes,
      5: 'doctor and lint: there is an error; with a warning and nothing worse 1, else 0',
    }),
    environment,
  ].join('')
}

/** The help with one command. */
export function commandText(command: Command): string {
  const takes = optionNames.filter((name) => command.options.includes(name) || everyCommand.includes(name))
  return [
    `Usage: ${PROGRAM} ${synopsisOf(command)} [OPTION]...\n\n${command.about}\n`,
    exampleLines(command.examples),
    optionLines(takes, command.formats),
    command.operands?.includes('CLUSTER') ? spellings : '',
    command.operands === 'CLUSTER' ? clusterOfEnvironment : '',
    exitCodeLines({ ...commonExitCodes, ...command.exitCodes }),
  ].join('')
}

function synopsisOf({ name, operands }: Pick<Command, 'name' | 'operands'>): string {
  return operands === undefined ? name : `${name} ${operands}`
}

/** Where it says what an example does. */
const DOES = 54

function exampleLines(examples: Command['examples']): string {
  const lines = examples.map(([example, does]) => {
    const line = `  ${PROGRAM} ${example}`
    if (does === '') return line
    return line.length < DOES ? `${line.padEnd(DOES)}${does}` : `${line}\n${' '.repeat(DOES)}${does}`
  })
  return `\nExamples:\n${lines.join('\n')}\n`
}

function optionLines(names: readonly OptionName[], formats: Command['formats'] = []): string {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const spec = name === 'format' ? { ...optionTable.format, value: formats.join('|') } : optionTable[name]
    const line = optionLine(spelling(name, spec), spec.help)
    const lines = groups.get(spec.group)
    if (lines === undefined) groups.set(spec.group, [line])
    else lines.push(line)
  }
  return [...groups].map(([group, lines]) => `\n${group}:\n${lines.join('\n')}\n`).join('')
}

/** Where it says what an option does. */
const OPTION_DOES = 34

function optionLine(spelled: string, help: string): string {
  const line = `  ${spelled}`
  return line.length < OPTION_DOES ? `${line.padEnd(OPTION_DOES)}${help}` : `${line}\n${' '.repeat(OPTION_DOES)}${help}`
}

function spelling(name: string, { short, value }: OptionSpec): string {
  const letter = short === undefined ? '    ' : `-${short}, `
  return `${letter}--${name}${value === undefined ? '' : ` ${value}`}`
}

function exitCodeLines(codes: Readonly<Record<number, string>>): string {
  const lines = Object.entries(codes).map(
    ([code, meaning]) => `  ${code.padEnd(5)}${meaning.replaceAll('\n', '\n       ')}`,
  )
  return `\nExit codes:\n${lines.join('\n')}\n`
}

import type { Command } from '../args/command.js'
import { everyCommand, type OptionName, type OptionSpec, optionNames, optionTable } from '../args/option-table.js'
import { commonExitCodes, outcomeExitCodes } from '../exit-codes.js'
import { wrapCommand, wrapLine, wrapParagraph } from '../terminal/wrap.js'

const PROGRAM = 'pstorage-discovery'

const spellings = `CLUSTER may also be pstorage://NAME or vstorage://NAME, or a share string, IP[:PORT],...:/NAME[:PASSWORD]: its addresses
count as -b, and its password is ignored.`

/** For commands that take no addresses. */
const schemes = 'CLUSTER may also be pstorage://NAME or vstorage://NAME.'

/** For commands that need a cluster: the others must not get one from the environment. */
const clusterOfEnvironment = 'Without CLUSTER and -c, PSTORAGE_NAME names the cluster.'

const environment = [
  ['PSTORAGE_NAME', 'the cluster, for a command that needs one and names none'],
  ['NO_COLOR, FORCE_COLOR', 'no colour; colour also without a terminal'],
] as const

const helpCommand = ['help COMMAND', 'describe a command, its options and its exit codes, with examples'] as const

/** The width of the terminal; `undefined` where there is none. */
type Width = number | undefined

/** Returns the overview of some commands: their purpose, and the options and exit codes of all. */
export function overviewText(commands: readonly Command[], width: Width): string {
  const usage = [...commands.map((command) => [synopsisOf(command), command.summary] as const), helpCommand]
  const column = Math.max(...usage.map(([synopsis]) => synopsis.length)) + 4
  const examples = commands.flatMap((command) => command.examples.slice(0, 1))
  return [
    wrapParagraph('List storage clusters, and find the addresses of the metadata servers (MDS) of one.', width),
    `\n\n${usageText('COMMAND', width)}\n`,
    sectionText('Commands', usage, column, width),
    exampleText(examples, width),
    optionText(
      optionNames.filter((name) => everyCommand.includes(name)),
      [],
      width,
    ),
    exitCodeText(
      {
        ...outcomeExitCodes,
        ...commonExitCodes,
        5: 'doctor and lint: an error was found (1: a warning and no error; 0: neither)',
      },
      width,
    ),
    sectionText('Environment', environment, 28, width),
  ].join('')
}

/** Returns the help with one command. */
export function commandText(command: Command, width: Width): string {
  const takes = optionNames.filter((name) => command.options.includes(name) || everyCommand.includes(name))
  const notes = [
    ...(command.operands?.includes('CLUSTER') ? [command.options.includes('bootstrap') ? spellings : schemes] : []),
    ...(command.operands === 'CLUSTER' ? [clusterOfEnvironment] : []),
  ]
  return [
    `${usageText(synopsisOf(command), width)}\n\n${wrapParagraph(command.about, width)}\n`,
    exampleText(command.examples, width),
    optionText(takes, command.formats, width),
    ...(notes.length > 0 ? ['\n', ...notes.map((note) => `${wrapParagraph(note, width)}\n`)] : []),
    exitCodeText({ ...commonExitCodes, ...command.exitCodes }, width),
  ].join('')
}

function usageText(synopsis: string, width: Width): string {
  return wrapLine(`Usage: ${PROGRAM} ${synopsis} [OPTION]...`, width).join('\n')
}

function synopsisOf({ name, operands }: Pick<Command, 'name' | 'operands'>): string {
  return operands === undefined ? name : `${name} ${operands}`
}

/** The column where the purpose of an example begins. */
const EXAMPLE_DOES = 54

function exampleText(examples: Command['examples'], width: Width): string {
  const rows = examples.map(([example, does]) => [`${PROGRAM} ${example}`, does] as const)
  return sectionText('Examples', rows, EXAMPLE_DOES, width)
}

/** The column where the description of an option begins. */
const OPTION_DOES = 34

function optionText(names: readonly OptionName[], formats: Command['formats'] = [], width: Width): string {
  const groups = new Map<string, (readonly [string, string])[]>()
  for (const name of names) {
    const spec = optionTable[name]
    const row = [spelling(name, spec), name === 'format' ? formatHelp(formats) : spec.help] as const
    const rows = groups.get(spec.group)
    if (rows === undefined) groups.set(spec.group, [row])
    else rows.push(row)
  }
  return [...groups].map(([group, rows]) => sectionText(group, rows, OPTION_DOES, width)).join('')
}

/** `text (default), json or zone`. */
function formatHelp([first = 'text', ...others]: NonNullable<Command['formats']>): string {
  return [`${first} (default)`, ...others].join(', ').replace(/, ([^,]*)$/, ' or $1')
}

function spelling(name: string, { short, value }: OptionSpec): string {
  const letter = short === undefined ? '    ' : `-${short}, `
  return `${letter}--${name}${value === undefined ? '' : ` ${value}`}`
}

function exitCodeText(codes: Readonly<Record<number, string>>, width: Width): string {
  return sectionText('Exit codes', Object.entries(codes), 7, width)
}

/** The least width of a column of descriptions, and their indentation where each is below its word. */
const [LEAST_DOES, BELOW] = [36, 8]

/** Returns a heading and rows of a word and its description, beside or below it. A command to be pasted is continued as a shell reads it. */
function sectionText(
  heading: string,
  rows: readonly (readonly [word: string, does: string])[],
  column: number,
  width: Width,
): string {
  const isBeside = width === undefined || width - column >= LEAST_DOES || column < BELOW
  const hang = isBeside ? column : BELOW
  const lines = rows.flatMap(([word, does]) => {
    const [first = '', ...continued] = wrapCommand(`  ${word}`, width)
    if (does === '') return [first, ...continued]
    const described = does.split('\n').flatMap((line) => wrapLine(`${' '.repeat(hang)}${line}`, width, hang))
    const [beside = '', ...below] = described
    return isBeside && first.length < column
      ? [`${first}${beside.slice(first.length)}`, ...below]
      : [first, ...continued, ...described]
  })
  return `\n${heading}:\n${lines.join('\n')}\n`
}

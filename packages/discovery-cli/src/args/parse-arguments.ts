import { parseArgs } from 'node:util'
import { quoteText } from '@pstorage/discovery-core'
import { UsageError } from '../exit-codes.js'
import { optionMeant } from './option-meant.js'
import { isOptionName, type OptionName, optionTable } from './option-table.js'
import { withoutPassword } from './share-string.js'

/** The options and the other words of a command line, not yet checked against a command. */
export interface ParsedOptions {
  readonly positionals: readonly string[]
  /** The values of each option; a flag has one empty text. */
  readonly options: ReadonlyMap<OptionName, readonly string[]>
}

/** The options of the command that some words name; `undefined` where they name none. */
export type OptionsOf = (positionals: readonly string[]) => readonly OptionName[] | undefined

/**
 * Splits the words after the program's name into options and the others.
 *
 * @throws UsageError for an option that does not exist, a value that is missing or not allowed, and two different
 * values of an option that takes one.
 */
export function parseArguments(argv: readonly string[], optionsOf: OptionsOf = () => undefined): ParsedOptions {
  const tokens = tokensOf(argv)
  const positionals = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  const options = new Map<OptionName, string[]>()
  const taken = optionsOf(positionals)
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    refuseOneDash(argv[token.index] ?? '')
    const { name, value } = checkedOption(token, taken)
    const before = options.get(name)
    if (before === undefined) options.set(name, [value])
    else if (optionTable[name].multiple) before.push(value)
    else if (!before.includes(value)) throw new UsageError(`--${name} has two different values`)
  }
  return { positionals, options }
}

type Token = ReturnType<typeof tokensOf>[number]
type OptionToken = Extract<Token, { readonly kind: 'option' }>

// Not strict: the messages of strict mode repeat what was typed without escaping it.
function tokensOf(argv: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(optionTable).map(([name, { short, value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short !== undefined && { short }) },
    ]),
  )
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

function checkedOption(
  { name, rawName, value, inlineValue }: OptionToken,
  taken: readonly OptionName[] | undefined,
): { readonly name: OptionName; readonly value: string } {
  if (!isOptionName(name)) {
    const meant = optionMeant(rawName, taken)
    throw new UsageError(`unknown option ${quoteText(rawName, { maxLength: 80 })}${didYouMean(meant)}`)
  }
  // The parser of the command refuses this one, and no value makes it right.
  if (taken !== undefined && !taken.includes(name)) return { name, value: '' }
  const spec = optionTable[name]
  if (spec.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value: write ${rawName} alone`)
    return { name, value: '' }
  }
  if (APART.includes(rawName) && inlineValue === true) throw new UsageError(attachedValue(rawName, String(value)))
  const missing = value === undefined || (inlineValue === false && looksLikeOption(value))
  if (missing || value === '') throw new UsageError(`${rawName} needs a value: ${rawName} ${spec.value}`)
  return { name, value }
}

/** Refuses the long name of an option after one dash: `-server` would be `-s` with the value `erver`. */
function refuseOneDash(word: string): void {
  const [, name = ''] = /^-([a-z][a-z-]+)$/.exec(word) ?? []
  if (isOptionName(name)) throw new UsageError(`unknown option '-${name}'${didYouMean(`--${name}`)}`)
}

function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : `; did you mean ${meant}`
}

/** Short options whose value stands apart: a script may mean `-cprod` as a name, by `resolve "$name"`, and must not get another cluster. */
const APART: readonly string[] = ['-c', '-d', '-o', '-s']

function attachedValue(rawName: string, value: string): string {
  const typed = quoteText(withoutPassword(`${rawName}${value}`), { maxLength: 80 })
  const meant = `${rawName} ${quoteText(withoutPassword(value), { maxLength: 80 })}`
  return `${typed} is no cluster name: it begins with "-"; did you mean ${meant}`
}

/** A negative number is a value, if a wrong one: whatever parses it reports that. */
function looksLikeOption(value: string): boolean {
  return /^-(?![\d.])./s.test(value)
}

/** Returns the information that a command line requests; it is printed even where the rest of the line is wrong. */
export function requestedInfo(argv: readonly string[]): 'help' | 'version' | 'schema' | undefined {
  const end = argv.indexOf('--')
  const words = argv.slice(0, end < 0 ? argv.length : end)
  const first = words.find((word) => !word.startsWith('-'))
  if (first === 'help' || words.some((word) => word === '--help' || /^-[qvl]*h[qvlh]*$/.test(word))) return 'help'
  if (words.includes('--version')) return 'version'
  return words.includes('--schema') ? 'schema' : undefined
}

import { parseArgs } from 'node:util'
import { quoteText } from '@pstorage/discovery-core'
import { closestWord } from './closest-word.js'
import { isOptionName, type OptionName, optionNames, optionTable } from './option-table.js'
import { UsageError } from './usage-error.js'

/** The words of a command line, sorted but not yet understood. */
export interface Arguments {
  readonly positionals: readonly string[]
  /** What was given for each option; a flag has one empty text. */
  readonly options: ReadonlyMap<OptionName, readonly string[]>
}

/**
 * Sorts the words after the program's name into options and the rest.
 *
 * @throws UsageError for an option that does not exist, a value that is missing or not wanted, and an option that may be
 * given once and was given twice with different values.
 */
export function parseArguments(argv: readonly string[]): Arguments {
  const positionals: string[] = []
  const options = new Map<OptionName, string[]>()
  for (const token of tokensOf(argv)) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, value } = checkedOption(token)
    const before = options.get(name)
    if (before === undefined) options.set(name, [value])
    else if (optionTable[name].multiple) before.push(value)
    else if (!before.includes(value)) throw new UsageError(`--${name} was given twice, with different values`)
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

function checkedOption({ name, rawName, value, inlineValue }: OptionToken): {
  readonly name: OptionName
  readonly value: string
} {
  if (!isOptionName(name))
    throw new UsageError(`unknown option ${quoteText(rawName, { maxLength: 80 })}${hint(rawName)}`)
  const spec = optionTable[name]
  if (spec.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`)
    return { name, value: '' }
  }
  const missing = value === undefined || (inlineValue === false && looksLikeOption(value))
  if (missing || value === '') throw new UsageError(`${rawName} needs a value: ${rawName} ${spec.value}`)
  return { name, value }
}

/** A negative number is a value, if a wrong one: what reads it says what is wanted. */
function looksLikeOption(value: string): boolean {
  return /^-(?![\d.])./s.test(value)
}

function hint(rawName: string): string {
  const closest = rawName.startsWith('--') ? closestWord(rawName.slice(2), optionNames) : undefined
  return closest === undefined ? '' : `; did you mean --${closest}`
}

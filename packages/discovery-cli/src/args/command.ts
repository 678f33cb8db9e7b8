import type { CliContext } from '../context.js'
import type { OptionName } from './option-table.js'

/** The parsed arguments of a command. */
export interface ParsedArguments {
  readonly command: Command
  /** The words after the name of the command that are no options. */
  readonly operands: readonly string[]
  /** The values of each option; a flag has one empty text. */
  readonly options: ReadonlyMap<OptionName, readonly string[]>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Returns the value of an option that takes one. */
export function lastOf({ options }: Pick<ParsedArguments, 'options'>, name: OptionName): string | undefined {
  return options.get(name)?.at(-1)
}

/** Returns the values of an option that may be repeated. */
export function allOf({ options }: Pick<ParsedArguments, 'options'>, name: OptionName): readonly string[] {
  return options.get(name) ?? []
}

/** The description of a command, for parsing, help and completion. */
export interface Command {
  /** One word, or two: `resolve`, `zone lint`. */
  readonly name: string
  /** Its operands: `CLUSTER`; default: none. */
  readonly operands?: string
  /** The values of its operand, where there are few. */
  readonly operandWords?: readonly string[]
  /** One line, for the list of commands. */
  readonly summary: string
  /** A longer description; lines of at most 100 characters. */
  readonly about: string
  /** Examples without the program's name, each with its purpose. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  /** Its options besides those of every command. */
  readonly options: readonly OptionName[]
  /** The values of `--format`, the default first. */
  readonly formats?: readonly Format[]
  /** The meaning of its exit codes besides those of every command. */
  readonly exitCodes: Readonly<Record<number, string>>
  /** Set where it runs until it is stopped; any other has a deadline, unless `--watch` is given. */
  readonly isEndless?: true
  /** Loads its implementation. */
  readonly load: () => Promise<RunCommand>
}

/** Runs a command and returns the exit code. @throws UsageError before any source is queried */
export type RunCommand = (args: ParsedArguments, context: CliContext) => Promise<number>

/** The formats of output. */
export type Format = 'text' | 'json' | 'ndjson' | 'bs-list' | 'share' | 'zone' | 'prometheus' | 'nsupdate' | 'nagios'

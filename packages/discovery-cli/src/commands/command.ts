import type { OptionName } from '../command-line/option-table.js'
import type { Words } from '../command-line/words.js'
import type { RunCliOptions } from '../run.js'

/** One command, as help and completion show it. A file of these holds text and no code that runs: it costs nothing to load. */
export interface Command {
  /** One word, or two: `resolve`, `zone lint`. */
  readonly name: string
  /** What follows the name: `CLUSTER`; none: nothing does. */
  readonly operands?: string
  /** The words that may be its operand, where there are few. */
  readonly operandWords?: readonly string[]
  /** One line, for the list of commands. */
  readonly summary: string
  /** What a reader should know besides; lines of at most 100 characters. */
  readonly about: string
  /** Command lines that teach, without the program's name, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  /** The options that it takes besides those of every command. */
  readonly options: readonly OptionName[]
  /** The values of `--format`, the default first. */
  readonly formats?: readonly Format[]
  /** What its exit codes mean, besides those of every command. */
  readonly exitCodes: Readonly<Record<number, string>>
  /** Loads what reads the words and does it. */
  readonly load: () => Promise<RunCommand>
}

/** Reads the words of a command, does what they say, and gives the exit code. @throws UsageError before anything is asked */
export type RunCommand = (words: Words, options: RunCliOptions) => Promise<number>

/** How answers are printed. */
export type Format = 'text' | 'json' | 'ndjson' | 'bs-list' | 'zone' | 'prometheus' | 'nsupdate'

import type { Command } from '../commands/command.js'
import type { OptionName } from './option-table.js'

/** The words of a command line, sorted: what a command reads. */
export interface Words {
  readonly command: Command
  /** What follows the command's name and is no option. */
  readonly operands: readonly string[]
  /** What was given for each option; a flag has one empty text. */
  readonly options: ReadonlyMap<OptionName, readonly string[]>
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The value of an option that is given once. */
export function lastOf({ options }: Pick<Words, 'options'>, name: OptionName): string | undefined {
  return options.get(name)?.at(-1)
}

/** The values of an option that may be repeated. */
export function allOf({ options }: Pick<Words, 'options'>, name: OptionName): readonly string[] {
  return options.get(name) ?? []
}

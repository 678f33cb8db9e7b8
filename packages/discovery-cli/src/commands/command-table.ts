import { announce } from './announce.js'
import { bootstrapLint } from './bootstrap-lint.js'
import { bootstrapShow } from './bootstrap-show.js'
import { bootstrapWrite } from './bootstrap-write.js'
import type { Command } from './command.js'
import { completion } from './completion.js'
import { discover } from './discover.js'
import { doctor } from './doctor.js'
import { resolve } from './resolve.js'
import { watch } from './watch.js'
import { zoneGenerate } from './zone-generate.js'
import { zoneLint } from './zone-lint.js'

/** The commands, in the order in which help lists them. */
export const commandTable: readonly Command[] = [
  // One a line.
  discover,
  resolve,
  watch,
  doctor,
  announce,
  zoneGenerate,
  zoneLint,
  bootstrapShow,
  bootstrapWrite,
  bootstrapLint,
  completion,
]

/** The first words: `zone` once, however many commands begin with it. */
export const commandWords: readonly string[] = [...new Set(commandTable.map(({ name }) => name.split(' ', 1).join('')))]

/** The command that the words begin with, and what follows its name. */
export function findCommand(words: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const command = words.length < length ? undefined : commandTable.find((known) => known.name === name)
    if (command !== undefined) return { command, rest: words.slice(length) }
  }
  return undefined
}

/** The second words of the commands that begin with this one. */
export function subcommandWords(word: string): readonly string[] {
  return commandTable.flatMap(({ name }) => (name.startsWith(`${word} `) ? [name.slice(word.length + 1)] : []))
}

import type { Command } from '../args/command.js'
import { announce } from './announce/spec.js'
import { bootstrapLint } from './bootstrap-lint/spec.js'
import { bootstrapShow } from './bootstrap-show/spec.js'
import { bootstrapWrite } from './bootstrap-write/spec.js'
import { completion } from './completion/spec.js'
import { discover } from './discover/spec.js'
import { doctor } from './doctor/spec.js'
import { resolve } from './resolve/spec.js'
import { watch } from './watch/spec.js'
import { zoneGenerate } from './zone-generate/spec.js'
import { zoneLint } from './zone-lint/spec.js'

/** The commands, in the order in which help lists them. */
export const commandTable: readonly Command[] = [
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

/** Finds the command that the words begin with; the others are its operands. */
export function findCommand(words: readonly string[]): { command: Command; operands: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const command = words.length < length ? undefined : commandTable.find((known) => known.name === name)
    if (command !== undefined) return { command, operands: words.slice(length) }
  }
  return undefined
}

/** Returns the second words of the commands that begin with this one. */
export function subcommandWords(word: string): readonly string[] {
  return commandTable.flatMap(({ name }) => (name.startsWith(`${word} `) ? [name.slice(word.length + 1)] : []))
}

import { type ChildProcess, spawn } from 'node:child_process'
import { quoteText } from '@pstorage/discovery-core'
import { UsageError } from '../../exit-codes.js'

/** The state that a command gets. */
export interface CommandState {
  /** For its environment: `PSTORAGE_CLUSTER` and the like. */
  readonly variables: Readonly<Record<string, string>>
  /** For its standard input. */
  readonly json: string
}

/** Runs a program with its arguments to its end. Returns what went wrong, or nothing. */
export function runCommand(
  words: readonly string[],
  { variables, json }: CommandState,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const [program = '', ...args] = words
  const shown = quoteText(program, { maxLength: 80 })
  return new Promise((resolve) => {
    const fail = (error: unknown): void => resolve(`cannot run ${shown}: ${reasonOf(error)}`)
    let child: ChildProcess
    try {
      // Standard output of the watch is data, so that the command's goes to standard error.
      child = spawn(program, args, { env: { ...env, ...variables }, stdio: ['pipe', process.stderr.fd, 'inherit'] })
    } catch (error) {
      // Node.js reports some errors of the system in this way: E2BIG, ENOMEM.
      fail(error)
      return
    }
    child.once('error', fail)
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined)
      else resolve(signal === null ? `${shown} ended with exit code ${code}` : `${shown} was ended by ${signal}`)
    })
    // It need not read all of its input.
    child.stdin?.on('error', () => {})
    child.stdin?.end(json)
  })
}

/** Why a program does not start, by the code of the system. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program, or its interpreter is missing',
  EACCES: 'it is not executable for this user',
  E2BIG: 'its arguments and environment are too long',
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const reason = reasons[code]
  return reason === undefined ? error.message : `${reason} (${code})`
}

/** Characters that a shell would act on. */
const ofShell = /[|&;<>()$`*?[\]#~=%{}!\n]/

/**
 * Splits the COMMAND of `--exec` into words, as a shell does with quotes and backslashes, and does nothing else that a shell does.
 *
 * @throws UsageError for an empty one, for a quote without end, and for characters that mean something to a shell
 */
export function parseCommand(text: string): readonly string[] {
  const refuse = (why: string): UsageError => new UsageError(`--exec ${quoteText(text, { maxLength: 80 })}: ${why}`)
  const words: string[] = []
  let word: string | undefined
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === "'" || character === '"') {
      const end = text.indexOf(character, at + 1)
      if (end < 0) throw refuse(`a ${character} has no end`)
      word = (word ?? '') + text.slice(at + 1, end)
      at = end
    } else if (character === '\\' && at + 1 < text.length) {
      at += 1
      word = (word ?? '') + text.charAt(at)
    } else if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (ofShell.test(character) && !(character === '=' && words.length > 0)) {
      throw refuse(`${character} is for a shell, which is not used: quote it, or run sh -c 'COMMAND'`)
    } else word = (word ?? '') + character
  }
  if (word !== undefined) words.push(word)
  if (words.length === 0 || words[0] === '') throw refuse('a command is missing')
  return words
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** No command of the demonstration may take longer, in milliseconds. */
const PATIENCE = 10_000

/** Runs a command with its output on ours, and resolves with its exit code; with `undefined` when it is not installed. */
export async function runCommand(program: string, words: readonly string[]): Promise<number | undefined> {
  const child = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit'], timeout: PATIENCE })
  try {
    const [code, signal] = await once(child, 'exit')
    if (typeof code === 'number') return code
    throw new Error(`${program} was stopped by ${signal}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

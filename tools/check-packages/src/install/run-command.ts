import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs a program without input, and resolves to what it printed. Rejects with all its output when it fails. */
export const runCommand = async (file: string, args: readonly string[], folder: string): Promise<string> => {
  try {
    const running = execute(file, args, { cwd: folder, timeout: DEADLINE, maxBuffer: 16 * 1024 * 1024 })
    running.child.stdin?.end()
    return (await running).stdout.trim()
  } catch (error) {
    const output = isFailure(error) ? `${error.stdout}${error.stderr}`.trim() : ''
    throw new Error(`${file} ${args[0]} failed: ${output}`, { cause: error })
  }
}

const execute = promisify(execFile)

/** Milliseconds; a registry may be slow. */
const DEADLINE = 120_000

const isFailure = (error: unknown): error is { readonly stdout: string; readonly stderr: string } =>
  error instanceof Error && 'stdout' in error && 'stderr' in error

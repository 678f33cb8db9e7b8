import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs a program without input, and resolves to what it printed. Rejects with all its output when it fails. */
export const runProgram = async (
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> => {
  try {
    const running = execute(file, args, { ...options, env: { ...process.env, ...options.env }, maxBuffer: MAXIMUM })
    running.child.stdin?.end()
    return (await running).stdout
  } catch (error) {
    const output = isFailure(error) ? `${error.stdout}${error.stderr}`.trim() : String(error)
    throw new Error(`${file} ${args[0]} failed: ${output}`, { cause: error })
  }
}

const execute = promisify(execFile)

/** Octets that a program may print. */
const MAXIMUM = 16 * 1024 * 1024

const isFailure = (error: unknown): error is { readonly stdout: string; readonly stderr: string } =>
  error instanceof Error && 'stdout' in error && error.stdout !== undefined && 'stderr' in error

import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The executable of this package. */
export const mainFile: string = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** Builds the executable and the packages that it needs; quick when nothing has changed. */
export async function buildCli(): Promise<void> {
  try {
    await promisify(execFile)(`${root}/node_modules/.bin/tsc`, ['-b', 'packages/discovery-cli'], { cwd: root })
  } catch (error) {
    const output = typeof error === 'object' && error !== null && 'stdout' in error ? error.stdout : ''
    throw new Error(`the command line does not build:\n${output}`, { cause: error })
  }
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Called when the process is there. */
  readonly started?: (child: RunningChild) => void
  /** Called for what comes on stdout, as it comes. */
  readonly printed?: (text: string, child: RunningChild) => void
}

export interface RunningChild {
  kill(signal: NodeJS.Signals): void
  closeStdout(): void
}

export interface ChildRun {
  readonly code: number | null
  /** The signal that ended it. */
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Milliseconds from the last output to the end of the process. */
  readonly lingered: number
}

/** Runs the built executable as a process of its own, and waits for its end. */
export async function childRun(argv: readonly string[], options: ChildOptions = {}): Promise<ChildRun> {
  const { env = {}, cwd, started, printed } = options
  const base = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' }
  const child = spawn(process.execPath, [mainFile, ...argv], {
    env: { ...base, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const running: RunningChild = {
    kill: (signal) => void child.kill(signal),
    closeStdout: () => void child.stdout.destroy(),
  }
  let [stdout, stderr, lastOutput] = ['', '', performance.now()]
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
    lastOutput = performance.now()
    printed?.(text, running)
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
    lastOutput = performance.now()
  })
  started?.(running)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    let exitedAt = 0
    child.once('exit', () => {
      exitedAt = performance.now()
    })
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr, lingered: exitedAt - lastOutput }))
  })
}

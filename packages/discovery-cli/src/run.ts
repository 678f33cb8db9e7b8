import type { Clock } from '@pstorage/discovery-core'
import type { Announce } from './announce-cluster.js'
import { type BackendLoaders, backendLoaders } from './backends.js'
import { type CliStream, outliveErrors } from './cli-stream.js'
import { type Invocation, parseCommandLine } from './command-line.js'
import { exitCodeOfSignal, exitCodes } from './exit-code.js'
import { terminalText } from './terminal-text.js'
import { UsageError } from './usage-error.js'
import { OutputError, ReaderGoneError, writeData } from './write-data.js'

/** What a run needs of the process that it is in. */
export interface RunCliOptions {
  /** The words after the program's name. */
  readonly argv: readonly string[]
  /** The environment: `PSTORAGE_NAME`, colours, locale. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Gets data and nothing else. */
  readonly stdout: CliStream
  /** Gets status, warnings and errors. */
  readonly stderr: CliStream
  /** Ends the run at once; its reason is the name of the signal, `SIGINT` or `SIGTERM`. */
  readonly signal?: AbortSignal | undefined
  /** The time in which `--wait` pauses; default: real time. */
  readonly clock?: Clock | undefined
  /** Default: the real backends, each loaded when it is asked. */
  readonly backends?: BackendLoaders | undefined
  /** Default: the real one, loaded when something is to be announced. */
  readonly announce?: Announce | undefined
}

/**
 * Runs one command line and resolves to the exit code: 0 found, 1 absent, 2 wrong usage, 3 undetermined, 4 known,
 * 70 a fault of ours or of stdout, 130 and 143 interrupted. Never rejects, and leaves nothing open.
 */
export async function runCli(options: RunCliOptions): Promise<number> {
  outliveErrors(options.stdout)
  outliveErrors(options.stderr)
  try {
    return await run(parseCommandLine(options.argv, options.env), options)
  } catch (error) {
    return exitCodeOfFailure(error, options)
  }
}

async function run(invocation: Invocation, options: RunCliOptions): Promise<number> {
  switch (invocation.command) {
    case 'help': {
      const { helpText } = await import('./help.js')
      if (invocation.asked) {
        await writeData(options.stdout, helpText())
        return 0
      }
      options.stderr.write(helpText())
      return exitCodes.usage
    }
    case 'version': {
      const { versionText } = await import('./help.js')
      await writeData(options.stdout, await versionText())
      return 0
    }
    case 'announce': {
      const { announceCluster } = await import('./announce-cluster.js')
      return announceCluster(invocation, options)
    }
    default: {
      const { inquire } = await import('./inquire.js')
      return inquire(invocation, { ...options, backends: options.backends ?? backendLoaders })
    }
  }
}

function exitCodeOfFailure(error: unknown, { argv, env, stderr, signal }: RunCliOptions): number {
  const say = (text: string): void => void stderr.write(`pstorage-discovery: ${text}\n`)
  if (error instanceof UsageError) {
    say(`${terminalText(env)(error.message)}\nTry: pstorage-discovery --help`)
    return exitCodes.usage
  }
  if (signal?.aborted) return exitCodeOfSignal(signal.reason)
  if (error instanceof ReaderGoneError) return exitCodes.readerGone
  if (error instanceof OutputError) say(terminalText(env)(error.message))
  else say(faultText(error, { env, debug: argv.includes('--debug') }))
  return exitCodes.fault
}

/** One line for a fault of ours, and its stack when it was asked for. */
function faultText(
  error: unknown,
  { env, debug }: { readonly env: RunCliOptions['env']; readonly debug: boolean },
): string {
  const show = terminalText(env)
  const line = `internal error: ${show(error instanceof Error ? error.message : String(error))}`
  if (!debug) return `${line} (--debug shows where)`
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return [line, ...stack.split('\n').map(show)].join('\n')
}

import type { Clock } from '@pstorage/discovery-core'
import type { Announce } from './announce/announce-cluster.js'
import type { BackendLoaders } from './ask/backends.js'
import { UsageError } from './command-line/usage-error.js'
import type { CheckLoaders } from './doctor/check-loaders.js'
import { exitCodeOfSignal, exitCodes } from './exit-code.js'
import { asksFor } from './help/asks-for.js'
import { type CliStream, outliveErrors } from './terminal/cli-stream.js'
import type { TerminalText } from './terminal/terminal-text.js'
import { OutputError, ReaderGoneError, writeData } from './terminal/write-data.js'

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
  /** Ends the run at once; its reason is the name of the signal, `SIGINT`, `SIGTERM` or `SIGHUP`. */
  readonly signal?: AbortSignal | undefined
  /** The time in which `--wait` and `watch` pause; default: real time. */
  readonly clock?: Clock | undefined
  /** Default: the real backends, each loaded when it is asked. */
  readonly backends?: BackendLoaders | undefined
  /** Default: the real checks, each loaded when it is made. */
  readonly checks?: CheckLoaders | undefined
  /** Default: the real one, loaded when something is to be announced. */
  readonly announce?: Announce | undefined
}

/**
 * Runs one command line and resolves to the exit code: 0 found, 1 absent, 2 wrong usage, 3 undetermined, 4 known,
 * 70 a fault of ours or of stdout, 129, 130 and 143 interrupted. Never rejects, and leaves nothing open.
 */
export async function runCli(options: RunCliOptions): Promise<number> {
  outliveErrors(options.stdout)
  outliveErrors(options.stderr)
  try {
    return await run(options)
  } catch (error) {
    return exitCodeOfFailure(error, options)
  }
}

/** Each way loads what it needs and nothing else: how soon it answers is how much it loads. */
async function run(options: RunCliOptions): Promise<number> {
  const { argv, env, stdout } = options
  if (argv.length === 0) return (await import('./help/help.js')).helpOfNothing(options)
  if (argv[0] === '__complete') return (await import('./completion/complete.js')).runComplete(options)
  switch (asksFor(argv)) {
    case 'help':
      return (await import('./help/help.js')).runHelp(options)
    case 'version':
      await writeData(stdout, await (await import('./help/version.js')).versionText())
      return 0
    case 'schema':
      await writeData(stdout, await (await import('./help/package-file.js')).packageFile('schema/v1.json'))
      return 0
    default: {
      const words = (await import('./command-line/sort-words.js')).sortWords(argv, env)
      const runCommand = await words.command.load()
      return runCommand(words, options)
    }
  }
}

async function exitCodeOfFailure(error: unknown, { argv, env, stderr, signal }: RunCliOptions): Promise<number> {
  if (signal?.aborted && !(error instanceof UsageError)) return exitCodeOfSignal(signal.reason)
  if (error instanceof ReaderGoneError) return exitCodes.readerGone
  const show = (await import('./terminal/terminal-text.js')).terminalText(env)
  const say = (text: string): void => void stderr.write(`pstorage-discovery: ${text}\n`)
  if (error instanceof UsageError) {
    const topic = (await import('./help/topic.js')).topicOf(argv)
    const about = 'command' in topic ? `${topic.command.name} ` : ''
    say(`${show(error.message)}\nTry: pstorage-discovery ${about}--help`)
    return exitCodes.usage
  }
  if (error instanceof OutputError) say(show(error.message))
  else say(faultText(error, { show, debug: argv.includes('--debug') }))
  return exitCodes.fault
}

/** One line for a fault of ours, and its stack when it was asked for. */
function faultText(error: unknown, { show, debug }: { readonly show: TerminalText; readonly debug: boolean }): string {
  const line = `internal error: ${show(error instanceof Error ? error.message : String(error))}`
  if (!debug) return `${line} (--debug shows where)`
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return [line, ...stack.split('\n').map(show)].join('\n')
}

import { lastOf, type ParsedArguments } from './args/command.js'
import { requestedInfo } from './args/parse-arguments.js'
import type { CliContext } from './context.js'
import { exitCodeOfSignal, exitCodes, OutputError, ReaderGoneError, UsageError } from './exit-codes.js'
import type { TerminalText } from './terminal/terminal-text.js'
import { ignoreStreamErrors, writeData } from './terminal/write-data.js'

/**
 * Runs one command line and resolves to the exit code: 0 found, 2 wrong usage, 3 undetermined, 4 known, 6 absent,
 * 70 a fault of ours or of stdout, 129, 130 and 143 interrupted. Never rejects, and leaves nothing open.
 */
export async function runCli(context: CliContext): Promise<number> {
  ignoreStreamErrors(context.stdout)
  ignoreStreamErrors(context.stderr)
  try {
    return await run(context)
  } catch (error) {
    const code = await reportFailure(error, context)
    return isPlugin(context.argv) && isFailure(code) ? reportUnknown(error, context) : code
  }
}

function isPlugin(argv: readonly string[]): boolean {
  return /(?:^| )(?:--nagios|(?:--format|-o)[= ]?nagios)(?: |$)/.test(argv.join(' '))
}

function isFailure(code: number): boolean {
  return code === exitCodes.usage || code === exitCodes.fault
}

/** Prints the line of a monitoring plugin that has failed: a monitor reads 2 as a fault of what it monitors. */
async function reportUnknown(error: unknown, { stdout }: CliContext): Promise<number> {
  const { pluginCodes, unknownLine } = await import('./doctor/output/nagios.js')
  stdout.write(`${unknownLine(error instanceof Error ? error.message : String(error))}\n`)
  return pluginCodes.UNKNOWN
}

/** Loads what this command line needs and nothing else (row cli-resolve of the bench). */
async function run(context: CliContext): Promise<number> {
  const { argv, env, stdout } = context
  if (argv.length === 0) return (await import('./help/help.js')).printUsage(context)
  if (argv[0] === '__complete') return (await import('./completion/complete.js')).runComplete(context)
  switch (requestedInfo(argv)) {
    case 'help':
      return (await import('./help/help.js')).runHelp(context)
    case 'version':
      await writeData(stdout, await (await import('./help/help.js')).versionText())
      return 0
    case 'schema': {
      const schema = await (await import('./help/package-file.js')).packageFile('schema/v1.json')
      JSON.parse(schema) // A damaged one is a fault, and not printed.
      await writeData(stdout, schema)
      return 0
    }
    default: {
      const args = (await import('./commands/parse-command-line.js')).parseCommandLine(argv, env)
      if (args.options.has('domain')) {
        await (await import('./args/option-checks.js')).checkSearchDomains(args)
      }
      if (hasFiles(args)) await (await import('./args/option-checks.js')).checkFilesOf(args)
      const runCommand = await args.command.load()
      const isEndless = args.command.isEndless === true || args.options.has('watch')
      if (isEndless) return runCommand(args, context)
      const time = await timeOf(args, context)
      return endsInTime(runCommand(args, context), time)
    }
  }
}

/** The longest time of a command besides its --wait and --timeout, in milliseconds: far more than any source is waited for. */
const DEADLINE = 600_000
/** The longest time of a timer. */
const MAX_TIMER = 2 ** 31 - 1

/** Returns the milliseconds that a command has. @throws UsageError */
async function timeOf(args: ParsedArguments, { deadline = DEADLINE }: CliContext): Promise<number> {
  const { parseDuration } = await import('./args/option-values.js')
  const given = (['wait', 'timeout'] as const).map((option) => {
    const text = lastOf(args, option)
    return text === undefined ? 0 : parseDuration(option, text)
  })
  return Math.min(
    given.reduce((sum, ms) => sum + ms, deadline),
    MAX_TIMER,
  )
}

/** Waits for a command until its deadline: a file server that hangs cannot be interrupted. @throws OutputError */
async function endsInTime(running: Promise<number>, time: number): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new OutputError(`the command did not end within ${time / 1_000} s; a file server may not answer`)
    timer = setTimeout(reject, time, error)
  })
  try {
    return await Promise.race([running, late])
  } finally {
    clearTimeout(timer)
  }
}

function hasFiles({ options }: ParsedArguments): boolean {
  return options.has('tsig-key') || options.has('tls-ca')
}

async function reportFailure(error: unknown, { argv, env, stderr, signal }: CliContext): Promise<number> {
  if (signal?.aborted && !(error instanceof UsageError)) return exitCodeOfSignal(signal.reason)
  if (error instanceof ReaderGoneError) return exitCodes.readerGone
  const show = (await import('./terminal/terminal-text.js')).terminalText(env)
  const { wrapLine } = await import('./terminal/wrap.js')
  const width = stderr.isTTY === true ? stderr.columns || 80 : undefined
  const print = (text: string): void => {
    const lines = `pstorage-discovery: ${text}`.split('\n').flatMap((line) => wrapLine(line, width))
    stderr.write(`${lines.join('\n')}\n`)
  }
  if (error instanceof UsageError) {
    const topic = (await import('./help/help.js')).topicOf(argv)
    const about = 'command' in topic ? `${topic.command.name} ` : ''
    print(`${show(error.message)}\nTry: pstorage-discovery ${about}--help`)
    return exitCodes.usage
  }
  if (error instanceof OutputError) print(show(error.message))
  else print(faultText(error, { show, debug: argv.includes('--debug') }))
  return exitCodes.fault
}

/** Returns one line for an internal error; with `--debug` followed by its stack. */
function faultText(error: unknown, { show, debug }: { readonly show: TerminalText; readonly debug: boolean }): string {
  const line = `internal error: ${show(error instanceof Error ? error.message : String(error))}`
  if (!debug) return `${line} (--debug shows where)`
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return [line, ...stack.split('\n').map(show)].join('\n')
}

const FAULT = 70
/** How long, in milliseconds, an interrupted run may take to let go of its sockets. */
const GRACE = 500
const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

const { env, stdout, stderr } = process
const argv: readonly string[] = process.argv.slice(2)

// Node ends with 1 after a fault that nobody has seen to, and 1 means "there is no such cluster" here. So this comes
// before anything that can fail, such as loading the rest; and it stays if nothing is left to wait for.
process.exitCode = FAULT
process.once('uncaughtException', fault)

// A module that waits at its top level cannot be part of a single executable.
main().catch(fault)

async function main(): Promise<void> {
  const [{ runCli }, { exitCodeOfSignal }] = await Promise.all([import('./run.js'), import('./exit-code.js')])
  const interruption = new AbortController()
  for (const signal of signals) process.once(signal, interrupt)
  process.exitCode = await runCli({ argv, env, stdout, stderr, signal: interruption.signal })
  // Nothing is left to wait for; without this, the heap is taken apart first, which takes longer than to read an answer.
  if (stdout.writableLength === 0 && stderr.writableLength === 0) process.exit()

  // A second signal finds the default action again, and ends the process at once.
  function interrupt(signal: NodeJS.Signals): void {
    for (const each of signals) process.removeListener(each, interrupt)
    interruption.abort(signal)
    setTimeout(() => process.exit(exitCodeOfSignal(signal)), GRACE).unref()
  }
}

function fault(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const text = argv.includes('--debug') ? (stack ?? message) : `${message} (--debug shows where)`
  stderr.write(`pstorage-discovery: internal error: ${text.replaceAll(/[^\n -~]/g, '?')}\n`, () => process.exit(FAULT))
}

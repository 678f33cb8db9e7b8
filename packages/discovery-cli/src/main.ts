import { readFileSync } from 'node:fs'

/** The exit code of an internal error, as in sysexits(3). */
const FAULT = 70
/** The time, in milliseconds, for an interrupted run to close its sockets, and for a message to be written. */
const GRACE = 500
/** Milliseconds between two looks at file operations that are under way. */
const POLL = 5
const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

const isHangupIgnored = startsWithoutHangup()

const argv: readonly string[] = process.argv.slice(2)
let hasFailed = false

// Node.js ends with 1 after an unhandled error. So this comes before everything that can fail, such as loading the other
// modules; and it stays if nothing is left to wait for.
process.exitCode = FAULT
process.on('uncaughtException', fault)
process.on('unhandledRejection', fault)

// A module that waits at its top level cannot be part of a single executable.
main().catch(fault)

async function main(): Promise<void> {
  const { env, stderr } = process
  const [{ runCli }, { exitCodeOfSignal }] = await Promise.all([import('./run.js'), import('./exit-codes.js')])
  const stdout = (await import('./terminal/reader-gone.js')).standardOutput()
  const interruption = new AbortController()
  for (const signal of signals) {
    if (signal === 'SIGHUP' && isHangupIgnored) process.on(signal, () => {})
    else process.once(signal, interrupt)
  }
  const context = {
    ...{ argv, env, stdout, stderr, signal: interruption.signal },
    // Opened only where a question is asked.
    get stdin() {
      return process.stdin
    },
  }
  const code = await runCli(context)
  if (!hasFailed) process.exitCode = code
  // Nothing is left to wait for; without this, the heap is taken apart first, which takes longer than to read an answer.
  if (stdout.writableLength === 0 && stderr.writableLength === 0) end(interruption.signal.reason)

  // A second signal finds the default action again, and ends the process at once.
  function interrupt(signal: NodeJS.Signals): void {
    for (const each of signals) process.removeListener(each, interrupt)
    interruption.abort(signal)
    setTimeout(() => {
      process.exitCode = exitCodeOfSignal(signal)
      end(signal)
    }, GRACE).unref()
  }
}

/**
 * Ends the process. Node.js waits at its end for the file operations that it began, and one on a dead file server never
 * returns. Such a process ends by the signal that interrupted it, or by SIGKILL: no exit code is worth a process that stays.
 */
function end(signal: NodeJS.Signals = 'SIGKILL'): void {
  if (!hasFileOperations()) process.exit()
  const giveUpAt = performance.now() + GRACE
  setInterval(() => {
    if (!hasFileOperations()) process.exit()
    if (performance.now() > giveUpAt) process.kill(process.pid, signal)
  }, POLL)
}

/**
 * Returns true where the process was started with SIGHUP ignored. Node.js sets every signal to its default action at its start, so that
 * only traces tell: bash names the program that it has started, nohup of a terminal replaces standard input by a file that cannot be
 * read, and a parent that ignores the signal has its children ignore it (signal(7)).
 */
function startsWithoutHangup(): boolean {
  if (/(?:^|\/)nohup$/.test(process.env._ ?? '')) return true
  const [, flags = '0'] = /^flags:\s*(\d+)$/m.exec(textOfFile('/proc/self/fdinfo/0')) ?? []
  const [, ignored = '0'] = /^SigIgn:\s*([\da-f]+)$/m.exec(textOfFile(`/proc/${process.ppid}/status`)) ?? []
  const [isWriteOnly, isIgnored] = [
    (Number.parseInt(flags, 8) & 3) === 1,
    (Number.parseInt(ignored.slice(-1), 16) & 1) === 1,
  ]
  return isWriteOnly || isIgnored
}

function textOfFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function hasFileOperations(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq') || name === 'FileHandleCloseReq')
}

/** Ends the process with 70, whatever else fails, and reports the reason where that is possible. */
function fault(error: unknown): void {
  const end = (): never => process.exit(FAULT)
  if (hasFailed) end()
  hasFailed = true
  process.exitCode = FAULT
  setTimeout(end, GRACE)
  try {
    process.stderr.once('error', end).write(`pstorage-discovery: internal error: ${textOf(error)}\n`, end)
  } catch {
    end()
  }
}

function textOf(error: unknown): string {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const text = argv.includes('--debug') ? (stack ?? message) : `${message} (--debug shows where)`
  return text.replaceAll(/[^\n -~]/g, '?')
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { AwaitableList } from './awaitable-list.js'
import { findProgram, type Program } from './find-program.js'

/** A kind of server that stays in the foreground and logs to its standard error. */
export interface ServerProgram extends Program {
  /** The line after which it answers. */
  readonly ready: RegExp
  /** Errors in the log after which it keeps running, and serves less than configured. */
  readonly incomplete: RegExp
}

/** A server that answers. */
export interface ServerProcess {
  /** Its log; closed when it ends. */
  readonly log: AwaitableList<string>
  /** Resolves when it has ended. */
  stop(): Promise<void>
}

const stopWithin = 5_000

/**
 * Starts a server and resolves when it answers.
 *
 * @throws Error when it is not installed, ends, or serves less than it should; the message holds its log. The code is
 * `EADDRINUSE` when another process has its port.
 */
export async function startServerProcess(program: ServerProgram, args: readonly string[]): Promise<ServerProcess> {
  const { name, ready, incomplete } = program
  const log = new AwaitableList<string>()
  const child = spawn(await findProgram(program), args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const lines = createInterface({ input: child.stderr })
  lines.on('line', (line) => log.add(line))
  lines.on('close', () => log.close(new Error(`${name} has stopped:\n${log.items.join('\n')}`)))
  const stop = stopper(child)
  try {
    await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))])
    await log.when(1, (line) => ready.test(line))
    if (log.items.some((line) => incomplete.test(line))) {
      throw new Error(`${name} does not serve all that it should:\n${log.items.join('\n')}`)
    }
    return { log, stop }
  } catch (error) {
    await stop()
    throw log.items.some((line) => addressInUse.test(line)) ? portTaken(log.items) : error
  }
}

// Another process took the port between our look and the server's.
const addressInUse = /address (already )?in use/i

function portTaken(log: readonly string[]): Error {
  return Object.assign(new Error(log.join('\n')), { code: 'EADDRINUSE' })
}

function stopper(child: ChildProcess): () => Promise<void> {
  // A test process that ends without disposing must not leave a server behind.
  const onExit = (): void => void child.kill('SIGKILL')
  process.once('exit', onExit)
  return async () => {
    process.off('exit', onExit)
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const insist = setTimeout(() => child.kill('SIGKILL'), stopWithin)
    await exited
    clearTimeout(insist)
  }
}

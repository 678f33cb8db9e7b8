import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Options for starting a third-party name server. */
export interface Start {
  readonly program: string
  /** Returns its arguments, once its directory exists; it must stay in the foreground. */
  readonly args: (directory: string) => readonly string[]
  /** Files in its directory, by name. */
  readonly files: (directory: string) => Readonly<Record<string, string>>
  /** A line of its log, on stderr or stdout, that says that it is ready. */
  readonly ready: RegExp
}

/** Starts a server in a directory of its own; rejects when it is not installed, or ends before it is ready, with what it said. */
export async function startRealServer({ program, args, files, ready }: Start): Promise<AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'cluster-name-server-'))
  for (const [name, text] of Object.entries(files(directory))) await writeFile(join(directory, name), text)
  const child = spawn(program, args(directory), { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = async (): Promise<void> => {
    await ended(child)
    await rm(directory, { recursive: true })
  }
  try {
    await said(child, program, ready)
  } catch (error) {
    await stop()
    throw error
  }
  return { [Symbol.asyncDispose]: stop }
}

/** A port that is free for UDP, and most likely for TCP. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

function said(child: ChildProcess, program: string, line: RegExp): Promise<void> {
  const log: string[] = []
  return new Promise((resolve, reject) => {
    const giveUp = (reason: unknown) => reject(new Error(`${program}: ${String(reason)}\n${log.join('\n')}`))
    AbortSignal.timeout(20_000).addEventListener('abort', () => giveUp('not ready within 20 s'))
    child.once('error', giveUp).once('exit', (code) => giveUp(`ended with ${code}`))
    for (const output of [child.stdout, child.stderr]) {
      if (output === null) return giveUp('no log')
      createInterface(output).on('line', (text) => {
        log.push(text)
        if (line.test(text)) resolve()
      })
    }
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

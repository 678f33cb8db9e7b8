import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What a BIND server is started with. */
export interface NamedOptions {
  /** Statements inside `options { }`. */
  readonly options?: string
  /** Statements after it: zones. */
  readonly zones?: string
  /** Files in its directory, by name. */
  readonly files?: Readonly<Record<string, string>>
  /** A line of its log that says that it is ready; default `running`. */
  readonly ready?: RegExp
}

/** A BIND server on loopback, in the foreground and in a directory of its own. */
export interface Named extends AsyncDisposable {
  readonly port: number
}

/** Starts `named`; rejects when it is not installed, or ends before it is ready, with what it said. */
export async function startNamed({
  options = '',
  zones = '',
  files = {},
  ready = / running$/,
}: NamedOptions): Promise<Named> {
  const directory = await mkdtemp(join(tmpdir(), 'cluster-name-server-'))
  const port = await freePort()
  const config = `options {
    directory "${directory}"; pid-file none; session-keyfile none;
    listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
    dnssec-validation no; notify no; empty-zones-enable no;
    ${options}
  };
  controls { };
  ${zones}`
  for (const [name, text] of Object.entries({ ...files, 'named.conf': config })) {
    await writeFile(join(directory, name), text)
  }
  const child = spawn('named', ['-g', '-c', join(directory, 'named.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const stop = async (): Promise<void> => {
    await ended(child)
    await rm(directory, { recursive: true })
  }
  try {
    await said(child, ready)
  } catch (error) {
    await stop()
    throw error
  }
  return { port, [Symbol.asyncDispose]: stop }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

function said(child: ChildProcess & { stderr: NodeJS.ReadableStream | null }, line: RegExp): Promise<void> {
  const log: string[] = []
  return new Promise((resolve, reject) => {
    const giveUp = (reason: unknown) => reject(new Error(`named: ${String(reason)}\n${log.join('\n')}`))
    AbortSignal.timeout(20_000).addEventListener('abort', () => giveUp('not ready within 20 s'))
    child.once('error', giveUp).once('exit', (code) => giveUp(`ended with ${code}`))
    if (child.stderr === null) return giveUp('no log')
    createInterface(child.stderr).on('line', (text) => {
      log.push(text)
      if (line.test(text)) resolve()
    })
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

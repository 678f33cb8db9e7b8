import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { formatEndpoint } from '@pstorage/discovery-core'
import { AwaitableList } from './awaitable-list.js'
import { withFreePort } from './free-port.js'
import { type NamedPlace, type NamedSettings, namedConfig, zoneFile } from './named-config.js'

/** What a {@link namedServer} serves, and where. */
export interface NamedServerOptions extends NamedSettings {
  /** Loopback addresses to listen on; default `['127.0.0.1']`. */
  readonly addresses?: readonly string[]
}

/** A real BIND that is running. */
export interface NamedServer extends AsyncDisposable {
  /** The first of its addresses. */
  readonly address: string
  /** The port, on every address, for UDP and TCP. */
  readonly port: number
  /** `address:port`, IPv6 in brackets, as options take it. */
  readonly server: string
  /** What it has logged so far. */
  readonly log: readonly string[]
  /** Resolves with the first line of the log that matches, past or to come; rejects if named stops first. */
  logged(pattern: RegExp): Promise<string>
  /** Stops it and removes its directory. */
  [Symbol.asyncDispose](): Promise<void>
}

const stopWithin = 5_000

/**
 * Starts BIND's `named` on a free port of loopback, and resolves when it has loaded its zones.
 *
 * It runs in the foreground in a temporary directory, without control channel, notifications or automatic zones.
 *
 * @throws Error when named is not installed, or refuses its configuration or a zone; the message holds its log.
 */
export async function namedServer(options: NamedServerOptions = {}): Promise<NamedServer> {
  const { addresses = ['127.0.0.1'] } = options
  const [address = '127.0.0.1'] = addresses
  const program = await findNamed()
  return withFreePort(address, async (port) => {
    const directory = await mkdtemp(join(tmpdir(), 'pstorage-named-'))
    try {
      const process = await startNamed(program, options, { directory, addresses, port })
      return {
        address,
        port,
        server: formatEndpoint({ address, port }),
        get log() {
          return process.log.items
        },
        async logged(pattern) {
          const [line = ''] = await process.log.when(1, (line) => pattern.test(line))
          return line
        },
        async [Symbol.asyncDispose]() {
          await process.stop()
          await rm(directory, { recursive: true, force: true })
        },
      }
    } catch (error) {
      await rm(directory, { recursive: true, force: true })
      throw error
    }
  })
}

async function findNamed(): Promise<string> {
  const { PATH = '' } = process.env
  for (const directory of [...PATH.split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    const program = join(directory, 'named')
    const runs = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (directory !== '' && runs) return program
  }
  throw new Error('named is not installed; install bind9')
}

interface NamedProcess {
  readonly log: AwaitableList<string>
  stop(): Promise<void>
}

async function startNamed(program: string, settings: NamedSettings, place: NamedPlace): Promise<NamedProcess> {
  const config = join(place.directory, 'named.conf')
  await writeFile(config, namedConfig(settings, place))
  for (const [index, zone] of Object.values(settings.zones ?? {}).entries()) {
    if (typeof zone === 'string') await writeFile(join(place.directory, zoneFile(index)), zone)
  }

  const log = new AwaitableList<string>()
  const child = spawn(program, ['-g', '-c', config, '-n', '1'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const lines = createInterface({ input: child.stderr })
  lines.on('line', (line) => log.add(line))
  lines.on('close', () => log.close(new Error(`named has stopped:\n${log.items.join('\n')}`)))
  const stop = stopper(child)
  try {
    await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))])
    await log.when(1, (line) => / running$/.test(line))
    checkStart(log.items)
    return { log, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What named logs as an error but runs on with. */
function checkStart(log: readonly string[]): void {
  const text = log.join('\n')
  // Another process took the port between our look and named's.
  if (/address in use/.test(text)) throw Object.assign(new Error(text), { code: 'EADDRINUSE' })
  if (/not loaded due to errors|interface ignored|could not listen/.test(text)) {
    throw new Error(`named does not serve all that it should:\n${text}`)
  }
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

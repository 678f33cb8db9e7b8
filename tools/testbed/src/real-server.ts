import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatEndpoint } from '@pstorage/discovery-core'
import { freePort, withFreePort } from './free-port.js'
import type { ServerCertificate } from './server-certificate.js'
import { type ServerProcess, type ServerProgram, startServerProcess } from './server-process.js'

/** The address of a real server. */
export interface ListenOptions {
  /** Loopback addresses to listen on; default `['127.0.0.1']`. */
  readonly addresses?: readonly string[]
  /** With a certificate it listens for TLS as well, on another free port; default: it does not. */
  readonly tls?: ServerCertificate
}

/** A real name server that is running. */
export interface RealServer extends AsyncDisposable {
  /** The first of its addresses. */
  readonly address: string
  /** The port, on every address, for UDP and TCP. */
  readonly port: number
  /** `address:port`, IPv6 in brackets, as options take it. */
  readonly server: string
  /** Its log so far. */
  readonly log: readonly string[]
  /** Resolves with the first line of the log that matches, past or to come; rejects if the server stops first. */
  logged(pattern: RegExp): Promise<string>
  /** Stops it and removes its directory. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A real name server that listens for TLS as well. */
export interface RealTlsServer extends RealServer {
  /** The port, on every address, for TLS. */
  readonly tlsPort: number
  /** `address:port` for TLS, IPv6 in brackets, as options take it. */
  readonly tlsServer: string
}

/** The folder and the process of a server that runs. */
export interface ServerPlace {
  readonly directory: string
  readonly addresses: readonly string[]
  readonly port: number
  readonly tls: TlsPlace | undefined
}

/** The TLS address of a server. */
export interface TlsPlace {
  readonly port: number
  readonly certificate: ServerCertificate
}

/** A kind of name server: its program, and how that is told what to do. */
export interface ServerKind<Settings> extends ServerProgram {
  /** The name of its configuration file, where the program insists on one; default: its own name and `.conf`. */
  readonly configName?: string
  /** The arguments that keep it in the foreground with a configuration file. */
  args(configFile: string): readonly string[]
  /** The text of its configuration file. */
  config(settings: Settings, place: ServerPlace): string
  /** The other files in its directory: texts by name. */
  files(settings: Settings, place: ServerPlace): Readonly<Record<string, string>>
}

/** Starts a server on free ports of loopback in a temporary directory, and resolves when it answers. */
export function startRealServer<Settings extends ListenOptions>(
  kind: ServerKind<Settings>,
  settings: Settings,
): Promise<RealServer> {
  const { addresses = ['127.0.0.1'], tls } = settings
  const [address = '127.0.0.1'] = addresses
  return withFreePort(address, async (port) => {
    const tlsPlace = tls && { port: await freePort(address), certificate: tls }
    const directory = await mkdtemp(join(tmpdir(), `pstorage-${kind.name}-`))
    try {
      const server = await startIn({ directory, addresses, port, tls: tlsPlace }, kind, settings)
      const running = runningServer({ address, port }, directory, server)
      if (tlsPlace === undefined) return running
      const tlsServer = formatEndpoint({ address, port: tlsPlace.port })
      return Object.assign(running, { tlsPort: tlsPlace.port, tlsServer })
    } catch (error) {
      await rm(directory, { recursive: true, force: true })
      throw error
    }
  })
}

async function startIn<Settings>(
  place: ServerPlace,
  kind: ServerKind<Settings>,
  settings: Settings,
): Promise<ServerProcess> {
  const configFile = join(place.directory, kind.configName ?? `${kind.name}.conf`)
  await writeFile(configFile, kind.config(settings, place))
  for (const [name, text] of Object.entries(kind.files(settings, place)))
    await writeFile(join(place.directory, name), text)
  return startServerProcess(kind, kind.args(configFile))
}

function runningServer(
  { address, port }: { readonly address: string; readonly port: number },
  directory: string,
  { log, stop }: ServerProcess,
): RealServer {
  return {
    address,
    port,
    server: formatEndpoint({ address, port }),
    get log() {
      return log.items
    },
    async logged(pattern) {
      const [line = ''] = await log.when(1, (line) => pattern.test(line))
      return line
    },
    async [Symbol.asyncDispose]() {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

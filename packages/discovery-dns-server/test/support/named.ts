import { join } from 'node:path'
import { freePort, startRealServer } from './real-server.js'

/** Options of a BIND server. */
export interface NamedOptions {
  /** Statements inside `options { }`. */
  readonly options?: string
  /** Statements after it: zones and keys. */
  readonly zones?: string
  /** Files in its directory, by name. */
  readonly files?: Readonly<Record<string, string>>
  /** A line of its log that says that it is ready; default `running`. */
  readonly ready?: RegExp
  /** Default: a free one. */
  readonly port?: number
}

/** A name server on loopback, in the foreground and in a directory of its own. */
export interface RealServer extends AsyncDisposable {
  readonly port: number
}

/** Starts `named`; rejects when it is not installed, or ends before it is ready, with what it said. */
export async function startNamed(settings: NamedOptions): Promise<RealServer> {
  const { options = '', zones = '', files = {}, ready = / running$/, port = await freePort() } = settings
  const config = (directory: string) => `options {
    directory "${directory}"; pid-file none; session-keyfile none;
    listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
    dnssec-validation no; notify no; empty-zones-enable no;
    ${options}
  };
  controls { };
  ${zones}`
  const server = await startRealServer({
    program: 'named',
    args: (directory) => ['-g', '-c', join(directory, 'named.conf')],
    files: (directory) => ({ ...files, 'named.conf': config(directory) }),
    ready,
  })
  return { port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

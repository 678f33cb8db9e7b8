import type { Clock, Resolver } from '@pstorage/discovery-core'
import type {
  Announce,
  BackendLoaders,
  BackendName,
  BackendSettings,
  CheckLoaders,
  CliInput,
  ReadRecords,
} from '../src/context.js'
import { runCli } from '../src/index.js'
import { capturedStream } from './captured-stream.js'

/** Stand-ins for backends; one that is not given fails the run when it is loaded. */
export type StandIns = Partial<Record<BackendName, (settings: BackendSettings) => Resolver>>

export interface CliRunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly backends?: StandIns
  readonly checks?: CheckLoaders
  readonly announce?: Announce
  readonly readRecords?: ReadRecords
  readonly stdout?: ReturnType<typeof capturedStream>
  readonly stderr?: ReturnType<typeof capturedStream>
  readonly stdin?: CliInput
  readonly signal?: AbortSignal
  readonly clock?: Clock
  readonly deadline?: number
}

export interface CliRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The backends that were loaded, in this order. */
  readonly loaded: readonly BackendName[]
}

/** Runs one command line in this process. */
export async function cliRun(argv: readonly string[], options: CliRunOptions = {}): Promise<CliRun> {
  const {
    env = { LANG: 'C.UTF-8' },
    backends = {},
    checks,
    announce,
    readRecords,
    stdout = capturedStream(),
    stderr = capturedStream(),
    stdin,
    signal,
    clock,
    deadline,
  } = options
  const loaded: BackendName[] = []
  const loader = (name: BackendName) => async (settings: BackendSettings) => {
    loaded.push(name)
    const make = backends[name]
    if (make === undefined) throw new Error(`${name} was loaded`)
    return make(settings)
  }
  const loaders: BackendLoaders = { dns: loader('dns'), bootstrap: loader('bootstrap'), zeroconf: loader('zeroconf') }
  const code = await runCli({
    argv,
    env,
    stdout,
    stderr,
    stdin,
    signal,
    clock,
    deadline,
    checks,
    announce,
    readRecords,
    backends: loaders,
  })
  return { code, stdout: stdout.text, stderr: stderr.text, loaded }
}

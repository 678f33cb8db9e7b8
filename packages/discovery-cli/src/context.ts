import type { Readable, Writable } from 'node:stream'
import type { Clock, ClusterName, Resolver } from '@pstorage/discovery-core'
import type { Finding } from '@pstorage/discovery-core/checks'
import type { RecordSetAnswer, RecordSetQuestion } from '@pstorage/discovery-dns/checks'
import type { Announcement, AnnounceOptions } from '@pstorage/discovery-zeroconf'

/** The process of a run, and the parts that can be replaced. */
export interface CliContext {
  /** The words after the program's name. */
  readonly argv: readonly string[]
  /** The environment: `PSTORAGE_NAME`, colours, locale. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Gets data and nothing else. */
  readonly stdout: CliStream
  /** Gets status, warnings and errors. */
  readonly stderr: CliStream
  /** Gives the answers to questions, where a person is asked; default: none. */
  readonly stdin?: CliInput | undefined
  /** Ends the run at once; its reason is the name of the signal, `SIGINT`, `SIGTERM` or `SIGHUP`. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds after which a command that should end is given up; default 600,000. */
  readonly deadline?: number | undefined
  /** The time in which `--wait` and `watch` pause; default: real time. */
  readonly clock?: Clock | undefined
  /** Default: the real backends, each loaded when it is used. */
  readonly backends?: BackendLoaders | undefined
  /** Default: the real checks, each loaded when it is run. */
  readonly checks?: CheckLoaders | undefined
  /** Default: the real one, loaded when it is used. */
  readonly announce?: Announce | undefined
  /** Reads the records of a zone that is to be updated; default: the real one, loaded when it is used. */
  readonly readRecords?: ReadRecords | undefined
}

/** The part of `process.stdout` and `process.stderr` that is used here. */
export type CliStream = Writable & {
  /** Set on a terminal. */
  readonly isTTY?: boolean | undefined
  /** The width of the terminal in characters. */
  readonly columns?: number | undefined
}

/** The part of `process.stdin` that is used here. */
export type CliInput = Readable & {
  /** Set on a terminal. */
  readonly isTTY?: boolean | undefined
}

/** One loader for each backend. */
export type BackendLoaders = Readonly<Record<BackendName, BackendLoader>>

/** Makes the resolver of a backend; throws a `DiscoveryError` when a setting cannot work. */
export type BackendLoader = (settings: BackendSettings) => Promise<Resolver>

/** The backends that exist. */
export type BackendName = 'dns' | 'bootstrap' | 'zeroconf'

/** Their names, in the default order of preference. */
export const backendNames: readonly BackendName[] = ['dns', 'bootstrap', 'zeroconf']

/** The settings of the backends from the command line; an empty list leaves the choice to the backend. */
export interface BackendSettings {
  /** `IP[:PORT]` of name servers. */
  readonly servers: readonly string[]
  /** Search domains. */
  readonly domains: readonly string[]
  /** The condition for zone transfers. */
  readonly axfr: 'auto' | 'always' | 'never'
  /** The denials that count. */
  readonly denials: 'proven' | 'any'
  /** The file with the key that signs zone transfers. */
  readonly tsigKeyFile: string | undefined
  /** Set when everything goes over TLS. */
  readonly tls: TlsSettings | undefined
  /** Names of network interfaces for zeroconf. */
  readonly interfaces: readonly string[]
  /** The directories with bootstrap lists. */
  readonly directories: readonly string[]
  /** `IP[:PORT]` of metadata servers, from the command line. */
  readonly addresses: readonly string[]
}

/** The settings of TLS from the command line. */
export interface TlsSettings {
  /** The name in their certificates; without it their addresses count. */
  readonly name: string | undefined
  readonly caFile: string | undefined
  /** Each a SHA-256 of a public key, in base64. */
  readonly pins: readonly string[]
  /** The need for a server that selects the protocol of transfers; default `require`. */
  readonly alpn: 'require' | 'offer' | undefined
}

/** One loader for each backend. */
export type CheckLoaders = Readonly<Record<BackendName, CheckLoader>>

/** Loads the checks of a backend, and makes them. */
export type CheckLoader = (settings: BackendSettings, run: CheckRun) => Promise<AsyncIterable<Finding>>

/** The options of all checks of a run. */
export interface CheckRun {
  /** Only this cluster. */
  readonly cluster: ClusterName | undefined
  /** Milliseconds. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/** Begins to announce, as `announce()` of `@pstorage/discovery-zeroconf` does. */
export type Announce = (options: AnnounceOptions) => Promise<Announcement>

/** Reads sets of records of a domain from the name servers of the settings. */
export type ReadRecords = (
  domain: string,
  questions: readonly RecordSetQuestion[],
  settings: BackendSettings,
  run: { readonly timeout: number; readonly signal: AbortSignal | undefined },
) => Promise<readonly RecordSetAnswer[]>

export type { Announce } from './announce/announce-cluster.js'
export type { BackendLoader, BackendLoaders, BackendName, BackendSettings, TlsSettings } from './ask/backends.js'
export { type RunCliOptions, runCli } from './run.js'
export type { CliStream } from './terminal/cli-stream.js'

export type { Announce } from './announce-cluster.js'
export type { BackendLoader, BackendLoaders, BackendName, BackendSettings } from './backends.js'
export type { CliStream } from './cli-stream.js'
export { type RunCliOptions, runCli } from './run.js'

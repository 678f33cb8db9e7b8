export type {
  Announce,
  BackendLoader,
  BackendLoaders,
  BackendName,
  BackendSettings,
  CheckLoader,
  CheckLoaders,
  CheckRun,
  CliContext,
  CliStream,
  ReadRecords,
  TlsSettings,
} from './context.js'
export { runCli } from './run.js'

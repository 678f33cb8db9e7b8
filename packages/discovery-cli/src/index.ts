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
  CliInput,
  CliStream,
  ReadRecords,
  TlsSettings,
} from './context.js'
export { runCli } from './run.js'

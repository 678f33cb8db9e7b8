import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel, type IConfigFile } from '@microsoft/api-extractor'
import type { EntryPoint } from './entry-points.js'

/** The exports of an entry point, and their faults. */
export interface Extraction {
  /** The report, as it belongs beside the package. */
  readonly text: string
  readonly faults: readonly ExportFault[]
}

/** Something wrong with what is exported. */
export interface ExportFault {
  /** In words, with its place. */
  readonly text: string
  /** The type that an export needs and that is no export itself, where that is the fault. */
  readonly missing: string | undefined
}

/** Makes the report of an entry point of the repository below `root`, in the folder `place`. */
export const extractReport = (root: string, entry: EntryPoint, place: string): Extraction => {
  const faults: ExportFault[] = []
  const reports = join(place, 'reports')
  mkdirSync(reports, { recursive: true })
  const configObject = settings(root, entry, place)
  const packageJsonFullPath = join(root, entry.folder, 'package.json')
  const config = ExtractorConfig.prepare({ configObject, configObjectFullPath: undefined, packageJsonFullPath })
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true
      if (message.logLevel !== ExtractorLogLevel.Error) return
      const { sourceFilePath = '', sourceFileLine = 0, text } = message
      faults.push({
        text: `${sourceFilePath.replace(`${root}/`, '')}:${sourceFileLine}: ${text}`,
        missing: /^The symbol "(\w+)" needs to be exported/.exec(text)?.[1],
      })
    },
  })
  return { text: readFileSync(join(reports, REPORT), 'utf8').replaceAll('\r\n', '\n'), faults }
}

const REPORT = 'report.api.md'

const settings = (root: string, { folder, declarations }: EntryPoint, place: string): IConfigFile => ({
  projectFolder: join(root, folder),
  mainEntryPointFilePath: join(root, folder, declarations),
  apiReport: {
    enabled: true,
    reportFileName: REPORT,
    reportFolder: join(place, 'reports'),
    reportTempFolder: join(place, 'temporary'),
  },
  docModel: { enabled: false },
  dtsRollup: { enabled: false },
  tsdocMetadata: { enabled: false },
  newlineKind: 'lf',
  compiler: {
    overrideTsconfig: {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { composite: false, noEmit: true, typeRoots: [join(root, 'node_modules', '@types')] },
      files: [join(root, folder, declarations)],
    },
  },
  messages: {
    compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
    extractorMessageReporting: {
      default: { logLevel: ExtractorLogLevel.None },
      // A type in the signature of an export that callers cannot name.
      'ae-forgotten-export': { logLevel: ExtractorLogLevel.Error },
    },
    tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
  },
})

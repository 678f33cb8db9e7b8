/** A part of a package that nobody may get wrong. */
export interface Target {
  /** The folder below `packages`. */
  readonly package: string
  /** What is changed: files below `src` of the package, as patterns. */
  readonly files: readonly string[]
  /** What has to notice: files below `test` of the package, as patterns. */
  readonly tests: readonly string[]
}

const unitTests = ['**/!(*.integration|*.interop).test.ts']

/** The parts by name, in the order in which they are tried. */
export const targets: Readonly<Record<string, Target>> = {
  'dns-message': { package: 'dns-message', files: ['**/*.ts'], tests: unitTests },
  axfr: {
    package: 'discovery-dns',
    files: ['{zone-transfer,transfer-names,collected-names,name-list,name-run,name-table,message-framing}.ts'],
    tests: ['{zone-transfer,transfer-names,collected-names,name-run,name-table,message-framing}.test.ts'],
  },
  tsig: { package: 'discovery-dns', files: ['tsig/*.ts'], tests: ['tsig/!(*.interop).test.ts'] },
  'bs-list': {
    package: 'discovery-bootstrap',
    files: ['{bootstrap-list,decode-list,list-scanner,list-reader,read-endpoint,plain-endpoint,checked-endpoint}.ts'],
    tests: ['{bootstrap-list,decode-list,checked-endpoint,host-names.integration}.test.ts'],
  },
  'cluster-names': { package: 'discovery-core', files: ['cluster-name.ts'], tests: ['cluster-name.test.ts'] },
  composition: {
    package: 'discovery-core',
    files: ['{first-of,merge-of,race,outcome,report-fold,united-clusters,disagreement}.ts'],
    tests: ['{first-of,merge-of,disagreement,composition,outcome,report-fold,united-clusters}.test.ts'],
  },
  cached: {
    package: 'discovery-core',
    files: ['cached/*.ts', 'keep/*.ts'],
    tests: ['cached/!(*.integration).test.ts', 'keep/*.test.ts'],
  },
  'cached-file': {
    package: 'discovery-core',
    files: ['cached/file/*.ts'],
    tests: ['cached/last-good-*.test.ts'],
  },
}

/** A part of the packages whose mutants are tried. */
export interface Target {
  /** Files that are mutated: patterns below `packages`. */
  readonly files: readonly string[]
  /** Tests that have to fail: patterns below `packages`. */
  readonly tests: readonly string[]
}

const unitTests = '**/!(*.integration|*.interop).test.ts'

/** The parts by name, in the order in which they are tried. */
export const targets: Readonly<Record<string, Target>> = {
  'dns-message': {
    files: ['dns-message/src/{*.ts,{name,message,read}/**/*.ts}'],
    tests: [`dns-message/test/${unitTests}`],
  },
  axfr: {
    files: [
      'discovery-dns/src/transfer/{zone-transfer,transfer-verdict}.ts',
      'discovery-dns/src/transfer/names/*.ts',
      'discovery-dns/src/transport/message-framing.ts',
    ],
    tests: [
      'discovery-dns/test/{zone-transfer,zone-cuts,transfer-verdict,transfer-names,collected-names,name-run,name-table,message-framing}.test.ts',
    ],
  },
  tsig: {
    files: [
      'dns-message/src/tsig/*.ts',
      'discovery-dns/src/transfer/signing.ts',
      'discovery-dns/src/config/{key-file,transfer-key,tsig-key}.ts',
    ],
    // A test notices mutants of its own package alone: other packages are imported as they are.
    tests: ['dns-message/test/tsig/*.test.ts', 'discovery-dns/test/tsig/!(*.interop).test.ts'],
  },
  'bs-list': {
    files: ['discovery-bootstrap/src/list/{bootstrap-list,list-scanner,list-reader,read-entry}.ts'],
    tests: ['discovery-bootstrap/test/{bootstrap-list,decode-list,read-entry,host-names.integration}.test.ts'],
  },
  'cluster-names': {
    files: ['discovery-core/src/model/cluster-name.ts'],
    tests: ['discovery-core/test/cluster-name.test.ts'],
  },
  composition: {
    files: [
      'discovery-core/src/compose/{first-of,merge-of}.ts',
      'discovery-core/src/model/outcome.ts',
      'discovery-core/src/report/report-builder.ts',
    ],
    tests: [
      'discovery-core/test/{first-of,merge-of,disagreement,composition,outcome,report-fold,united-clusters}.test.ts',
    ],
  },
  cached: {
    files: [
      'discovery-core/src/cache/{cache,cached,cache-entry,cache-options,replay}.ts',
      'discovery-core/src/retain/*.ts',
    ],
    tests: ['discovery-core/test/cached/!(*.integration).test.ts', 'discovery-core/test/keep/*.test.ts'],
  },
  'cached-file': {
    files: ['discovery-core/src/cache/last-good-*.ts'],
    tests: ['discovery-core/test/cached/last-good-*.test.ts'],
  },
}

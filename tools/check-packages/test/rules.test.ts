import { describe, expect, it } from 'vitest'
import { checkWorkspace } from '../src/check-workspace.js'
import { RULES } from '../src/rules.js'
import { type Changes, GOOD_FILES, manifestWith, workspaceWith } from './workspace-on-disk.js'

interface Row {
  readonly name: string
  readonly rule: string
  readonly changes: Changes
  /** The file of the finding; a row without it expects none. */
  readonly file?: string
  readonly severity?: 'warning'
}

const DNS = 'packages/discovery-dns'
const CORE = 'packages/discovery-core'
const WORKFLOW = '.github/workflows/ci.yml'
const dnsManifest = (fields: Readonly<Record<string, unknown>>): Changes => ({
  [`${DNS}/package.json`]: manifestWith('discovery-dns', fields),
})
const good = (path: string): string => GOOD_FILES[path] ?? ''
const toolManifest = (fields: Readonly<Record<string, unknown>>): Changes => ({
  'tools/testbed/package.json': JSON.stringify({ ...JSON.parse(good('tools/testbed/package.json')), ...fields }),
})
const lines = (count: number): string => '// line\n'.repeat(count)

const ROWS: readonly Row[] = [
  {
    name: 'no package at all',
    rule: 'package-count',
    changes: Object.fromEntries(
      Object.keys(GOOD_FILES)
        .filter((path) => path.startsWith('packages/'))
        .map((path) => [path, null]),
    ),
    file: 'packages',
  },
  { name: 'another name', rule: 'manifest-fields', changes: dnsManifest({ name: 'dns' }), file: `${DNS}/package.json` },
  { name: 'private', rule: 'manifest-fields', changes: dnsManifest({ private: true }), file: `${DNS}/package.json` },
  {
    name: 'CommonJS',
    rule: 'manifest-fields',
    changes: dnsManifest({ type: 'commonjs' }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'side effects',
    rule: 'manifest-fields',
    changes: dnsManifest({ sideEffects: undefined }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'another Node',
    rule: 'manifest-fields',
    changes: dnsManifest({ engines: { node: '>=18' } }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'no provenance',
    rule: 'manifest-fields',
    changes: dnsManifest({ publishConfig: { access: 'public' } }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'no description',
    rule: 'manifest-fields',
    changes: dnsManifest({ description: undefined }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'a script of its own',
    rule: 'manifest-fields',
    changes: dnsManifest({
      scripts: { ...JSON.parse(good(`${DNS}/package.json`)).scripts, check: 'publint' },
    }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'a public tool',
    rule: 'tool-manifest',
    changes: toolManifest({ private: false }),
    file: 'tools/testbed/package.json',
  },
  {
    name: 'a tool without version',
    rule: 'tool-manifest',
    changes: toolManifest({ version: undefined }),
    file: 'tools/testbed/package.json',
  },
  {
    name: 'an unknown key',
    rule: 'manifest-key-order',
    changes: dnsManifest({ main: './dist/index.js' }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'keys in another order',
    rule: 'manifest-key-order',
    changes: {
      [`${DNS}/package.json`]: JSON.stringify(
        Object.fromEntries(Object.entries(JSON.parse(good(`${DNS}/package.json`))).toReversed()),
      ),
    },
    file: `${DNS}/package.json`,
  },
  {
    name: 'types before the source',
    rule: 'manifest-exports',
    changes: dnsManifest({
      exports: {
        '.': { types: './dist/index.d.ts', '@pstorage/source': './src/index.ts', default: './dist/index.js' },
        './package.json': './package.json',
      },
    }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'a hidden manifest',
    rule: 'manifest-exports',
    changes: dnsManifest({
      exports: {
        '.': { '@pstorage/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
      },
    }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'no sources in the package',
    rule: 'manifest-files',
    changes: dnsManifest({ files: ['dist', '!dist/**/*.tsbuildinfo'] }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'a pinned neighbour',
    rule: 'dependency-versions',
    changes: dnsManifest({ dependencies: { '@pstorage/discovery-core': '^0.1.0' } }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'a version in a package',
    rule: 'dependency-versions',
    changes: dnsManifest({ devDependencies: { 'fast-check': '^4.0.0' } }),
    file: `${DNS}/package.json`,
  },
  {
    name: 'a version in the root',
    rule: 'dependency-versions',
    changes: { 'package.json': '{"devDependencies":{"vitest":"^4.0.0"}}' },
    file: 'package.json',
  },
  {
    name: 'settings of its own',
    rule: 'tsconfig-references',
    changes: { [`${CORE}/tsconfig.json`]: '{"references":[]}' },
    file: `${CORE}/tsconfig.json`,
  },
  {
    name: 'a missing reference',
    rule: 'tsconfig-references',
    changes: { [`${DNS}/tsconfig.json`]: '{"extends":"../../tsconfig.base.json"}' },
    file: `${DNS}/tsconfig.json`,
  },
  {
    name: 'no reference in the root',
    rule: 'root-references',
    changes: { 'tsconfig.json': '{"references":[{"path":"packages/discovery-core"}]}' },
    file: `${DNS}/tsconfig.json`,
  },
  {
    name: 'no settings',
    rule: 'tsconfig-references',
    changes: { [`${DNS}/tsconfig.json`]: null },
    file: `${DNS}/tsconfig.json`,
  },
  {
    name: 'code in the index',
    rule: 'index-re-exports',
    changes: { [`${DNS}/src/index.ts`]: 'export const thing = 1\n' },
    file: `${DNS}/src/index.ts`,
  },
  {
    name: 'a star in the index',
    rule: 'index-re-exports',
    changes: { [`${DNS}/src/index.ts`]: "export * from './thing.js'\n" },
    file: `${DNS}/src/index.ts`,
  },
  {
    name: 'no index',
    rule: 'index-re-exports',
    changes: { [`${DNS}/src/index.ts`]: null },
    file: `${DNS}/src/index.ts`,
  },
  {
    name: 'camel case',
    rule: 'file-names',
    changes: { [`${DNS}/src/theThing.ts`]: '' },
    file: `${DNS}/src/theThing.ts`,
  },
  {
    name: 'a vague name',
    rule: 'file-names',
    changes: { [`${DNS}/src/deep/utils.ts`]: '' },
    file: `${DNS}/src/deep/utils.ts`,
  },
  {
    name: 'a vague test',
    rule: 'file-names',
    changes: { [`${DNS}/test/helpers.ts`]: '' },
    file: `${DNS}/test/helpers.ts`,
  },
  {
    name: 'each kind of test',
    rule: 'file-names',
    changes: {
      [`${DNS}/test/a-b.interop.test.ts`]: '',
      [`${DNS}/test/c.integration.test.ts`]: '',
      [`${DNS}/test/d.property.test.ts`]: '',
    },
  },
  { name: '250 lines', rule: 'file-length', changes: { [`${DNS}/src/long.ts`]: lines(250) } },
  {
    name: '251 lines',
    rule: 'file-length',
    changes: { [`${DNS}/src/long.ts`]: lines(251) },
    file: `${DNS}/src/long.ts`,
    severity: 'warning',
  },
  {
    name: '301 lines',
    rule: 'file-length',
    changes: { [`${DNS}/src/long.ts`]: lines(301) },
    file: `${DNS}/src/long.ts`,
  },
  { name: '301 lines of tests', rule: 'file-length', changes: { [`${DNS}/test/long.test.ts`]: lines(301) } },
  { name: 'no test', rule: 'test-places', changes: { [`${DNS}/test/thing.test.ts`]: null }, file: `${DNS}/test` },
  {
    name: 'a test among the sources',
    rule: 'test-places',
    changes: { [`${DNS}/src/thing.test.ts`]: '' },
    file: `${DNS}/src/thing.test.ts`,
  },
  {
    name: 'a test that nobody runs',
    rule: 'test-places',
    changes: { [`${DNS}/test/thing.spec.ts`]: '' },
    file: `${DNS}/test/thing.spec.ts`,
  },
  { name: 'no README', rule: 'readme-headings', changes: { [`${DNS}/README.md`]: null }, file: `${DNS}/README.md` },
  {
    name: 'another title',
    rule: 'readme-headings',
    changes: { [`${DNS}/README.md`]: good(`${CORE}/README.md`) },
    file: `${DNS}/README.md`,
  },
  {
    name: 'no limits',
    rule: 'readme-headings',
    changes: { [`${DNS}/README.md`]: good(`${DNS}/README.md`).replace('## Limits', '') },
    file: `${DNS}/README.md`,
  },
  {
    name: 'use before install',
    rule: 'readme-headings',
    changes: {
      [`${DNS}/README.md`]: good(`${DNS}/README.md`).replace('## Use', '').replace('## Install', '## Use\n## Install'),
    },
    file: `${DNS}/README.md`,
  },
  {
    name: 'a heading in code',
    rule: 'readme-headings',
    changes: { [`${DNS}/README.md`]: good(`${DNS}/README.md`).replace('## API', '```md\n## API\n```') },
    file: `${DNS}/README.md`,
  },
  {
    name: 'a version with a known weakness',
    rule: 'lock-file',
    changes: { 'pnpm-lock.yaml': good('pnpm-lock.yaml').replace('5.6.1', '5.2.1') },
    file: 'pnpm-lock.yaml',
  },
  {
    name: 'a hash that is weak',
    rule: 'lock-file',
    changes: { 'pnpm-lock.yaml': good('pnpm-lock.yaml').replace('sha512-', 'sha1-') },
    file: 'pnpm-lock.yaml',
  },
  {
    name: 'a package from elsewhere',
    rule: 'lock-file',
    changes: { 'pnpm-lock.yaml': good('pnpm-lock.yaml').replace('"integrity"', '"tarball"') },
    file: 'pnpm-lock.yaml',
  },
  { name: 'nothing is locked', rule: 'lock-file', changes: { 'pnpm-lock.yaml': '' }, file: 'pnpm-lock.yaml' },
  {
    name: 'build scripts are not refused',
    rule: 'install-policy',
    changes: { 'pnpm-workspace.yaml': 'minimumReleaseAge: 4320' },
    file: 'pnpm-workspace.yaml',
  },
  {
    name: 'one build script is allowed',
    rule: 'install-policy',
    changes: { 'pnpm-workspace.yaml': `${good('pnpm-workspace.yaml')}allowBuilds: { some: true }` },
    file: 'pnpm-workspace.yaml',
  },
  {
    name: 'versions of today',
    rule: 'install-policy',
    changes: { 'pnpm-workspace.yaml': good('pnpm-workspace.yaml').replace('4320', '60') },
    file: 'pnpm-workspace.yaml',
  },
  {
    name: 'an action by its tag',
    rule: 'workflows',
    changes: { [WORKFLOW]: good(WORKFLOW).replace(/@[0-9a-f]{40}/, '@v4') },
    file: WORKFLOW,
  },
  {
    name: 'credentials in the checkout',
    rule: 'workflows',
    changes: { [WORKFLOW]: good(WORKFLOW).replace('false', 'true') },
    file: WORKFLOW,
  },
  {
    name: 'a program of any version',
    rule: 'workflows',
    changes: { [WORKFLOW]: good(WORKFLOW).replace('pnpm@12.21.0', 'pnpm@12') },
    file: WORKFLOW,
  },
  {
    name: 'every job may write',
    rule: 'workflows',
    changes: { [WORKFLOW]: good(WORKFLOW).replace('contents: read', 'contents: write') },
    file: WORKFLOW,
  },
  {
    name: 'permissions by default',
    rule: 'workflows',
    changes: { [WORKFLOW]: good(WORKFLOW).replace(/permissions:.*/, '') },
    file: WORKFLOW,
  },
  { name: 'another licence', rule: 'license-text', changes: { [`${DNS}/LICENSE`]: 'GPL\n' }, file: `${DNS}/LICENSE` },
]

const foundBy = (rule: string, changes: Changes): readonly string[] =>
  checkWorkspace(workspaceWith(changes))
    .filter((finding) => finding.rule === rule)
    .map(({ file, severity }) => `${severity} ${file}`)

describe('rules of the house', () => {
  it('find nothing in a good repository', () => {
    expect(checkWorkspace(workspaceWith({}))).toEqual([])
  })

  it.each(ROWS)('$rule: $name', ({ rule, changes, file, severity = 'error' }) => {
    expect(foundBy(rule, changes)).toEqual(file === undefined ? [] : [`${severity} ${file}`])
  })

  it.each(RULES)('$id is broken by a row above', ({ id }) => {
    expect(ROWS.some(({ rule, file }) => rule === id && file !== undefined)).toBe(true)
  })
})

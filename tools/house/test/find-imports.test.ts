import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { findImports } from '../src/find-imports.js'
import { importRules } from '../src/import-rules.js'
import type { PackageLayer } from '../src/layers.js'

const LAYERS: Readonly<Record<string, PackageLayer>> = {
  'discovery-dns': {
    packages: ['discovery-core'],
    libraries: ['wanted'],
    rooms: [['top', 'beside'], ['middle'], ['middle/inner', 'word.ts'], ['low']],
  },
  'discovery-core': { packages: [], libraries: [] },
}

const manifest = (name: string, fields: object = {}): string =>
  JSON.stringify({ name: `@pstorage/${name}`, exports: { '.': { '@pstorage/source': './src/index.ts' } }, ...fields })

/** Writes a repository of these packages and files. */
const repository = (files: Readonly<Record<string, string>>): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'find-imports-')))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const library = (name: string): Readonly<Record<string, string>> => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, exports: './index.js' }),
    [`node_modules/${name}/index.js`]: '',
  })
  const all = {
    'package.json': '{}',
    'tools/testbed/src/index.ts': '',
    'packages/discovery-core/package.json': manifest('discovery-core'),
    'packages/discovery-core/src/index.ts': '',
    'packages/discovery-dns/package.json': manifest('discovery-dns', {
      dependencies: { '@pstorage/discovery-core': '*', wanted: '*' },
      devDependencies: { tested: '*' },
    }),
    ...library('wanted'),
    ...library('tested'),
    ...library('dns2'),
    ...files,
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const DNS = 'packages/discovery-dns/src'
const empty = 'export {}\n'

it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['a file alone', { [`${DNS}/index.ts`]: empty }, []],
  [
    'a circle',
    {
      [`${DNS}/a.ts`]: "import { b } from './b.js'\nexport const a = () => b\n",
      [`${DNS}/b.ts`]: "import { a } from './a.js'\nexport const b = () => a\n",
    },
    ['circle: a.ts -> b.ts -> a.ts'],
  ],
  [
    'a circle of types alone',
    {
      [`${DNS}/a.ts`]: "import type { B } from './b.js'\nexport interface A { b: B }\n",
      [`${DNS}/b.ts`]: "import type { A } from './a.js'\nexport interface B { a: A }\n",
    },
    ['circle: a.ts -> b.ts -> a.ts'],
  ],
  [
    'a circle that is closed by an import type',
    {
      [`${DNS}/a.ts`]: "import { b } from './b.js'\nexport const a = b\n",
      [`${DNS}/b.ts`]: "export const b = (a: typeof import('./a.js')) => a\n",
    },
    ['circle: a.ts -> b.ts -> a.ts'],
  ],
  ['a file that is absent', { [`${DNS}/a.ts`]: "import './b.js'\n" }, ['missing: a.ts -> ./b.js']],
  [
    'imports downwards',
    {
      [`${DNS}/index.ts`]: "export { top } from './top/a.js'\n",
      [`${DNS}/top/a.ts`]: "import { low } from '../low/a.js'\nimport './b.js'\nexport const top = low\n",
      [`${DNS}/top/b.ts`]: "import '../middle/inner/a.js'\nimport '../word.js'\n",
      [`${DNS}/middle/a.ts`]: "import './inner/a.js'\n",
      [`${DNS}/middle/inner/a.ts`]: empty,
      [`${DNS}/low/a.ts`]: 'export const low = 1\n',
      [`${DNS}/word.ts`]: "import type {} from './low/a.js'\n",
    },
    [],
  ],
  [
    'a type from above',
    { [`${DNS}/low/a.ts`]: "import type { A } from '../top/a.js'\n", [`${DNS}/top/a.ts`]: 'export type A = 1\n' },
    ['room discovery-dns/low: low/a.ts -> top/a.ts'],
  ],
  [
    'a room on the same floor',
    { [`${DNS}/top/a.ts`]: "import '../beside/a.js'\n", [`${DNS}/beside/a.ts`]: empty },
    ['room discovery-dns/top: top/a.ts -> beside/a.ts'],
  ],
  [
    'a file above all rooms',
    { [`${DNS}/top/a.ts`]: "import '../index.js'\n", [`${DNS}/index.ts`]: empty },
    ['room discovery-dns/top: top/a.ts -> index.ts'],
  ],
  [
    'a room around it',
    { [`${DNS}/middle/inner/a.ts`]: "import '../a.js'\n", [`${DNS}/middle/a.ts`]: empty },
    ['room discovery-dns/middle/inner: middle/inner/a.ts -> middle/a.ts'],
  ],
  [
    'a room above a file of the sources',
    { [`${DNS}/word.ts`]: "import './middle/a.js'\n", [`${DNS}/middle/a.ts`]: empty },
    ['room discovery-dns/word.ts: word.ts -> middle/a.ts'],
  ],
  [
    'a tool',
    { [`${DNS}/a.ts`]: "import '../../../tools/testbed/src/index.js'\n" },
    ['layer discovery-dns packages: a.ts -> tools/testbed/src/index.ts'],
  ],
  [
    'a package above',
    { 'packages/discovery-core/src/a.ts': `import '../../../${DNS}/a.js'\n`, [`${DNS}/a.ts`]: empty },
    [
      'layer discovery-core packages: packages/discovery-core/src/a.ts -> a.ts',
      'layer discovery-core has no DNS: packages/discovery-core/src/a.ts -> a.ts',
    ],
  ],
  [
    'DNS of Node.js in core',
    { 'packages/discovery-core/src/a.ts': "import 'node:dns/promises'\n" },
    ['layer discovery-core has no DNS: packages/discovery-core/src/a.ts -> dns/promises'],
  ],
  ['a library of the package', { [`${DNS}/a.ts`]: "import 'wanted'\n" }, []],
  [
    'a library of its tests',
    { [`${DNS}/a.ts`]: "import 'tested'\n" },
    [
      'layer discovery-dns libraries: a.ts -> node_modules/tested/index.js',
      'manifest discovery-dns: a.ts -> node_modules/tested/index.js',
    ],
  ],
  [
    'a library that is not declared',
    { 'packages/discovery-dns/package.json': manifest('discovery-dns'), [`${DNS}/a.ts`]: "import 'wanted'\n" },
    ['manifest discovery-dns: a.ts -> node_modules/wanted/index.js'],
  ],
  [
    'a fenced library in a tool',
    { 'tools/testbed/src/a.ts': "import 'dns2'\n" },
    ['fence dns2: tools/testbed/src/a.ts -> node_modules/dns2/index.js'],
  ],
  [
    'another backend in a test',
    {
      'packages/discovery-dns/test/a.test.ts': "import '../../discovery-zeroconf/src/index.js'\n",
      'packages/discovery-zeroconf/src/index.ts': empty,
    },
    ['layer discovery-dns tests: packages/discovery-dns/test/a.test.ts -> packages/discovery-zeroconf/src/index.ts'],
  ],
])('finds %s', async (_name, files, expected) => {
  const { violations } = await findImports(repository(files), importRules(LAYERS))
  const short = (path: string): string => path.replaceAll(`${DNS}/`, '')
  expect(violations.map(({ rule, from, to }) => `${rule}: ${short(from)} -> ${short(to)}`).toSorted()).toEqual(
    expected.toSorted(),
  )
})

it('counts imports and the files that are in circles', async () => {
  const root = repository({
    [`${DNS}/a.ts`]: "import type {} from './b.js'\n",
    [`${DNS}/b.ts`]: "import type {} from './a.js'\n",
    [`${DNS}/c.ts`]: "import './a.js'\n",
  })
  const { count, inCircles } = await findImports(root, importRules(LAYERS))
  expect({ count, inCircles }).toEqual({ count: 3, inCircles: [`${DNS}/a.ts`, `${DNS}/b.ts`] })
})

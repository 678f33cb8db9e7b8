import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readWorkspace } from '../src/read-workspace.js'
import type { Workspace } from '../src/workspace.js'

/** Changes to the good repository by path: a text replaces a file or adds one, null takes one away. */
export type Changes = Readonly<Record<string, string | null>>

/** The files of a small repository that breaks no rule. */
export const GOOD_FILES: Readonly<Record<string, string>> = {
  LICENSE: 'MIT\n',
  'package.json': json({ name: 'house', private: true, devDependencies: { vitest: 'catalog:' } }),
  'pnpm-workspace.yaml': 'strictDepBuilds: true\nminimumReleaseAge: 4320\n',
  'pnpm-lock.yaml': json({
    packages: { 'dns-packet@5.6.1': { resolution: { integrity: `sha512-${'A'.repeat(86)}==` } } },
  }),
  'tsconfig.json': json({ references: [{ path: 'packages/discovery-core' }, { path: 'packages/discovery-dns' }] }),
  ...packageFiles('discovery-core', {}),
  ...packageFiles('discovery-dns', { '@pstorage/discovery-core': 'workspace:^' }),
  '.github/workflows/ci.yml': `
permissions: { contents: read }
jobs:
  all:
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { persist-credentials: false }
      - run: npm install --global pnpm@12.21.0
`,
  'tools/testbed/package.json': json({
    name: '@pstorage/testbed',
    version: '0.0.0',
    private: true,
    license: 'MIT',
    type: 'module',
    engines: { node: '>=20.19' },
  }),
}

/** Writes the good repository with changes into a folder of its own, reads it, and removes it again. */
export const workspaceWith = (changes: Changes): Workspace => {
  const root = mkdtempSync(join(tmpdir(), 'check-packages-'))
  try {
    for (const [path, text] of Object.entries({ ...GOOD_FILES, ...changes })) {
      if (text === null) continue
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return readWorkspace(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** The manifest of a package of the good repository with some fields changed; undefined takes one away. */
export const manifestWith = (directory: string, fields: Readonly<Record<string, unknown>>): string =>
  json({ ...JSON.parse(GOOD_FILES[`packages/${directory}/package.json`] ?? '{}'), ...fields })

function packageFiles(directory: string, dependencies: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(dependencies)
  return {
    [`packages/${directory}/package.json`]: json({
      name: `@pstorage/${directory}`,
      version: '0.0.0',
      description: 'A package',
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      exports: {
        '.': { '@pstorage/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
        './package.json': './package.json',
      },
      files: ['dist', 'src', '!dist/**/*.tsbuildinfo'],
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public', provenance: true },
      scripts: {
        build: 'tsc -b',
        test: `vitest run --root ../.. --project unit --project integration packages/${directory}/`,
        check: 'publint --strict && attw --pack . --profile esm-only',
      },
      dependencies,
    }),
    [`packages/${directory}/tsconfig.json`]: json({
      extends: '../../tsconfig.base.json',
      references: names.map((name) => ({ path: name.replace('@pstorage/', '../') })),
    }),
    [`packages/${directory}/LICENSE`]: 'MIT\n',
    [`packages/${directory}/README.md`]: [
      `# @pstorage/${directory}`,
      '## When should I use this?',
      '## Install',
      '```sh\n# not a heading\n```',
      '## Use',
      '## API',
      '## Limits',
      '## Compatibility',
      '## Security',
      '## License',
      '',
    ].join('\n'),
    [`packages/${directory}/src/index.ts`]: "// What is public.\nexport { thing } from './thing.js'\n",
    [`packages/${directory}/src/thing.ts`]: `${names.map((name) => `import '${name}'\n`).join('')}export const thing = 1\n`,
    [`packages/${directory}/test/thing.test.ts`]: "import '@pstorage/testbed'\n",
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

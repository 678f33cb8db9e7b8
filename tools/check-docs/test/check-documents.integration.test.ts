import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkDocuments } from '../src/check-documents.js'
import { documentsOf, ROOT_DOCUMENTS } from '../src/documents.js'

/** A repository with these documents, and with the settings of the real one. */
const repositoryWith = (files: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync(join(tmpdir(), 'check-docs-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const base = fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url))
  for (const [path, text] of Object.entries({ 'tsconfig.base.json': JSON.stringify({ extends: base }), ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const ts = (...lines: readonly string[]): string => ['', '```ts', ...lines, '```', ''].join('\n')

describe('checkDocuments', () => {
  it('compiles blocks alone and against the sources of the packages', () => {
    const text =
      ts(
        "import { memoryResolver } from '@pstorage/discovery-core'",
        'await using a = memoryResolver({ clusters: {} })',
      ) + ts('const a: number = 1')
    const root = repositoryWith({ 'README.md': text })
    expect(checkDocuments(root, ['README.md'])).toEqual({ findings: [], compiled: 2, parsed: 0, ignored: 0 })
  })

  it.each([
    ['a wrong type', ts('// a comment', 'const a: string = 1'), 4, 'TS2322'],
    ['a name of another block', ts('const a = 1') + ts('console.log(a)'), 7, 'TS2304'],
    ['a name that is not exported', ts("import { none } from '@pstorage/discovery-core'"), 3, 'TS2305'],
    ['a package that is absent', ts("import '@pstorage/none'", "import 'none'"), 3, 'TS2882'],
    ['a value that may be missing', ts('const a: string = [""][0]'), 3, 'TS2322'],
    ['no TypeScript', ts('const'), 3, 'TS1123'],
    ['no JSON', '\n```json\n{ "a": 1, }\n```\n', 3, 'no JSON'],
    ['a mark without reason', '```ts ignore\n```\n', 2, 'reason'],
  ])('finds %s at its line', (_name, text, line, problem) => {
    const { findings } = checkDocuments(repositoryWith({ 'docs/a.md': text }), ['docs/a.md'])
    expect(findings[0]).toMatchObject({ file: 'docs/a.md', line, problem: expect.stringContaining(problem) })
  })

  it('finds a document that is missing', () => {
    expect(checkDocuments(repositoryWith({}), ['README.md']).findings).toMatchObject([{ file: 'README.md', line: 1 }])
  })
})

describe('documentsOf', () => {
  it('lists the documents of the root, of docs and of each folder', () => {
    const root = repositoryWith({
      'docs/deep/b.md': '',
      'docs/a.md': '',
      'docs/a.txt': '',
      'packages/one/README.md': '',
      'packages/one/CHANGELOG.md': '',
      'packages/two/package.json': '',
      'tools/three/README.md': '',
    })
    expect(documentsOf(root)).toEqual([
      ...ROOT_DOCUMENTS,
      'docs/a.md',
      'docs/deep/b.md',
      'packages/one/README.md',
      'tools/three/README.md',
    ])
  })
})

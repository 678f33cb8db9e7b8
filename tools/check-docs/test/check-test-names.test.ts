import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { checkTestNames } from '../src/check-test-names.js'

/** A repository with a document, and with tests. */
const repositoryWith = (text: string): string => {
  const root = mkdtempSync(join(tmpdir(), 'check-test-names-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const tests = ['test/tls/a.test.ts', 'test/cookies.integration.test.ts', 'test/fuzz/tsig-target.ts']
  for (const path of ['tools/worlds/a.ts', ...tests.map((each) => `packages/discovery-dns/${each}`)]) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
  writeFileSync(join(root, 'SECURITY.md'), text)
  return root
}

it.each([
  { id: 'a file', text: '| a | `discovery-dns/test/cookies.integration` |' },
  { id: 'a folder', text: '| a | `discovery-dns/test/tls`, `discovery-dns/test` |' },
  { id: 'a beginning', text: '| a | `discovery-dns/test/cook*` |' },
  { id: 'a tool', text: '`tools/worlds` (every small world)' },
  { id: 'a fuzz target', text: 'fuzz target `tsig`' },
  { id: 'other code', text: '`discovery`, `a/b`, `cached({ file })`' },
])('$id is there', ({ text }) => {
  expect(checkTestNames(repositoryWith(text), 'SECURITY.md')).toEqual([])
})

it.each([
  { id: 'a file', text: '\n| a | `discovery-dns/test/cookies` |', problem: 'discovery-dns/test/cookies' },
  { id: 'a package', text: '\n`discovery-none`', problem: 'discovery-none' },
  { id: 'a beginning', text: '\n`discovery-dns/test/none*`', problem: 'none*' },
  { id: 'a tool', text: '\n`tools/none`', problem: 'tools/none' },
  { id: 'a fuzz target', text: '\nfuzz\ntargets `tsig`, `none`', problem: 'fuzz target none' },
])('$id that is not there is found at its line', ({ text, problem }) => {
  const found = checkTestNames(repositoryWith(text), 'SECURITY.md')
  expect(found).toMatchObject([{ file: 'SECURITY.md', line: 2, problem: expect.stringContaining(problem) }])
})

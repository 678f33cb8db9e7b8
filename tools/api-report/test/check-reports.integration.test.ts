import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkReports } from '../src/check-reports.js'

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))

/** A repository with one package, whose declarations are given by file; `index` and `contract` are its entry points. */
const repository = (declarations: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync(join(tmpdir(), 'reports-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
  write(root, 'tsconfig.base.json', readFileSync(join(REPOSITORY, 'tsconfig.base.json'), 'utf8'))
  const entries = { '.': { types: './dist/index.d.ts' }, './contract': { types: './dist/contract.d.ts' } }
  const exported = Object.entries(entries).filter(([, { types }]) => types.replace('./dist/', '') in declarations)
  const manifest = { name: '@pstorage/one', version: '0.0.0', exports: Object.fromEntries(exported) }
  write(root, 'packages/one/package.json', JSON.stringify(manifest))
  declare(root, declarations)
  return root
}

const declare = (root: string, declarations: Readonly<Record<string, string>>): void => {
  for (const [file, text] of Object.entries(declarations)) write(root, `packages/one/dist/${file}`, text)
}

const write = (root: string, path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

describe('checkReports', () => {
  it('writes a report for each entry point, and minds nothing then', () => {
    const root = repository({ 'index.d.ts': 'export declare const answer: number', 'contract.d.ts': 'export {}' })
    expect(checkReports(root, 'update')).toEqual([])
    expect(readFileSync(join(root, 'packages/one/api/index.md'), 'utf8')).toContain('export const answer: number;')
    expect(existsSync(join(root, 'packages/one/api/contract.md'))).toBe(true)
    expect(checkReports(root, 'check')).toEqual([])
  })

  it('minds a change of what is exported, and does not write it', () => {
    const root = repository({ 'index.d.ts': 'export declare const answer: number' })
    checkReports(root, 'update')
    declare(root, { 'index.d.ts': 'export declare const answer: string' })
    const changed = 'packages/one/api/index.md: what the package exports has changed'
    expect(checkReports(root, 'check')).toEqual([expect.stringContaining(changed)])
    expect(readFileSync(join(root, 'packages/one/api/index.md'), 'utf8')).toContain('answer: number')
  })

  it('minds a report of what is no entry point, and removes it', () => {
    const root = repository({ 'index.d.ts': 'export {}' })
    checkReports(root, 'update')
    write(root, 'packages/one/api/former.md', '')
    expect(checkReports(root, 'check')).toEqual([
      expect.stringContaining('packages/one/api/former.md: there is no such'),
    ])
    expect(checkReports(root, 'update')).toEqual([])
    expect(checkReports(root, 'check')).toEqual([])
  })

  it('minds a type that an export needs and nobody can name', () => {
    const root = repository({ 'index.d.ts': 'interface Hidden {}\nexport declare const answer: Hidden\nexport {}' })
    expect(checkReports(root, 'update')).toEqual([expect.stringContaining('index.d.ts:2: The symbol "Hidden" needs')])
  })

  it('does not mind one that another entry point exports', () => {
    const root = repository({
      'shown.d.ts': 'export interface Shown {}',
      'index.d.ts': "export { Shown } from './shown.js'",
      'contract.d.ts': "import type { Shown } from './shown.js'\nexport declare const answer: Shown",
    })
    expect(checkReports(root, 'update')).toEqual([])
  })
})

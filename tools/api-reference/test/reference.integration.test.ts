import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { publishedPackages } from '../src/published-packages.js'
import { makeReference } from '../src/reference.js'

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))

/** A repository with one package whose entry point has this text. */
const repository = (text: string): string => {
  const root = mkdtempSync(join(tmpdir(), 'reference-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
  const exports = { '.': { '@pstorage/source': './src/index.ts' }, './package.json': './package.json' }
  write(root, 'README.md', '# One')
  write(root, 'packages/one/package.json', JSON.stringify({ name: '@pstorage/one', exports }))
  write(root, 'packages/one/src/index.ts', text)
  const compilerOptions = { module: 'nodenext', strict: true }
  const include = [join(root, 'packages/*/src')]
  write(root, 'tools/api-reference/tsconfig.packages.json', JSON.stringify({ compilerOptions, include }))
  return root
}

const write = (root: string, path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

describe('makeReference', () => {
  it.each([
    { id: 'all is described', text: '/** A number. */\nexport const one = 1', isFaulty: false },
    { id: 'a value is not described', text: 'export const one = 1', isFaulty: true },
    { id: 'an interface is not described', text: 'export interface One { readonly two: 2 }', isFaulty: true },
    { id: 'a link leads nowhere', text: '/** A {@link number}. */\nexport const one = 1', isFaulty: true },
    { id: 'a type is not exported', text: 'interface Two {}\n/** Two. */\nexport type One = Two[]', isFaulty: true },
  ])('finds whether something is wrong: $id', async ({ text, isFaulty }) => {
    const root = repository(text)
    expect(await makeReference(root, publishedPackages(root), undefined)).toEqual({ exports: 1, isFaulty })
  })

  it('writes pages that name a package as it is imported', async () => {
    const root = repository('/** A number. */\nexport const one = 1')
    const pages = join(root, 'pages')
    await makeReference(root, publishedPackages(root), pages)
    expect(existsSync(join(pages, 'index.html'))).toBe(true)
    expect(readdirSync(join(pages, 'variables'))).toHaveLength(1)
  })
})

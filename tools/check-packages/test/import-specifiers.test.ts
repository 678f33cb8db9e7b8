import { describe, expect, it } from 'vitest'
import { importSpecifiers, packageOf } from '../src/import-specifiers.js'

describe('importSpecifiers', () => {
  it.each([
    ['a side effect', "import 'a'", ['a']],
    ['names', "import { b, type C } from 'a'", ['a']],
    ['a name and names', "import d, { e } from 'a'", ['a']],
    ['a namespace', "import * as $all from 'a'", ['a']],
    ['types', "import type { b } from 'a'", ['a']],
    ['several lines', "import {\n  b,\n  c,\n} from 'a'", ['a']],
    ['a re-export', "export { b } from 'a'", ['a']],
    ['a re-export of all', "export * from 'a'", ['a']],
    ['an expression', "const b = await import('a')", ['a']],
    ['an import type', "let b: import('a').B", ['a']],
    ['twice', "import 'a'\nimport { b } from 'a'", ['a']],
    ['in order', "const c = import('c')\nimport 'a'\nexport { b } from 'b'", ['c', 'a', 'b']],
    ['an export of our own', "export const a = 'b'\nexport { a }\n", []],
    ['an export and words in a comment', "export const a = 1\n// taken from 'b'", []],
    ['a doc comment', "/**\n * import { b } from 'a'\n */", []],
  ])('finds %s', (_name, text, expected) => {
    expect(importSpecifiers(text)).toEqual(expected)
  })
})

describe('packageOf', () => {
  it.each([
    ['a', 'a'],
    ['a/b', 'a'],
    ['@a/b', '@a/b'],
    ['@a/b/c.json', '@a/b'],
    ['./a.js', undefined],
    ['node:fs', undefined],
  ])('%s is of %s', (specifier, expected) => {
    expect(packageOf(specifier)).toBe(expected)
  })
})

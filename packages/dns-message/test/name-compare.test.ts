import { describe, expect, it } from 'vitest'
import { equalNames, isSubdomainOf, lowerCase, type Name, nameKey } from '../src/index.js'

const pairs: readonly { a: Name; b: Name; equal: boolean }[] = [
  { a: [], b: [], equal: true },
  { a: ['A', 'z'], b: ['a', 'Z'], equal: true },
  { a: ['a'], b: [], equal: false },
  { a: ['a', 'b'], b: ['a.b'], equal: false },
  { a: ['a', 'b'], b: ['b'], equal: false },
  { a: ['a\\', 'b'], b: ['a\\.b'], equal: false },
  { a: ['ab'], b: ['a'], equal: false },
  { a: ['['], b: ['{'], equal: false },
  { a: ['@'], b: ['`'], equal: false },
  { a: ['\xc4'], b: ['\xe4'], equal: false },
  { a: ['\xc3\x84'], b: ['\xc3\xa4'], equal: false },
  { a: ['k'], b: ['\xe2\x84\xaa'], equal: false },
]

describe('equalNames', () => {
  it.each(pairs)('$a and $b: $equal', ({ a, b, equal }) => {
    expect(equalNames(a, b)).toBe(equal)
    expect(equalNames(b, a)).toBe(equal)
  })
})

describe('nameKey', () => {
  it.each(pairs)('$a and $b share one: $equal', ({ a, b, equal }) => {
    expect(nameKey(a) === nameKey(b)).toBe(equal)
  })
})

describe('nameKey of names that are not of letters alone', () => {
  it.each<[Name, string]>([
    [['A', 'b-1', 'TEST'], 'a.b-1.test'],
    [[], '.'],
  ])('%j', (name, key) => {
    expect(nameKey(name)).toBe(key)
  })
})

describe('lowerCase', () => {
  it.each([
    ['', ''],
    ['a-1', 'a-1'],
    ['@AZ[`az{', '@az[`az{'],
    ['\x01A\x04TEST\0', '\x01a\x04test\0'],
    ['\xc4\u212a', '\xc4\u212a'],
  ])('%j', (name, lower) => {
    expect(lowerCase(name)).toBe(lower)
  })
})

describe('isSubdomainOf', () => {
  const rows: readonly { name: Name; ancestor: Name; below: boolean }[] = [
    { name: ['a', 'test'], ancestor: ['test'], below: true },
    { name: ['a', 'TEST'], ancestor: ['Test'], below: true },
    { name: ['test'], ancestor: ['test'], below: true },
    { name: ['test'], ancestor: [], below: true },
    { name: [], ancestor: [], below: true },
    { name: ['test'], ancestor: ['a', 'test'], below: false },
    { name: ['xtest'], ancestor: ['test'], below: false },
    { name: ['a.test'], ancestor: ['test'], below: false },
    { name: ['test', 'a'], ancestor: ['test'], below: false },
    { name: [], ancestor: ['test'], below: false },
  ]
  it.each(rows)('$name below $ancestor: $below', ({ name, ancestor, below }) => {
    expect(isSubdomainOf(name, ancestor)).toBe(below)
  })
})

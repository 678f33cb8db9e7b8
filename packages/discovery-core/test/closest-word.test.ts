import { closestWord, editDistance } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'ac', 1],
    ['ac', 'abc', 1],
    ['tset', 'test', 1],
    ['ab', 'ba', 1],
    ['abcd', 'badc', 2],
    ['ca', 'abc', 3],
    ['kitten', 'sitting', 3],
  ] as const)('of %j and %j is %d', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance)
  })
})

describe('closestWord', () => {
  it.each([
    ['resovle', ['discover', 'resolve'], 'resolve'],
    ['dsn', ['dns', 'bootstrap'], 'dns'],
    ['x', ['y'], undefined],
    ['nothing', ['discover', 'resolve'], undefined],
    ['x'.repeat(64), ['x'.repeat(63)], undefined],
  ] as const)('%s among %j: %s', (text, words, closest) => {
    expect(closestWord(text, words)).toBe(closest)
  })
})

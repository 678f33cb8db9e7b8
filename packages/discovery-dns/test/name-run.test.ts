import { describe, expect, it } from 'vitest'
import { compareNames, lowerCase } from '../src/transfer/names/name-table.js'

describe('compareNames', () => {
  it.each<readonly [a: string, b: string, order: number]>([
    ['a', 'a', 0],
    ['A', 'a', 0],
    ['Z-1', 'z-1', 0],
    ['a', 'aa', -1],
    ['a', 'a-', -1],
    ['a0', 'a', 1],
    ['B', 'a', 1],
    ['a', 'B', -1],
    ['_', 'a', -1],
    ['0', 'A', -1],
    ['aab', 'ab', -1],
  ])('of %s and %s is %i, whatever stands around them', (a, b, order) => {
    for (const [before, after] of ['\0', '~', 'a'].flatMap((one) => ['\0', '~', 'a'].map((other) => [one, other]))) {
      const [left, right] = [Buffer.from(`${before}${before}${a}${after}`), Buffer.from(`${before}${b}${after}`)]
      const found = compareNames(left, 2, left.length - 1, right, 1, right.length - 1)
      expect(Math.sign(found)).toBe(order)
    }
  })
})

describe('lowerCase', () => {
  it('changes the letters A to Z and no other octet', () => {
    const octets = Array.from({ length: 256 }, (_, octet) => octet)
    const changed = octets.filter((octet) => lowerCase(octet) !== octet)
    expect(String.fromCharCode(...changed)).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
    expect(String.fromCharCode(...changed.map(lowerCase))).toBe('abcdefghijklmnopqrstuvwxyz')
  })
})

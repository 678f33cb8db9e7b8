import { describe, expect, it } from 'vitest'
import { pasteLines } from '../../src/remedy/paste.js'

describe('pasting lines', () => {
  it.each([
    { id: 'added', replaces: [], text: ['c'], expected: ['a', 'b', 'c'] },
    { id: 'in the place of one', replaces: ['a'], text: ['c', 'd'], expected: ['c', 'd', 'b'] },
    { id: 'taken out', replaces: ['b'], text: [], expected: ['a'] },
  ])('puts them where they belong: $id', ({ replaces, text, expected }) => {
    expect(pasteLines(['a', 'b'], { where: 'in the zone', replaces, text })).toEqual(expected)
  })

  it('fails where what is to go is not there', () => {
    expect(() => pasteLines(['a'], { where: 'in the zone', replaces: ['b'], text: [] })).toThrow('not there')
  })
})

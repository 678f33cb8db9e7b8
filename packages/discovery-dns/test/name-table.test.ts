import { seededRandom } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { NameTable } from '../src/name-table.js'

describe('NameTable', () => {
  it('has each name once, with its first spelling and the least TTL, in the order of coming', () => {
    const table = new NameTable()
    table.take('Alpha', 300)
    table.take('beta', 60)
    table.take('ALPHA', 100)
    table.take('alpha', 200)
    expect([...table]).toEqual([
      { name: 'Alpha', ttl: 100 },
      { name: 'beta', ttl: 60 },
    ])
    expect(table.size).toBe(2)
  })

  it('keeps names apart that begin or end alike', () => {
    const table = new NameTable()
    const names = ['a', 'aa', 'ab', 'b', 'ba', '-', '_', '0', 'a'.repeat(63), `${'a'.repeat(62)}b`]
    for (const name of names) table.take(name, 1)
    expect([...table].map(({ name }) => name)).toEqual(names)
  })

  it('holds what a Map holds, whatever is taken', () => {
    const random = seededRandom(7)
    const table = new NameTable()
    const map = new Map<string, { readonly name: string; readonly ttl: number }>()
    const letters = 'aAbB1-_'
    for (let taken = 0; taken < 50_000; taken += 1) {
      const length = 1 + random.below(6)
      const name = Array.from({ length }, () => letters[random.below(letters.length)]).join('')
      const ttl = random.below(2 ** 31)
      table.take(name, ttl)
      const known = map.get(name.toLowerCase())
      map.set(name.toLowerCase(), { name: known?.name ?? name, ttl: Math.min(known?.ttl ?? ttl, ttl) })
    }
    expect([...table]).toEqual([...map.values()])
  })
})

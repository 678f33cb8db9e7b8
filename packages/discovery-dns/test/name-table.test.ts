import { seededRandom } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { NameTable } from '../src/name-table.js'

function take(table: NameTable, name: string, ttl: number): void {
  const bytes = Buffer.from(`<${name}>`)
  table.take(bytes, 1, bytes.length - 1, ttl)
}

describe('NameTable', () => {
  it('has each name once, with its first spelling and the least TTL, in the order of coming', () => {
    const table = new NameTable()
    take(table, 'Alpha', 300)
    take(table, 'beta', 60)
    take(table, 'ALPHA', 100)
    take(table, 'alpha', 200)
    expect([...table]).toEqual([
      { name: 'Alpha', ttl: 100 },
      { name: 'beta', ttl: 60 },
    ])
    expect(table.size).toBe(2)
  })

  it('keeps names apart that begin or end alike', () => {
    const table = new NameTable()
    const names = ['a', 'aa', 'ab', 'b', 'ba', '-', '_', '0', 'a'.repeat(63), `${'a'.repeat(62)}b`]
    for (const name of names) take(table, name, 1)
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
      take(table, name, ttl)
      const known = map.get(name.toLowerCase())
      map.set(name.toLowerCase(), { name: known?.name ?? name, ttl: Math.min(known?.ttl ?? ttl, ttl) })
    }
    expect([...table]).toEqual([...map.values()])
  })

  it('holds names in order, however often each comes, and finds them once one is not', () => {
    const table = new NameTable()
    const names = Array.from({ length: 20_000 }, (_, index) => `c-${String(index).padStart(5, '0')}`)
    for (const name of names) for (const ttl of [300, 60]) take(table, name.toUpperCase(), ttl)
    const expected = names.map((name) => ({ name: name.toUpperCase(), ttl: 60 }))
    expect([...table]).toEqual(expected)
    for (const name of names.toReversed()) take(table, name, 30)
    expect([...table]).toEqual(expected.map(({ name }) => ({ name, ttl: 30 })))
    expect(table.size).toBe(20_000)
  })

  it('takes an underscore as canonical order has it, before letters', () => {
    const table = new NameTable()
    for (const name of ['a-', 'a0', 'a_', 'aa', 'AB', 'a_', 'aa']) take(table, name, 1)
    expect([...table].map(({ name }) => name)).toEqual(['a-', 'a0', 'a_', 'aa', 'AB'])
  })
})

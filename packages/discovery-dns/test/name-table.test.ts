import { describe, expect, it, vi } from 'vitest'
import { NameTable } from '../src/name-table.js'

// With this key the hash of a name is that of its letters in any order.
vi.mock('@pstorage/discovery-core', async (original) => ({
  ...(await original<typeof import('@pstorage/discovery-core')>()),
  randomOctets: (count: number) => new Uint8Array(count),
}))

describe('NameTable', () => {
  it('keeps names apart that have the same hash', () => {
    const table = new NameTable()
    for (const name of ['abc', 'bca', 'cab', 'BCA', 'acb']) table.take(Buffer.from(name), 0, 3, 60)
    expect([...table].flatMap(({ names }) => names)).toEqual(['abc', 'bca', 'cab', 'acb'])
  })

  it('takes some octets for a name, besides the name', () => {
    const message = Buffer.alloc(65_000)
    const before = process.memoryUsage().arrayBuffers
    const table = new NameTable()
    for (let index = 0; index < 2_000; index += 1) {
      const size = message.write(`cluster-${index}`, 60_000)
      table.take(message, 60_000, 60_000 + size, 60)
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(500_000)
    expect(table.size).toBe(2_000)
  })
})

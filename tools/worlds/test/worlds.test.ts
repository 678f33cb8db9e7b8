import { describe, expect, it } from 'vitest'
import { product } from '../src/product.js'
import { runRange } from '../src/run-range.js'
import { spread, worldSet } from '../src/world-sets.js'

/** Worlds of each set that are checked here; `pnpm worlds` checks all. */
const slices: readonly (readonly [set: string, worlds: number])[] = [
  ['resolve', 400],
  ['resolve-one-domain', 200],
  ['resolve-dns-alone', 450],
  ['resolve-without-dns', 40],
  ['discover-two-servers', 200],
  ['discover-two-domains', 100],
  ['sequences-two-domains', 50],
  ['sequences-two-servers', 50],
  ['sequences-of-backends', 30],
  ['sequences-drawn', 20],
]

describe('a slice of the worlds', () => {
  it.each(slices)('%s: the resolvers say what the oracle allows', { timeout: 120_000 }, async (name, worlds) => {
    const set = worldSet(name)
    const result = await runRange(product, set, spread(set.count, worlds))
    expect(result.findings).toEqual([])
    expect(result.worlds).toBe(worlds)
  })
})

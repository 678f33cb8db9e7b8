import { orderByPriorityAndWeight, type Random, seededRandom } from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Target {
  readonly name: string
  readonly priority: number | null
  readonly weight: number | null
}

const target = (name: string, priority: number | null, weight: number | null): Target => ({ name, priority, weight })

/** The number of draws, of 60,000, in which each target comes first. */
function firstShares(targets: readonly Target[], draws = 60_000): Map<string, number> {
  const random = seededRandom(2782)
  const counts = new Map(targets.map(({ name }) => [name, 0]))
  for (let draw = 0; draw < draws; draw += 1) {
    const first = orderByPriorityAndWeight(targets, random)[0]?.name ?? ''
    counts.set(first, (counts.get(first) ?? 0) + 1)
  }
  return counts
}

/** The chi-square statistic against the expected shares. */
function chiSquare(counts: ReadonlyMap<string, number>, shares: Readonly<Record<string, number>>): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return Object.entries(shares).reduce((sum, [name, share]) => {
    const expected = total * share
    return sum + ((counts.get(name) ?? 0) - expected) ** 2 / expected
  }, 0)
}

describe('orderByPriorityAndWeight (SRV-7)', () => {
  it('puts lower priorities first', () => {
    const ordered = orderByPriorityAndWeight([target('c', 20, 9), target('a', 0, 0), target('b', 10, 65_535)])
    expect(ordered.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  // Bounds: chi-square with n - 1 degrees of freedom at p = 0.001.
  it.each([
    ['equal weights, whatever stands first', [1, 1, 1], [1 / 3, 1 / 3, 1 / 3], 13.8],
    ['weights 1 and 3', [1, 3], [1 / 4, 3 / 4], 10.8],
    ['weights 10, 20 and 70', [10, 20, 70], [0.1, 0.2, 0.7], 13.8],
    ['all weights 0', [0, 0, 0], [1 / 3, 1 / 3, 1 / 3], 13.8],
    ['a weight of 0 keeps its very small chance', [0, 9], [1 / 10, 9 / 10], 10.8],
    ['the largest weights', [65_535, 65_535], [1 / 2, 1 / 2], 10.8],
  ])('draws %s', (_, weights, shares, bound) => {
    const targets = weights.map((weight, index) => target(`t${index}`, 0, weight))
    const expected = Object.fromEntries(shares.map((share, index) => [`t${index}`, share]))
    expect(chiSquare(firstShares(targets), expected)).toBeLessThan(bound)
    expect(chiSquare(firstShares(targets.toReversed()), expected)).toBeLessThan(bound)
  })

  it('draws whole orders: who comes next has its share of the weights that are left', () => {
    const weights = [10, 20, 70] as const
    const targets = weights.map((weight) => target(`${weight}`, 0, weight))
    const random = seededRandom(2782)
    const counts = new Map<string, number>()
    for (let draw = 0; draw < 60_000; draw += 1) {
      const order = orderByPriorityAndWeight(targets, random).map(({ name }) => name)
      counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1)
    }
    const orders = weights.flatMap((first) =>
      weights.flatMap((second) => {
        const third = 100 - first - second
        return first === second
          ? []
          : [[`${first},${second},${third}`, (first / 100) * (second / (100 - first))] as const]
      }),
    )
    // Five degrees of freedom at p = 0.001.
    expect(chiSquare(counts, Object.fromEntries(orders))).toBeLessThan(20.5)
  })

  it('draws from the inclusive range of RFC 2782 when there are weights of 0', () => {
    const limits: number[] = []
    const random: Random = { below: (limit) => limits.push(limit) - limits.length }
    orderByPriorityAndWeight([target('a', 0, 0), target('b', 0, 4)], random)
    expect(limits).toContain(5)
  })

  it('keeps every target once, and the same seed gives the same order', () => {
    const targets = fc.array(
      fc.record({
        name: fc.uuid(),
        priority: fc.option(fc.nat(3)),
        weight: fc.option(fc.nat(65_535)),
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(targets, fc.nat(), (given, seed) => {
        const before = structuredClone(given)
        const ordered = orderByPriorityAndWeight(given, seededRandom(seed))
        expect(given).toEqual(before)
        expect(new Set(ordered)).toEqual(new Set(given))
        expect(ordered).toHaveLength(given.length)
        const priorities = ordered.map(({ priority }) => priority ?? 0)
        expect(priorities).toEqual(priorities.toSorted((a, b) => a - b))
        expect(orderByPriorityAndWeight(given, seededRandom(seed))).toEqual(ordered)
      }),
      { seed: 2782 },
    )
  })
})

describe('seededRandom', () => {
  it.each([1, 2, 3, 10, 65_536, 2 ** 40])('stays below %d', (limit) => {
    const random = seededRandom(1)
    for (let draw = 0; draw < 1_000; draw += 1) {
      const drawn = random.below(limit)
      expect(Number.isInteger(drawn) && drawn >= 0 && drawn < limit).toBe(true)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { FuzzRandom } from '../src/index.js'

function drawn(run: number): number[] {
  const random = new FuzzRandom()
  random.restart(run)
  return Array.from({ length: 1_000 }, () => random.below(100))
}

describe('FuzzRandom', () => {
  it('gives the same for the same run, and something else for any other', () => {
    expect(drawn(7)).toEqual(drawn(7))
    const runs = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 40].map((run) => drawn(run).join())
    expect(new Set(runs).size).toBe(runs.length)
  })

  it('spreads evenly over its range', () => {
    const counts = Array<number>(100).fill(0)
    for (let run = 0; run < 200; run += 1) for (const value of drawn(run)) counts[value] = (counts[value] ?? 0) + 1
    const chiSquare = counts.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0)
    // The 99.9 % point of 99 degrees of freedom.
    expect(chiSquare).toBeLessThan(148.2)
  })
})

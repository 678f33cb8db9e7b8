import { seededRandom } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { weightedDraw } from '../../src/browse/endpoint-reporter.js'

const rounds = 20_000

/** The share of all rounds in which each weight comes first. */
function firstShares(weights: readonly number[]): number[] {
  const random = seededRandom(2782)
  const wins = weights.map(() => 0)
  for (let round = 0; round < rounds; round += 1) {
    const draw = weightedDraw(random)
    const positions = weights.map((weight, index) => draw(`${index}`, weight))
    const first = positions.indexOf(Math.min(...positions))
    wins[first] = (wins[first] ?? 0) + 1
  }
  return wins.map((count) => count / rounds)
}

describe('weightedDraw', () => {
  it.each([
    ['equal weights', [1, 1], [0.5, 0.5]],
    ['shares by weight', [10, 30, 60], [0.1, 0.3, 0.6]],
    ['no weights at all', [0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]],
    ['no weight beside one', [0, 1], [0, 1]],
  ])('%s', (_, weights, shares) => {
    for (const [index, share] of firstShares(weights).entries()) expect(share).toBeCloseTo(shares[index] ?? 0, 1)
  })

  it('gives the same key the same position', () => {
    const draw = weightedDraw(seededRandom(1))
    expect(draw('a', 5)).toBe(draw('a', 5))
    expect(draw('a', 5)).not.toBe(draw('b', 5))
  })
})

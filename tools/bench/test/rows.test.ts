import { describe, expect, it } from 'vitest'
import { measure } from '../src/measure.js'
import { rows } from '../src/rows.js'

describe('rows', () => {
  it('have names of their own', () => {
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length)
  })

  it.each(rows)('$name does its work on both sides', async (row) => {
    await using _opened = await row.open?.()
    expect(await row.ours()).toBeDefined()
    expect(await row.peer()).toBeDefined()
  })
})

describe('measure', () => {
  it('counts rounds and calls, and gives times and their ratio', async () => {
    const order: string[] = []
    const row = {
      name: 'none',
      description: '',
      against: '',
      bar: 1,
      ours: () => order.push('ours'),
      peer: async () => order.push('peer'),
    }
    const { rounds, calls, ours, peer, ratio } = await measure(row, { rounds: 5, roundMs: 0.1 })
    expect(rounds).toBe(5)
    expect(order.filter((side) => side === 'ours').length).toBeGreaterThanOrEqual(5 * calls.ours)
    expect(order.filter((side) => side === 'peer').length).toBeGreaterThanOrEqual(5 * calls.peer)
    for (const spread of [ours, peer, ratio]) {
      expect(spread.lower).toBeLessThanOrEqual(spread.median)
      expect(spread.median).toBeLessThanOrEqual(spread.upper)
    }
  })
})

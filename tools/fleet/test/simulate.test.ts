import { describe, expect, it } from 'vitest'
import { barsOf } from '../src/bars.js'
import { type Scenario, simulate } from '../src/simulate.js'

const HOUR = 3_600

describe('a fleet of watchers', () => {
  it('keeps to its bars through an outage of an hour', { timeout: 60_000 }, async () => {
    const scenario: Scenario = {
      watchers: 100,
      ttl: 300,
      outage: { from: HOUR, to: 2 * HOUR },
      end: 4 * HOUR,
      // Few watchers: a longer window, so that it is not chance alone that fills it.
      window: 120,
      seed: 7,
    }
    const bars = barsOf(await simulate(scenario), scenario)
    expect(bars.filter(({ met }) => !met)).toEqual([])
  })
})

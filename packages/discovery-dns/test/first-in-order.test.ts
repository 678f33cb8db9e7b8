import { type SimulatedClock, simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { firstInOrder } from '../src/lookup/resolve-service.js'

interface Row {
  readonly what: string
  /** For each result: when it comes in milliseconds, and what it is. */
  readonly results: readonly (readonly [at: number, value: string | undefined])[]
  readonly expected: string | undefined
  /** When, in milliseconds; patience is 1,000. */
  readonly at: number
}

const rows: readonly Row[] = [
  { what: 'none', results: [], expected: undefined, at: 0 },
  { what: 'the only one, without patience', results: [[5_000, 'a']], expected: 'a', at: 5_000 },
  { what: 'the only one is not there', results: [[50, undefined]], expected: undefined, at: 50 },
  {
    what: 'the first is there first',
    results: [
      [10, 'a'],
      [20, 'b'],
    ],
    expected: 'a',
    at: 10,
  },
  {
    what: 'the first is not there',
    results: [
      [10, undefined],
      [20, 'b'],
    ],
    expected: 'b',
    at: 20,
  },
  {
    what: 'the second is there first, the first within patience',
    results: [
      [900, 'a'],
      [20, 'b'],
    ],
    expected: 'a',
    at: 900,
  },
  {
    what: 'the first says within patience that it is not there',
    results: [
      [900, undefined],
      [20, 'b'],
    ],
    expected: 'b',
    at: 900,
  },
  {
    what: 'the first takes too long',
    results: [
      [5_000, 'a'],
      [20, 'b'],
    ],
    expected: 'b',
    at: 1_020,
  },
  {
    what: 'the best of those that are there when patience ends',
    results: [
      [5_000, 'a'],
      [800, 'b'],
      [20, 'c'],
    ],
    expected: 'b',
    at: 1_020,
  },
  {
    what: 'patience counts from the first that is there',
    results: [
      [5_000, 'a'],
      [10, undefined],
      [500, 'c'],
      [1_400, 'd'],
    ],
    expected: 'c',
    at: 1_500,
  },
  {
    what: 'none is there',
    results: [
      [100, undefined],
      [300, undefined],
      [200, undefined],
    ],
    expected: undefined,
    at: 300,
  },
]

async function after<T>(clock: SimulatedClock, at: number, value: T): Promise<T> {
  await clock.sleep(at)
  return value
}

describe('firstInOrder', () => {
  it.each(rows)('$what', async ({ results, expected, at }) => {
    const clock = simulatedClock()
    const first = firstInOrder(
      results.map(([time, value]) => after(clock, time, value)),
      () => clock.sleep(1_000),
    ).then((value) => ({ value, at: clock.now() }))
    await clock.advance(10_000)
    expect(await first).toEqual({ value: expected, at })
  })

  it('rejects as soon as one rejects', async () => {
    const clock = simulatedClock()
    const fault = new Error('a fault of ours')
    const results = [after(clock, 500, 'a'), clock.sleep(100).then(() => Promise.reject(fault))]
    const first = firstInOrder(results, () => clock.sleep(1_000)).catch((error: unknown) => ({
      error,
      at: clock.now(),
    }))
    await clock.advance(10_000)
    expect(await first).toEqual({ error: fault, at: 100 })
  })

  it('lets one that was not waited for reject unheard', async () => {
    const clock = simulatedClock()
    const results = [after(clock, 100, 'a'), clock.sleep(500).then(() => Promise.reject(new Error('a fault of ours')))]
    const first = firstInOrder(results, () => clock.sleep(1_000))
    await clock.advance(10_000)
    expect(await first).toBe('a')
  })
})

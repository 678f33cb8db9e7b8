import { simulatedClock } from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const naps = fc.array(fc.record({ ms: fc.nat(50), abortAt: fc.option(fc.nat(60)) }), { maxLength: 40 })

describe('simulatedClock', () => {
  it('wakes sleepers in the order of their times, those of one time in the order in which they went to sleep', async () => {
    await fc.assert(
      fc.asyncProperty(naps, async (sleepers) => {
        const clock = simulatedClock()
        const woken: { readonly index: number; readonly at: number }[] = []
        const aborts = sleepers.map(({ ms }, index) => {
          const abort = new AbortController()
          const wake = (): void => void woken.push({ index, at: clock.now() })
          clock.sleep(ms, abort.signal).then(wake, () => {})
          return abort
        })
        for (let time = 0; time <= 60; time += 1) {
          for (const [index, { abortAt }] of sleepers.entries()) if (abortAt === time) aborts[index]?.abort()
          await clock.advance(1)
        }
        const expected = sleepers
          .map(({ ms, abortAt }, index) => ({ index, at: ms, abortAt }))
          .filter(({ at, abortAt }) => abortAt === null || abortAt >= at)
          .sort((a, b) => a.at - b.at)
        expect(woken).toEqual(expected.map(({ index, at }) => ({ index, at })))
        expect(clock.sleepers).toBe(0)
      }),
      { numRuns: 50, seed: 1 },
    )
  })

  it('never goes back', async () => {
    const clock = simulatedClock()
    await clock.advance(100)
    const slept = clock.sleep(-50)
    await clock.advance(1)
    await slept
    expect(clock.now()).toBe(101)
  })
})

import { seededRandom } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { endOfListening, listeningTimes, NO_PROGRESS, questionDelay } from '../../src/browse/browse-limits.js'

const defaults = listeningTimes({})

describe('endOfListening', () => {
  it.each([
    ['before the first question', {}, Number.POSITIVE_INFINITY],
    ['nothing received', { startedAt: 100 }, 1_100],
    ['news at once', { startedAt: 100, lastNewAt: 120 }, 1_120],
    ['news before the first question', { startedAt: 100, lastNewAt: 50 }, 1_100],
    ['news late', { startedAt: 100, lastNewAt: 1_500 }, 2_500],
    ['news without end', { startedAt: 100, lastNewAt: 3_000 }, 3_100],
    ['a second question, nothing received', { startedAt: 100, secondAt: 400 }, 1_400],
    ['a repeated question, nothing received', { startedAt: 100, repeatedAt: 1_100 }, 1_350],
    ['a repeated question, received late', { startedAt: 100, lastNewAt: 1_090, repeatedAt: 1_100 }, 2_090],
  ])('%s', (_, progress, expected) => {
    expect(endOfListening(defaults, { ...NO_PROGRESS, ...progress })).toBe(expected)
  })
})

describe('what was found in part', () => {
  const progress = { ...NO_PROGRESS, startedAt: 100, lastNewAt: 500 }

  it.each([
    ['is waited for', 2_000, 2_000],
    ['is waited for until the end', Number.POSITIVE_INFINITY, 3_100],
    ['is no reason to end sooner', 700, 1_500],
  ])('%s', (_, incompleteUntil, expected) => {
    expect(endOfListening(defaults, progress, incompleteUntil)).toBe(expected)
  })
})

describe('listeningTimes', () => {
  it('are those of the design unless given', () => {
    expect(defaults).toEqual({ quietTime: 1_000, minimumTime: 1_000, maximumTime: 3_000 })
    expect(listeningTimes({ quietTime: 5, minimumTime: 0, maximumTime: 0 }).maximumTime).toBe(0)
    expect(listeningTimes({ minimumTime: 10_000 }).maximumTime).toBe(10_000)
  })

  it.each([
    { quietTime: -1 },
    { minimumTime: Number.NaN },
    { maximumTime: Number.POSITIVE_INFINITY },
    { minimumTime: 2_000, maximumTime: 1_999 },
  ])('refuses %j', (times) => {
    expect(() => listeningTimes(times)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})

it('MD-21 a question waits 20 to 40 ms before it is asked the first time', () => {
  const random = seededRandom(6762)
  const drawn = Array.from({ length: 1_000 }, () => questionDelay(random))
  expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([20, 40])
})

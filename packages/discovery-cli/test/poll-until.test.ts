import { type Random, seededRandom, simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { type Pause, type PollUntilOptions, pollUntil } from '../src/query/wait-for-cluster.js'

/** One poll: its duration, and true where its result is enough. */
interface Poll {
  readonly takes: number
  readonly enough: boolean
}

/** Draws nothing: every pause is as long as it can be. */
const noJitter: Random = { below: () => 0 }

/** Polls a source that takes so long for each poll; the last is repeated. Returns the start of each poll, and the answer. */
async function polled(polls: readonly Poll[], options: Partial<PollUntilOptions<Poll>> = {}) {
  const clock = simulatedClock()
  const startedAt: number[] = []
  const pauses: Pause<Poll>[] = []
  let answer: Poll | undefined
  const polling = pollUntil<Poll>({
    poll: async (timeout) => {
      const current = polls[Math.min(startedAt.length, polls.length - 1)] ?? { takes: 0, enough: false }
      startedAt.push(clock.now())
      await clock.sleep(Math.min(current.takes, timeout))
      return current
    },
    isEnough: ({ enough }) => enough,
    onPause: (pause) => pauses.push(pause),
    timeout: 5_000,
    wait: 60_000,
    clock,
    random: noJitter,
    signal: undefined,
    ...options,
  }).then((result) => {
    answer = result
  })
  await Promise.all([polling, clock.advance(100_000)])
  return { answer, startedAt, pauses, lasted: pauses.reduce((sum, { ms }) => sum + ms, 0) }
}

const no: Poll = { takes: 0, enough: false }
const yes: Poll = { takes: 0, enough: true }

describe('pollUntil', () => {
  it('polls once when that is enough', async () => {
    expect(await polled([yes])).toMatchObject({ answer: yes, startedAt: [0], pauses: [] })
  })

  it('pauses twice as long each time, up to five seconds', async () => {
    const { startedAt, answer } = await polled([no, no, no, no, no, no, no, yes])
    expect(startedAt).toEqual([0, 500, 1_500, 3_500, 7_500, 12_500, 17_500, 22_500])
    expect(answer).toBe(yes)
  })

  it('asks more often towards the end of the time, and not after it', async () => {
    const { startedAt, pauses } = await polled([no], { wait: 10_000 })
    expect(startedAt.slice(0, 5)).toEqual([0, 500, 1_500, 3_500, 6_750])
    expect(startedAt.at(-1)).toBeGreaterThan(9_000)
    expect(startedAt.at(-1)).toBeLessThan(10_000)
    for (const { ms, timeLeft } of pauses) expect(ms).toBeLessThanOrEqual(timeLeft / 2)
  })

  it('gives each poll the time of one, and the last what is left', async () => {
    const slow: Poll = { takes: 99_000, enough: false }
    const { startedAt } = await polled([slow], { wait: 12_000, timeout: 5_000 })
    expect(startedAt).toEqual([0, 5_500, 11_250])
  })

  it.each([
    ['a short time: one poll', 300, [0]],
    ['less than one poll', 4_000, [0]],
  ])('%s', async (_, wait, startedAt) => {
    expect((await polled([{ takes: 5_000, enough: false }], { wait })).startedAt).toEqual(startedAt)
  })

  it('gives the last poll that complete everybody, not the one that was cut short', async () => {
    const [complete, later, cut]: readonly Poll[] = [
      { takes: 1, enough: false },
      { takes: 2, enough: false },
      { takes: 99_000, enough: false },
    ]
    expect(
      (
        await polled(
          [complete, later, cut].filter((poll) => poll !== undefined),
          { wait: 5_000 },
        )
      ).answer,
    ).toBe(later)
    expect((await polled([{ takes: 99_000, enough: true }], { wait: 5_000 })).answer).toMatchObject({ enough: true })
  })

  it('draws each pause from the upper half of its length', async () => {
    const drawn = new Set<number>()
    for (let seed = 1; seed <= 200; seed += 1) {
      const { pauses } = await polled([no, no, no, yes], { random: seededRandom(seed) })
      for (const [index, { ms }] of pauses.entries()) {
        const most = 500 * 2 ** index
        expect(ms).toBeGreaterThanOrEqual(most / 2)
        expect(ms).toBeLessThanOrEqual(most)
        drawn.add(ms)
      }
    }
    expect(drawn.size).toBeGreaterThan(300)
  })

  it('reports the last result before each pause', async () => {
    const { pauses } = await polled([no, yes])
    expect(pauses).toEqual([{ result: no, polls: 1, ms: 500, timeLeft: 60_000 }])
  })

  it('ends a pause when the signal comes', async () => {
    const reason = new Error('enough')
    await expect(polled([no], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

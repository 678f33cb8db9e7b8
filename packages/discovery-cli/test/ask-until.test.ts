import { type Random, seededRandom, simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { type AskUntilOptions, askUntil, type Pause } from '../src/ask/ask-until.js'

/** One round: how long it wants, and whether it is enough. */
interface Round {
  readonly takes: number
  readonly enough: boolean
}

/** Draws nothing: every pause is as long as it can be. */
const noJitter: Random = { below: () => 0 }

/** Asks a place that needs so long for each round; the last is repeated. Gives when each round began, and the answer. */
async function asked(rounds: readonly Round[], options: Partial<AskUntilOptions<Round>> = {}) {
  const clock = simulatedClock()
  const begun: number[] = []
  const pauses: Pause<Round>[] = []
  let answer: Round | undefined
  const asking = askUntil<Round>({
    ask: async (timeout) => {
      const round = rounds[Math.min(begun.length, rounds.length - 1)] ?? { takes: 0, enough: false }
      begun.push(clock.now())
      await clock.sleep(Math.min(round.takes, timeout))
      return round
    },
    isEnough: ({ enough }) => enough,
    onPause: (pause) => pauses.push(pause),
    timeout: 5_000,
    wait: 60_000,
    clock,
    random: noJitter,
    signal: undefined,
    ...options,
  }).then((round) => {
    answer = round
  })
  await Promise.all([asking, clock.advance(100_000)])
  return { answer, begun, pauses, lasted: pauses.reduce((sum, { ms }) => sum + ms, 0) }
}

const no: Round = { takes: 0, enough: false }
const yes: Round = { takes: 0, enough: true }

describe('askUntil', () => {
  it('asks once when that is enough', async () => {
    expect(await asked([yes])).toMatchObject({ answer: yes, begun: [0], pauses: [] })
  })

  it('pauses twice as long each time, up to five seconds', async () => {
    const { begun, answer } = await asked([no, no, no, no, no, no, no, yes])
    expect(begun).toEqual([0, 500, 1_500, 3_500, 7_500, 12_500, 17_500, 22_500])
    expect(answer).toBe(yes)
  })

  it('asks more often towards the end of the time, and not after it', async () => {
    const { begun, pauses } = await asked([no], { wait: 10_000 })
    expect(begun.slice(0, 5)).toEqual([0, 500, 1_500, 3_500, 6_750])
    expect(begun.at(-1)).toBeGreaterThan(9_000)
    expect(begun.at(-1)).toBeLessThan(10_000)
    for (const { ms, timeLeft } of pauses) expect(ms).toBeLessThanOrEqual(timeLeft / 2)
  })

  it('gives each round the time of one, and the last what is left', async () => {
    const slow: Round = { takes: 99_000, enough: false }
    const { begun } = await asked([slow], { wait: 12_000, timeout: 5_000 })
    expect(begun).toEqual([0, 5_500, 11_250])
  })

  it.each([
    ['a short time: one round', 300, [0]],
    ['less than one round', 4_000, [0]],
  ])('%s', async (_, wait, begun) => {
    expect((await asked([{ takes: 5_000, enough: false }], { wait })).begun).toEqual(begun)
  })

  it('gives the last round that heard everybody, not the one that was cut short', async () => {
    const [heard, later, cut]: readonly Round[] = [
      { takes: 1, enough: false },
      { takes: 2, enough: false },
      { takes: 99_000, enough: false },
    ]
    expect(
      (
        await asked(
          [heard, later, cut].filter((round) => round !== undefined),
          { wait: 5_000 },
        )
      ).answer,
    ).toBe(later)
    expect((await asked([{ takes: 99_000, enough: true }], { wait: 5_000 })).answer).toMatchObject({ enough: true })
  })

  it('draws each pause from the upper half of its length', async () => {
    const drawn = new Set<number>()
    for (let seed = 1; seed <= 200; seed += 1) {
      const { pauses } = await asked([no, no, no, yes], { random: seededRandom(seed) })
      for (const [index, { ms }] of pauses.entries()) {
        const most = 500 * 2 ** index
        expect(ms).toBeGreaterThanOrEqual(most / 2)
        expect(ms).toBeLessThanOrEqual(most)
        drawn.add(ms)
      }
    }
    expect(drawn.size).toBeGreaterThan(300)
  })

  it('tells what is known in each pause', async () => {
    const { pauses } = await asked([no, yes])
    expect(pauses).toEqual([{ round: no, rounds: 1, ms: 500, timeLeft: 60_000 }])
  })

  it('ends a pause when the signal comes', async () => {
    const reason = new Error('enough')
    await expect(asked([no], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

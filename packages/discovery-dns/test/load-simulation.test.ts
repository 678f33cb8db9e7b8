import { describe, expect, it } from 'vitest'
import { simulateLoad } from './load-simulation.js'

const QUESTIONS = 600

describe('ServerLoad, with 600 questions at once', () => {
  it.each([
    { bears: 150, pause: 0, way: 1, within: 50 },
    // Four rounds are the least.
    { bears: 150, pause: 300, way: 1, within: 1_600 },
    { bears: 150, pause: 300, way: 10, within: 1_700 },
    { bears: 40, pause: 50, way: 1, within: 900 },
    { bears: 10, pause: 20, way: 1, within: 1_500 },
    { bears: 10, pause: 20, way: 10, within: 2_500 },
    { bears: 3, pause: 10, way: 1, within: 2_600 },
    { bears: 1, pause: 1, way: 1, within: 2_000 },
  ])('has all answered by a server that bears $bears, $pause ms each', async ({ within, ...server }) => {
    const { answered, sends, time } = await simulateLoad(server, QUESTIONS)
    expect(answered).toBe(QUESTIONS)
    expect(time).toBeLessThan(within)
    // A refusal costs a question.
    expect(sends).toBeLessThan(QUESTIONS * 2.5)
  })

  it('tells those that are refused for what they are from those that are too much', async () => {
    const server = { bears: 60, pause: 20, way: 1, denies: (question: number) => question % 20 === 0 }
    expect(await simulateLoad(server, QUESTIONS)).toMatchObject({ answered: 570, refused: 30 })
  })

  it('asks a server that refuses all of them twice, and hardly more often', async () => {
    const load = await simulateLoad({ bears: 60, pause: 20, way: 1, denies: () => true }, QUESTIONS)
    expect(load).toMatchObject({ answered: 0, refused: QUESTIONS })
    expect(load.sends).toBeLessThan(QUESTIONS * 2.1)
    expect(load.time).toBeLessThan(500)
  })
})

import { type CachedOptions, cached, discoverClusters, resolveCluster, simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { answeringResolver, itemOf } from '../answering-resolver.js'

const hour = 3_600

/** Asks each second of the given range, and says in which of them the backend was asked. */
async function askedDuring(
  seconds: number,
  answers: readonly string[],
  options: CachedOptions = {},
): Promise<number[]> {
  const clock = simulatedClock()
  const backend = answeringResolver(answers, { clock, delay: 0 })
  const resolver = cached(backend, { clock, refreshAhead: 0, ...options })
  for (let second = 0; second < seconds; second += 1) {
    const pending = resolveCluster(resolver, 'alpha')
    await clock.advance(1_000)
    await pending
  }
  expect(backend.underWay).toBe(0)
  return backend.askedAt.map((ms) => ms / 1_000)
}

type Row = readonly [what: string, answers: readonly string[], askedAt: readonly number[], options?: CachedOptions]

const confirmed: CachedOptions = { confirmInterval: 10_000 }
/** Chance refreshes after half of the time. */
const ahead: CachedOptions = { refreshAhead: 1, random: { below: () => 0 } }

/** Asked each second for 100 seconds: in which of them the backend is asked. */
const rows: readonly Row[] = [
  ['results for their TTL', ['A,B/20'], [0, 20, 40, 60, 80]],
  ['nothing with a TTL of 0', ['A/0', 'A/50'], [0, 1, 51]],
  ['but for the floor', ['A/0', 'A/1000'], [0, 30], { floor: 30_000 }],
  ['nothing longer than the ceiling', ['A/86400'], [0, 50], { ceiling: 50_000 }],
  ['results without TTL for a minute', ['A'], [0, 60]],
  ['results without TTL for as long as is said', ['A'], [0, 45, 90], { defaultTtl: 45_000 }],
  ['a no for as long as it says', ['empty/40'], [0, 40, 80]],
  ['a no that does not say for half a minute', ['empty'], [0, 30, 60, 90]],
  ['a no that does not say for as long as is said', ['empty'], [0, 70], { negativeTtl: 70_000 }],
  ['a no at most as long as the ceiling for it', ['empty/90000'], [0, 75], { negativeCeiling: 75_000 }],
  ['a cluster without endpoints as a no', ['exists/40'], [0, 40, 80]],
  ['a failure for a second', ['refused', 'refused', 'A/1000'], [0, 1, 2]],
  ['a failure for as long as is said', ['refused', 'A/1000'], [0, 45], { failureTtl: 45_000 }],
  ['silence no longer than a failure', ['silent', 'A/1000'], [0, 1]],
  ['what is stale for half a minute, whatever a no needs', ['A/20', 'refused'], [0, 20, 50, 80], confirmed],
  ['what was denied until the no can be confirmed', ['A/20', 'empty'], [0, 20, 30, 60, 90], confirmed],
  ['no longer than what is stale', ['A/20', 'empty'], [0, 20, 25, 30, 60, 90], { ...confirmed, recheck: 5_000 }],
  ['a no to its end, although results are refreshed ahead', ['empty/40'], [0, 40, 80], ahead],
  ['what is stale to its end too', ['A/20', 'refused'], [0, 10, 20, 50, 80], ahead],
]

describe('cached keeps', () => {
  for (const [what, answers, askedAt, options] of rows) {
    it(what, async () => {
      expect(await askedDuring(100, answers, options)).toEqual(askedAt)
    })
  }

  it('a no for five minutes at most, and results for an hour', async () => {
    const clock = simulatedClock()
    for (const [answer, seconds] of [
      ['empty/90000', 300],
      ['A/90000', hour],
    ] as const) {
      const backend = answeringResolver([answer], { clock, delay: 0 })
      const resolver = cached(backend, { clock, refreshAhead: 0 })
      for (const wait of [0, seconds * 1_000 - 10, 20]) {
        await clock.advance(wait)
        const pending = resolveCluster(resolver, 'alpha')
        await clock.advance(1)
        await pending
      }
      expect(backend.askedAt).toHaveLength(2)
    }
  })

  it('clusters apart from each other and from the names, without regard to case', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60'], { clock, delay: 0 })
    const resolver = cached(backend, { clock })
    for (const name of ['alpha', 'Alpha', 'ALPHA', 'beta', 'beta']) {
      const pending = resolveCluster(resolver, name)
      await clock.advance(1)
      expect((await pending).cluster).toBe(name)
    }
    for (let times = 0; times < 2; times += 1) {
      const pending = discoverClusters(resolver)
      await clock.advance(1)
      expect((await pending).clusters.map(({ name }) => name)).toEqual(['A'])
    }
    expect(backend.asked).toEqual(['alpha', 'beta', 'names'])
  })

  it('what is left of a TTL: the TTL counts down', async () => {
    const clock = simulatedClock()
    const resolver = cached(answeringResolver(['A/60'], { clock, delay: 0 }), { clock, refreshAhead: 0 })
    const ttls: unknown[] = []
    for (const wait of [0, 1, 20_500, 39_400]) {
      await clock.advance(wait)
      const pending = resolveCluster(resolver, 'alpha')
      await clock.advance(0)
      const [endpoint] = (await pending).endpoints
      ttls.push([endpoint?.ttl, endpoint?.sources[0]?.ttl])
    }
    expect(ttls).toEqual([
      [60, 60],
      [59, 59],
      [39, 39],
      [0, 0],
    ])
  })

  it('so that a cache in a cache keeps nothing longer', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60'], { clock, delay: 0 })
    const inner = cached(backend, { clock, refreshAhead: 0 })
    const outer = cached(inner, { clock, refreshAhead: 0 })
    const ask = async (resolver: typeof inner): Promise<void> => {
      const pending = resolveCluster(resolver, 'alpha')
      await clock.advance(0)
      await pending
    }
    await ask(inner)
    await clock.advance(50_000)
    await ask(outer)
    await clock.advance(10_000)
    await ask(outer)
    expect(backend.askedAt).toEqual([0, 60_000])
  })

  it('says how old a kept answer is, beside the attempts that brought it', async () => {
    const clock = simulatedClock()
    const resolver = cached(answeringResolver(['A,B/600'], { clock, delay: 5 }), { clock })
    const first = resolveCluster(resolver, 'alpha')
    await clock.advance(5)
    expect((await first).attempts.map(({ backend }) => backend)).toEqual(['dns'])
    await clock.advance(125_000)
    const events: string[] = []
    const report = await resolveCluster(resolver, 'alpha', { onEvent: ({ type }) => events.push(type) })
    expect(report).toEqual(await resolveCluster(resolver, 'alpha'))
    expect(report.endpoints.map(itemOf)).toEqual(['A', 'B'])
    expect(report.attempts).toMatchObject([
      { backend: 'dns', status: 'found', elapsedMs: 5 },
      { backend: 'cache', method: 'cache', target: 'alpha', status: 'found', count: 2, detail: 'kept, 2 min old' },
    ])
    expect(report.warnings).toEqual([])
    expect(events).toEqual(['attempt-started', 'endpoint', 'endpoint', 'attempt-finished', 'attempt-finished', 'end'])
  })

  it.each([
    ['empty/600', 'absent', 'empty'],
    ['exists/600', 'known', 'empty'],
    ['refused', 'undetermined', 'skipped'],
  ])('the outcome of %s: %s', async (answer, outcome, status) => {
    const clock = simulatedClock()
    const resolver = cached(answeringResolver([answer, 'A/1'], { clock, delay: 0 }), { clock })
    for (let times = 0; times < 3; times += 1) {
      const pending = resolveCluster(resolver, 'alpha')
      await clock.advance(10)
      const report = await pending
      expect(report.outcome).toBe(outcome)
      if (times > 0) expect(report.attempts.at(-1)).toMatchObject({ backend: 'cache', status, error: null })
    }
  })

  it('no more clusters than is said, those with results before others', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/6000', 'empty/6000', 'empty/6000', 'empty/6000'], { clock, delay: 0 })
    const resolver = cached(backend, { clock, maxClusters: 2 })
    for (const name of ['good', 'no1', 'no2', 'no3', 'good', 'no3', 'no1']) {
      const pending = resolveCluster(resolver, name)
      await clock.advance(1)
      await pending
    }
    expect(backend.asked).toEqual(['good', 'no1', 'no2', 'no3', 'no1'])
  })

  it('the latest clusters where all have results', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/6000'], { clock, delay: 0 })
    const resolver = cached(backend, { clock, maxClusters: 2 })
    for (const name of ['one', 'two', 'three', 'two', 'three', 'one']) {
      const pending = resolveCluster(resolver, name)
      await clock.advance(1)
      await pending
    }
    expect(backend.asked).toEqual(['one', 'two', 'three', 'one'])
  })

  it('more clusters than is said while all of them are asked for', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/6000'], { clock, delay: 100 })
    const resolver = cached(backend, { clock, maxClusters: 1 })
    const pending = Promise.all(['one', 'two', 'one', 'two'].map((name) => resolveCluster(resolver, name)))
    await clock.advance(100)
    expect((await pending).map(({ outcome }) => outcome)).toEqual(Array(4).fill('found'))
    expect(backend.asked).toEqual(['one', 'two'])
  })

  it('nothing that a caller can change', async () => {
    const clock = simulatedClock()
    const resolver = cached(answeringResolver(['A/600'], { clock, delay: 0 }), { clock })
    const ask = async () => {
      const pending = resolveCluster(resolver, 'alpha')
      await clock.advance(1)
      return pending
    }
    await ask()
    const [one, other] = [await ask(), await ask()]
    expect(one).not.toBe(other)
    expect(one.endpoints).not.toBe(other.endpoints)
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen))
    expect(frozen(one)).toBe(true)
  })
})

describe('cached refuses', () => {
  it.each<readonly [CachedOptions]>([
    [{ floor: -1 }],
    [{ floor: 10, ceiling: 9 }],
    [{ defaultTtl: Number.NaN }],
    [{ refreshAhead: 1.1 }],
    [{ refreshAhead: -0.1 }],
    [{ refreshAhead: Number.NaN }],
    [{ refreshAhead: '0.5' as unknown as number }],
    [{ maxClusters: 0 }],
    [{ empty: 'sometimes' as 'keep' }],
    [{ staleAnswerTimeout: Number.POSITIVE_INFINITY }],
  ])('%o at once', (options) => {
    const backend = answeringResolver([], { clock: simulatedClock() })
    expect(() => cached(backend, options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})

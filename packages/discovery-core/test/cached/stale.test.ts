import {
  type CachedOptions,
  type Clock,
  cached,
  createResolver,
  memoryResolver,
  mergeOf,
  type Resolver,
  resolveCluster,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { answeringResolver, itemOf } from '../answering-resolver.js'

const day = 86_400

/** One question: when (in seconds), what the backend answers if it is asked, and what comes of it; `-` is not asked. */
type Moment = readonly [at: number, answer: string, result: string]

/** Asks at the given times. Stale endpoints show in lower case, with the seconds that the answer took if it did. */
async function ask(moments: readonly Moment[], options: CachedOptions, timeout: number | undefined) {
  const clock = simulatedClock()
  const backend = answeringResolver([], { clock, delay: 0 })
  const resolver = cached(backend, { clock, refreshAhead: 0, ...options })
  const shown: Moment[] = []
  for (const [at, answer] of moments) {
    await clock.advance(at * 1_000 - clock.now())
    const before = backend.askedAt.length
    backend.answers = [answer]
    let tookMs = 0
    const pending = resolveCluster(resolver, 'alpha', { timeout }).then((report) => {
      tookMs = clock.now() - at * 1_000
      return report
    })
    await clock.advance(6_000)
    const { outcome, endpoints } = await pending
    const items = endpoints.map((one) => (one.staleMs === undefined ? itemOf(one) : itemOf(one).toLowerCase()))
    const result = `${items.join('')} ${outcome}${tookMs > 0 ? ` after ${tookMs}` : ''}`.trim()
    shown.push([at, backend.askedAt.length > before ? answer : '-', result])
  }
  return shown
}

const failures = ['refused', 'timeout', 'unreachable', 'malformed', 'failed', 'unavailable'] as const

type Row = readonly [what: string, moments: readonly Moment[], options?: CachedOptions, timeout?: number]

const rows: readonly Row[] = [
  ...failures.map(
    (status) =>
      [
        `ST-1 keeps results over ${status}, and asks again after half a minute`,
        [
          [0, 'A,B/60', 'AB found'],
          [60, status, 'ab found'],
          [89, '-', 'ab found'],
          [95, status, 'ab found'],
          [126, 'C/60', 'C found'],
          [140, '-', 'C found'],
        ],
      ] as const,
  ),
  [
    'ST-1 keeps results over silence, for good',
    [
      [0, 'A/60', 'A found'],
      [60, 'silent', 'a found'],
      [100, 'silent', 'a found'],
      [1_000, 'silent', 'a found'],
    ],
  ],
  [
    'ST-2 believes a no when it was said twice',
    [
      [0, 'A/60', 'A found'],
      [60, 'empty/60', 'a found'],
      [80, '-', 'a found'],
      [91, 'empty/60', 'absent'],
      [120, '-', 'absent'],
    ],
  ],
  [
    'ST-2 believes nothing that is not said in a row',
    [
      [0, 'A/60', 'A found'],
      [60, 'empty', 'a found'],
      [91, 'refused', 'a found'],
      [122, 'empty', 'a found'],
      [153, 'A/60', 'A found'],
    ],
  ],
  [
    'ST-2 believes a no at once when told to',
    [
      [0, 'A/60', 'A found'],
      [60, 'empty', 'absent'],
    ],
    { empty: 'believe' },
  ],
  [
    'ST-2 believes no no when told to',
    [
      [0, 'A/60', 'A found'],
      [60, 'empty', 'a found'],
      [91, 'empty', 'a found'],
      [day - 1, 'empty', 'a found'],
      [day + 60, 'empty', 'absent'],
    ],
    { empty: 'keep' },
  ],
  [
    'ST-3 keeps nothing for more than a day',
    [
      [0, 'A/60', 'A found'],
      [day - 7, 'refused', 'a found'],
      [day + 1, '-', 'undetermined'],
      [day + 60, 'refused', 'undetermined'],
    ],
  ],
  [
    'never keeps a no over an error',
    [
      [0, 'empty/60', 'absent'],
      [59, '-', 'absent'],
      [66, 'refused', 'undetermined'],
    ],
  ],
  [
    'waits 1.8 s for a fresh answer before it gives the stale one',
    [
      [0, 'A/60', 'A found'],
      [60, 'hangs', 'a found after 1800'],
      [80, '-', 'a found'],
      [100, 'B/60', 'B found'],
    ],
  ],
  [
    'waits no longer than it is asked to',
    [
      [0, 'A/60', 'A found'],
      [60, 'hangs', 'a found after 300'],
    ],
    {},
    300,
  ],
  [
    'without anything to give waits as long as it is asked to',
    [
      [0, 'hangs', 'undetermined after 5000'],
      [10, 'A/60', 'A found'],
    ],
  ],
]

describe('cached', () => {
  for (const [what, moments, options = {}, timeout] of rows) {
    it(what, async () => {
      expect(await ask(moments, options, timeout)).toEqual(moments)
    })
  }

  it('says what is stale, since when, and why', async () => {
    const clock = simulatedClock()
    const resolver = cached(answeringResolver(['A/60', 'refused'], { clock, delay: 0 }), { clock, refreshAhead: 0 })
    const first = resolveCluster(resolver, 'alpha')
    await clock.advance(95_000)
    await first
    const pending = resolveCluster(resolver, 'alpha')
    await clock.advance(5_000)
    const fresh = await pending
    const repeated = await resolveCluster(resolver, 'alpha')
    for (const [report, age] of [
      [fresh, 95],
      [repeated, 100],
    ] as const) {
      expect(report.outcome).toBe('found')
      expect(report.endpoints).toMatchObject([
        { staleMs: age * 1_000, ttl: 30, sources: [{ backend: 'dns', ttl: 30 }] },
      ])
      expect(report.attempts).toMatchObject([
        { backend: 'dns', status: 'refused', error: { code: 'TEST' } },
        { backend: 'cache', method: 'cache', status: 'found', count: 1, detail: `stale, ${age} s old` },
      ])
      expect(report.warnings).toEqual([
        {
          code: 'stale-answer',
          message: `alpha: results that were last confirmed ${age} s ago are still given: dns ended as refused (refused on purpose)`,
        },
      ])
    }
  })

  it.each([
    ['a failure without a word', 'refused', 'dns ended as refused'],
    ['silence', 'silent', 'no source has answered'],
    ['a no', 'empty', 'that there are none any more is not confirmed yet'],
  ] as const)('says why after %s', async (_, status, why) => {
    const clock = simulatedClock()
    const first = answeringResolver(['A/60'], { clock, delay: 0, name: 'dns' })
    let asked = 0
    const backend = createResolver({
      name: 'dns',
      clock,
      discover: async () => {},
      resolve: async (cluster, question) => {
        asked += 1
        if (asked > 1) question.startAttempt({ method: 'dns-srv', target: cluster }).finish(status)
        else for await (const event of first.resolve(cluster)) question.emit(event)
      },
    })
    const resolver = cached(backend, { clock, refreshAhead: 0 })
    const pending = resolveCluster(resolver, 'alpha')
    await clock.advance(60_000)
    await pending
    const { warnings } = await resolveCluster(resolver, 'alpha')
    const message = `alpha: results that were last confirmed 60 s ago are still given: ${why}`
    expect(warnings).toEqual([{ code: 'stale-answer', message }])
  })

  it.each<readonly [what: string, compose: (dns: Resolver, lists: Resolver, clock: Clock) => Resolver]>([
    ['of a union', (dns, lists, clock) => cached(mergeOf([dns, lists], { clock }), { clock, refreshAhead: 0 })],
    ['in a union', (dns, lists, clock) => mergeOf([cached(dns, { clock, refreshAhead: 0 }), lists], { clock })],
    [
      'in a union of unions',
      (dns, lists, clock) => {
        const inner = mergeOf([memoryResolver({ clusters: {}, clock }), cached(dns, { clock, refreshAhead: 0 })], {
          clock,
        })
        return mergeOf([inner, mergeOf([lists], { clock })], { clock })
      },
    ],
  ])('puts what is stale behind what is fresh: %s', async (_, compose) => {
    const clock = simulatedClock()
    const dns = answeringResolver(['A,B/60', 'refused'], { clock, delay: 0 })
    const lists = answeringResolver(['B,C/60'], { clock, delay: 0, name: 'lists' })
    const resolver = compose(dns, lists, clock)
    const first = resolveCluster(resolver, 'alpha')
    await clock.advance(60_000)
    await first
    const pending = resolveCluster(resolver, 'alpha')
    await clock.advance(1)
    const report = await pending
    expect(report.endpoints.map(({ staleMs, ...one }) => [itemOf(one), staleMs])).toEqual([
      ['B', undefined],
      ['C', undefined],
      ['A', 60_000],
    ])
    expect(report.endpoints[0]?.sources.map(({ backend }) => backend)).toEqual(['lists', 'dns'])
    expect(report.warnings.map(({ code }) => code)).toEqual(['stale-answer'])
  })

  it.each([300, 60_000])('lets a question go on for whoever asks next, if it has %i ms', async (timeout) => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60', 'B/60'], { clock, delay: 3_000 })
    const resolver = cached(backend, { clock, refreshAhead: 0 })
    const first = resolveCluster(resolver, 'alpha')
    await clock.advance(70_000)
    await first
    const late = resolveCluster(resolver, 'alpha', { timeout })
    await clock.advance(2_000)
    const report = await late
    expect(report.endpoints.map(itemOf)).toEqual(['A'])
    expect(report.attempts).toMatchObject([
      { backend: 'dns', status: 'timeout', error: { code: 'ETIMEDOUT' } },
      { backend: 'cache', status: 'found', detail: `stale, ${timeout === 300 ? 67 : 68} s old` },
    ])
    await clock.advance(2_000)
    expect((await resolveCluster(resolver, 'alpha')).endpoints.map(itemOf)).toEqual(['B'])
    expect(backend.askedAt).toEqual([0, 70_000])
    expect(clock.sleepers).toBe(0)
  })
})

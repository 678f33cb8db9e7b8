import {
  discoverClusters,
  firstOf,
  formatEndpoint,
  memoryResolver,
  type Resolver,
  resolveCluster,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { type Step, simulatedResolver } from './simulated-resolver.js'

const A = '192.0.2.1:2510'
const B = '192.0.2.2:2510'
const C = '192.0.2.3:2510'

/** Resolves over three scripted resolvers, and says what came out, when, and who was asked when. */
async function race(scripts: readonly (readonly Step[])[], timeout = 5_000) {
  const clock = simulatedClock()
  const names = ['dns', 'bootstrap', 'zeroconf']
  const backends = scripts.map((script, index) => simulatedResolver(names[index] ?? `r${index}`, clock, script))
  const resolver = firstOf(backends, { clock })
  let endedAt = Number.NaN
  const pending = resolveCluster(resolver, 'alpha', { timeout }).then((report) => {
    endedAt = clock.now()
    return report
  })
  await clock.advance(20_000)
  const report = await pending
  expect(clock.sleepers).toBe(0)
  return {
    outcome: report.outcome,
    endpoints: report.endpoints.map(formatEndpoint),
    attempts: report.attempts.map(({ backend, status }) => `${backend} ${status}`),
    askedAt: backends.map(({ askedAt }) => askedAt[0]),
    releasedAt: backends.map(({ releasedAt }) => releasedAt[0]),
    endedAt,
  }
}

describe('firstOf', () => {
  it('asks nobody else while the first answers in time', async () => {
    expect(
      await race([
        [
          [100, 'endpoint', A],
          [110, 'end', 'found'],
        ],
        [],
        [],
      ]),
    ).toEqual({
      outcome: 'found',
      endpoints: [A],
      attempts: ['bootstrap skipped', 'zeroconf skipped', 'dns found'],
      askedAt: [0, undefined, undefined],
      releasedAt: [110, undefined, undefined],
      endedAt: 110,
    })
  })

  it('starts the k-th k x 250 ms later', async () => {
    const slow: Step[] = [[4_000, 'end', 'empty']]
    const { askedAt, outcome, endedAt } = await race([slow, slow, slow])
    expect(askedAt).toEqual([0, 250, 500])
    expect(outcome).toBe('absent')
    expect(endedAt).toBe(4_500)
  })

  it('starts the next as soon as all before it have ended with nothing', async () => {
    const { askedAt, endpoints, attempts } = await race([
      [[10, 'end', 'empty']],
      [[20, 'end', 'timeout']],
      [
        [30, 'endpoint', C],
        [40, 'end', 'found'],
      ],
    ])
    expect(askedAt).toEqual([0, 10, 30])
    expect(endpoints).toEqual([C])
    expect(attempts).toEqual(['dns empty', 'bootstrap timeout', 'zeroconf found'])
  })

  it('lets the more preferred win while patience lasts', async () => {
    const { endpoints, attempts, releasedAt, endedAt } = await race([
      [
        [1_200, 'endpoint', A],
        [1_250, 'end', 'found'],
      ],
      [
        [10, 'endpoint', B],
        [2_000, 'end', 'found'],
      ],
      [],
    ])
    expect(endpoints).toEqual([A])
    expect(attempts).toEqual(['bootstrap skipped', 'zeroconf skipped', 'dns found'])
    expect(releasedAt).toEqual([1_250, 1_200, undefined])
    expect(endedAt).toBe(1_250)
  })

  it('gives the more preferred 1 s and no more once a less preferred one has found something', async () => {
    const { endpoints, attempts, askedAt, releasedAt, endedAt } = await race([
      [[4_000, 'endpoint', A]],
      [
        [10, 'endpoint', B],
        [20, 'end', 'found'],
      ],
      [],
    ])
    expect(askedAt).toEqual([0, 250, undefined])
    expect(endpoints).toEqual([B])
    expect(attempts).toEqual(['bootstrap found', 'dns timeout', 'zeroconf skipped'])
    expect(releasedAt).toEqual([1_260, 270, undefined])
    expect(endedAt).toBe(1_260)
  })

  it('decides at once when the more preferred end with nothing', async () => {
    const { endpoints, endedAt } = await race([
      [[400, 'end', 'unreachable']],
      [
        [10, 'endpoint', B],
        [20, 'end', 'found'],
      ],
      [],
    ])
    expect(endpoints).toEqual([B])
    expect(endedAt).toBe(400)
  })

  it('takes all that the winner finds, also after the decision', async () => {
    const { endpoints } = await race([
      [[10, 'end', 'empty']],
      [
        [10, 'endpoint', B],
        [900, 'endpoint', C],
        [901, 'end', 'found'],
      ],
      [],
    ])
    expect(endpoints).toEqual([B, C])
  })

  it('goes on when somebody only knows the cluster', async () => {
    const script: Step[] = [
      [1, 'cluster', 'alpha'],
      [2, 'end', 'empty'],
    ]
    expect(
      await race([
        script,
        [
          [1, 'endpoint', B],
          [2, 'end', 'found'],
        ],
        [],
      ]),
    ).toMatchObject({ endpoints: [B] })
    expect((await race([script, [[1, 'end', 'empty']], [[1, 'end', 'silent']]])).outcome).toBe('known')
  })

  it.each([
    ['empty', 'empty', 'silent', 'absent'],
    ['empty', 'empty', 'unavailable', 'undetermined'],
    ['timeout', 'empty', 'silent', 'undetermined'],
    ['refused', 'empty', 'empty', 'undetermined'],
    ['skipped', 'skipped', 'silent', 'undetermined'],
  ] as const)('%s, %s and %s are %s', async (dns, bootstrap, zeroconf, outcome) => {
    expect((await race([[[1, 'end', dns]], [[1, 'end', bootstrap]], [[1, 'end', zeroconf]]])).outcome).toBe(outcome)
  })

  it('ends in its time, and nobody who was not asked counts as a no', async () => {
    const { outcome, askedAt, attempts, endedAt } = await race([[[1_000, 'end', 'empty']], [], []], 200)
    expect({ outcome, askedAt, endedAt }).toEqual({
      outcome: 'undetermined',
      askedAt: [0, undefined, undefined],
      endedAt: 200,
    })
    expect(attempts).toEqual(['dns timeout', 'bootstrap timeout', 'zeroconf timeout'])
  })

  it('says of those whose turn did not come that the time was up', async () => {
    const clock = simulatedClock()
    const backends = ['dns', 'zeroconf'].map((name) => simulatedResolver(name, clock, [[1_000, 'end', 'empty']]))
    const pending = resolveCluster(firstOf(backends, { clock }), 'alpha', { timeout: 200 })
    await clock.advance(2_000)
    expect((await pending).attempts).toContainEqual(
      expect.objectContaining({ backend: 'zeroconf', error: expect.objectContaining({ code: 'ETIMEDOUT' }) }),
    )
  })

  it('gives those who start later the time that is left', async () => {
    const { attempts, endedAt } = await race([[[300, 'end', 'empty']], [[9_000, 'end', 'empty']], []], 1_000)
    expect(attempts).toContain('bootstrap timeout')
    expect(endedAt).toBe(1_000)
  })

  it('turns a fault of one resolver into a failed attempt', async () => {
    const faulty = { ...firstOf([]), name: 'faulty', resolve: () => throwing() } satisfies Resolver
    const clock = simulatedClock()
    const good = simulatedResolver('good', clock, [
      [0, 'endpoint', A],
      [0, 'end', 'found'],
    ])
    const pending = resolveCluster(firstOf([faulty, good], { clock }), 'alpha')
    await clock.advance(1_000)
    const report = await pending
    expect(report.outcome).toBe('found')
    expect(report.attempts[0]).toMatchObject({
      backend: 'faulty',
      status: 'failed',
      error: { code: 'ERR_RESOLVER_FAULT' },
    })
  })

  it('keeps what was found although the more preferred does not stop when the time is up', async () => {
    const clock = simulatedClock()
    const deaf = { ...firstOf([]), name: 'deaf', resolve: () => never() } satisfies Resolver
    const good = simulatedResolver('good', clock, [
      [100, 'endpoint', A],
      [110, 'end', 'found'],
    ])
    const foundAt: number[] = []
    const pending = resolveCluster(firstOf([deaf, good], { clock }), 'alpha', {
      timeout: 500,
      onEvent: (event) => event.type === 'endpoint' && foundAt.push(clock.now()),
    })
    await clock.advance(700)
    const report = await pending
    expect(report.endpoints.map(formatEndpoint)).toEqual([A])
    expect(report.attempts.map(({ backend, status }) => `${backend} ${status}`)).toEqual(['good found', 'deaf timeout'])
    expect(foundAt).toEqual([550])
    expect(clock.sleepers).toBe(0)
  })

  it('says once of those whose turn did not come that they were not needed, although the winner runs out of time', async () => {
    const endless: Step[] = [
      [100, 'endpoint', A],
      [9_000, 'end', 'found'],
    ]
    expect(await race([endless, [], []], 200)).toMatchObject({
      endpoints: [A],
      attempts: ['bootstrap skipped', 'zeroconf skipped', 'dns timeout'],
    })
  })

  it('says why those who lost have no answer', async () => {
    const clock = simulatedClock()
    const backends = [
      simulatedResolver('dns', clock, [[9_000, 'end', 'empty']]),
      simulatedResolver('bootstrap', clock, [
        [10, 'endpoint', B],
        [20, 'end', 'found'],
      ]),
      simulatedResolver('zeroconf', clock, []),
    ]
    const pending = resolveCluster(firstOf(backends, { clock }), 'alpha')
    await clock.advance(20_000)
    const { attempts } = await pending
    expect(attempts.map(({ backend, error, detail }) => [backend, error?.code ?? null, detail])).toEqual([
      ['bootstrap', null, null],
      ['dns', 'ETIMEDOUT', null],
      ['zeroconf', null, 'not needed: bootstrap answered'],
    ])
  })

  it('lists the clusters of the most preferred one that has any', async () => {
    const resolver = firstOf([
      memoryResolver({ clusters: {}, name: 'none' }),
      memoryResolver({ clusters: { alpha: [], beta: [] }, name: 'some' }),
      memoryResolver({ clusters: { gamma: [] }, name: 'others' }),
    ])
    const { outcome, clusters } = await discoverClusters(resolver)
    expect({ outcome, names: clusters.map(({ name }) => name) }).toEqual({ outcome: 'found', names: ['alpha', 'beta'] })
  })

  it('disposes what it is made of', async () => {
    const inner = memoryResolver({ clusters: {} })
    await firstOf([inner])[Symbol.asyncDispose]()
    await expect(resolveCluster(inner, 'alpha')).rejects.toMatchObject({ code: 'ERR_RESOLVER_DISPOSED' })
  })

  it.each([{ attemptDelay: -1 }, { preferenceGrace: Number.NaN }, { preferenceGrace: Number.POSITIVE_INFINITY }])(
    'refuses %o at once',
    (options) => {
      expect(() => firstOf([], options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
    },
  )

  it('of nothing is undetermined', async () => {
    expect((await resolveCluster(firstOf([]), 'alpha')).outcome).toBe('undetermined')
  })
})

function never(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
}

// biome-ignore lint/correctness/useYield: the fault comes before anything else
async function* throwing(): AsyncGenerator<never> {
  throw new TypeError('a fault of the resolver itself')
}

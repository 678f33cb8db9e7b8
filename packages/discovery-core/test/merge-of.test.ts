import {
  discoverClusters,
  firstOf,
  formatEndpoint,
  memoryResolver,
  mergeOf,
  type ResolveEvent,
  type Resolver,
  resolveCluster,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { simulatedResolver } from './simulated-resolver.js'

describe('mergeOf', () => {
  it('asks all at once', async () => {
    const clock = simulatedClock()
    const backends = ['a', 'b', 'c'].map((name) => simulatedResolver(name, clock, [[10, 'end', 'empty']]))
    const pending = resolveCluster(mergeOf(backends, { clock }), 'alpha')
    await clock.advance(100)
    expect((await pending).outcome).toBe('absent')
    expect(backends.map(({ askedAt }) => askedAt)).toEqual([[0], [0], [0]])
  })

  it('ST-6 unites endpoints by address and port, with all their sources, in the order of preference', async () => {
    const clock = simulatedClock()
    const slow = simulatedResolver('dns', clock, [
      [900, 'endpoint', '192.0.2.1:2510'],
      [901, 'end', 'found'],
    ])
    const fast = simulatedResolver('bootstrap', clock, [
      [1, 'endpoint', '192.0.2.9:2510'],
      [2, 'endpoint', '192.0.2.1:2510'],
      [3, 'end', 'found'],
    ])
    const pending = resolveCluster(mergeOf([slow, fast], { clock }), 'alpha')
    await clock.advance(2_000)
    const report = await pending
    expect(
      report.endpoints.map((endpoint) => [formatEndpoint(endpoint), endpoint.sources.map((s) => s.backend)]),
    ).toEqual([
      ['192.0.2.1:2510', ['dns', 'bootstrap']],
      ['192.0.2.9:2510', ['bootstrap']],
    ])
  })

  it('emits what the fast ones find before the slow ones end', async () => {
    const clock = simulatedClock()
    const slow = simulatedResolver('dns', clock, [[4_000, 'end', 'empty']])
    const fast = simulatedResolver('zeroconf', clock, [
      [1, 'endpoint', '192.0.2.9:2510'],
      [2, 'end', 'found'],
    ])
    const seenAt: number[] = []
    const pending = resolveCluster(mergeOf([slow, fast], { clock }), 'alpha', {
      onEvent: (event) => event.type === 'endpoint' && seenAt.push(clock.now()),
    })
    await clock.advance(5_000)
    await pending
    expect(seenAt).toEqual([1])
  })

  it('reports each cluster once, sorted, with the spelling that came first', async () => {
    const one = memoryResolver({ clusters: { Beta: [], alpha: [] }, name: 'one' })
    const other = memoryResolver({ clusters: { beta: [], gamma: [] }, name: 'other' })
    const report = await discoverClusters(mergeOf([one, other]))
    expect(report.clusters.map(({ name, sources }) => [name, sources.map(({ backend }) => backend)])).toEqual([
      ['alpha', ['one']],
      ['Beta', ['one', 'other']],
      ['gamma', ['other']],
    ])
  })

  it('one that could not be asked keeps the others from saying absent', async () => {
    const clock = simulatedClock()
    const dead = simulatedResolver('dead', clock, [[1, 'end', 'unreachable']])
    const pending = resolveCluster(mergeOf([memoryResolver({ clusters: {} }), dead], { clock }), 'alpha')
    await clock.advance(10)
    expect((await pending).outcome).toBe('undetermined')
  })

  it('a stream that stops without end is a failed attempt', async () => {
    const inner = memoryResolver({ clusters: {} })
    const cut: Resolver = { ...inner, name: 'cut', resolve: () => emptyStream() }
    const report = await resolveCluster(mergeOf([cut, memoryResolver({ clusters: {} })]), 'alpha')
    expect(report.outcome).toBe('undetermined')
    expect(report.attempts).toContainEqual(
      expect.objectContaining({ backend: 'cut', error: expect.objectContaining({ code: 'ERR_STREAM_WITHOUT_END' }) }),
    )
  })

  describe('ST-6 warns when sources disagree', () => {
    const of = (name: string, ...endpoints: string[]): Resolver =>
      memoryResolver({ clusters: { alpha: endpoints }, name })
    const many = Array.from({ length: 8 }, (_, index) => `192.0.2.${index + 1}`)

    it.each<readonly [what: string, sides: readonly Resolver[], messages: readonly string[]]>([
      ['not when they agree', [of('dns', '192.0.2.1', '192.0.2.2'), of('lists', '192.0.2.2', '192.0.2.1')], []],
      ['not when one has nothing', [of('dns', '192.0.2.1'), of('lists')], []],
      ['not when one does not know the cluster', [of('dns', '192.0.2.1'), memoryResolver({ clusters: {} })], []],
      [
        'about both sides',
        [of('dns', '192.0.2.1', '192.0.2.2'), of('lists', '192.0.2.2', '192.0.2.9')],
        ['dns and lists differ about alpha: only dns has 192.0.2.1:2510; only lists has 192.0.2.9:2510'],
      ],
      [
        'about the other side alone',
        [of('dns', '192.0.2.2'), of('lists', '192.0.2.1', '192.0.2.2')],
        ['dns and lists differ about alpha: dns has only 192.0.2.2:2510; only lists has 192.0.2.1:2510'],
      ],
      [
        'about a port',
        [of('dns', '192.0.2.1:2510'), of('lists', '192.0.2.1:2511')],
        ['dns and lists differ about alpha: only dns has 192.0.2.1:2510; only lists has 192.0.2.1:2511'],
      ],
      [
        'about one side alone',
        [of('dns', '192.0.2.1', '192.0.2.2'), of('lists', '192.0.2.2')],
        ['dns and lists differ about alpha: only dns has 192.0.2.1:2510; lists has only 192.0.2.2:2510'],
      ],
      [
        'once for each pair',
        [of('a', '192.0.2.1'), of('b', '192.0.2.2'), of('c', '192.0.2.1')],
        [
          'a and b differ about alpha: only a has 192.0.2.1:2510; only b has 192.0.2.2:2510',
          'b and c differ about alpha: only b has 192.0.2.2:2510; only c has 192.0.2.1:2510',
        ],
      ],
      [
        'by who speaks, at any depth',
        [
          mergeOf([of('dns', '192.0.2.1'), memoryResolver({ clusters: {} })]),
          firstOf([of('empty'), mergeOf([of('lists', '192.0.2.2')])]),
        ],
        ['dns and lists differ about alpha: only dns has 192.0.2.1:2510; only lists has 192.0.2.2:2510'],
      ],
      [
        'once, although both levels see it',
        [mergeOf([of('dns', '192.0.2.1'), of('lists', '192.0.2.2')]), of('zeroconf')],
        ['dns and lists differ about alpha: only dns has 192.0.2.1:2510; only lists has 192.0.2.2:2510'],
      ],
      [
        'not about a family that one does not have, nor about link-local addresses',
        [of('dns', '192.0.2.1'), of('zeroconf', '192.0.2.1', '[2001:db8::1]', '[fe80::1%eth0]')],
        [],
      ],
      [
        'not about link-local addresses where both have IPv6',
        [of('dns', '[2001:db8::1]'), of('zeroconf', '[2001:db8::1]', '[fe80::1%eth0]', '[febf::1%eth0]')],
        [],
      ],
      [
        'about what only looks link-local',
        [of('dns', '[2001:db8::1]'), of('zeroconf', '[2001:db8::1]', '[2001:db8::fe80]')],
        [
          'dns and zeroconf differ about alpha: dns has only [2001:db8::1]:2510; only zeroconf has [2001:db8::fe80]:2510',
        ],
      ],
      [
        'about families when there is no common one',
        [of('dns', '192.0.2.1'), of('lists', '[2001:db8::1]')],
        ['dns and lists differ about alpha: only dns has 192.0.2.1:2510; only lists has [2001:db8::1]:2510'],
      ],
      [
        'with five of a side',
        [of('dns', ...many.slice(0, 5)), of('lists', '192.0.2.8')],
        [
          'dns and lists differ about alpha: only dns has 192.0.2.1:2510, 192.0.2.2:2510, 192.0.2.3:2510, 192.0.2.4:2510, 192.0.2.5:2510; only lists has 192.0.2.8:2510',
        ],
      ],
      [
        'with at most five of each side',
        [of('dns', ...many), of('lists', '192.0.2.8')],
        [
          'dns and lists differ about alpha: only dns has 192.0.2.1:2510, 192.0.2.2:2510, 192.0.2.3:2510, 192.0.2.4:2510, 192.0.2.5:2510 and 2 more; lists has only 192.0.2.8:2510',
        ],
      ],
    ])('%s', async (_, sides, messages) => {
      const { warnings } = await resolveCluster(mergeOf(sides), 'alpha')
      expect(warnings).toEqual(messages.map((message) => ({ code: 'sources-disagree', message })))
    })
  })

  it('leaves behind one that does not stop in time, and says which', async () => {
    const clock = simulatedClock()
    const inner = memoryResolver({ clusters: {}, clock })
    const deaf: Resolver = { ...inner, name: 'deaf', resolve: () => asksForever() }
    const pending = resolveCluster(mergeOf([deaf, inner], { clock }), 'alpha', { timeout: 500 })
    await clock.advance(700)
    const report = await pending
    expect(report.outcome).toBe('undetermined')
    expect(report.attempts).toContainEqual(
      expect.objectContaining({
        backend: 'deaf',
        target: 'forever',
        status: 'timeout',
        error: expect.objectContaining({ code: 'ERR_RESOLVER_OVERRUN' }),
      }),
    )
    expect(clock.sleepers).toBe(0)
  })

  it('adds the place in the order to endpoints, and to nothing else', async () => {
    const clock = simulatedClock()
    const inner = simulatedResolver('inner', clock, [
      [1, 'endpoint', '192.0.2.1'],
      [1, 'end', 'found'],
    ])
    const preferences: string[] = []
    const pending = resolveCluster(mergeOf([memoryResolver({ clusters: {} }), inner], { clock }), 'alpha', {
      onEvent: (event) =>
        'preference' in event && preferences.push(`${event.type} ${JSON.stringify(event.preference)}`),
    })
    await clock.advance(10)
    await pending
    expect(preferences).toEqual(['endpoint [1]'])
  })

  it('keeps the order of preference at any depth', async () => {
    const of = (name: string, ...endpoints: string[]): Resolver =>
      memoryResolver({ clusters: { alpha: endpoints }, name })
    const nested = mergeOf([
      mergeOf([of('a', '192.0.2.2', '192.0.2.1'), of('b', '192.0.2.3')]),
      firstOf([of('c'), of('d', '192.0.2.4', '192.0.2.2')]),
    ])
    const report = await resolveCluster(nested, 'alpha')
    expect(report.endpoints.map(({ address }) => address)).toEqual(['192.0.2.2', '192.0.2.1', '192.0.2.3', '192.0.2.4'])
    await nested[Symbol.asyncDispose]()
  })

  it('disposes what it is made of', async () => {
    const inner = memoryResolver({ clusters: {} })
    await mergeOf([inner])[Symbol.asyncDispose]()
    await expect(resolveCluster(inner, 'alpha')).rejects.toMatchObject({ code: 'ERR_RESOLVER_DISPOSED' })
  })
})

async function* asksForever(): AsyncGenerator<ResolveEvent> {
  yield { type: 'attempt-started', id: 1, backend: 'deaf', method: 'deaf', target: 'forever' }
  await new Promise(() => {})
}

async function* emptyStream(): AsyncGenerator<never> {}

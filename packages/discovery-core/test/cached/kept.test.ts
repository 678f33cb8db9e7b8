import {
  cached,
  createResolver,
  type DiscoverEvent,
  discoverClusters,
  mergeOf,
  parseClusterName,
  parseEndpoint,
  type ResolveReport,
  type Resolver,
  resolveCluster,
  type SimulatedClock,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { answeringResolver, itemOf } from '../answering-resolver.js'

/** A clock that has run for an hour, since ages are no times of day. */
async function laterClock(): Promise<SimulatedClock> {
  const clock = simulatedClock()
  await clock.advance(3_600_000)
  return clock
}

async function ask(resolver: Resolver, clock: SimulatedClock): Promise<ResolveReport> {
  const pending = resolveCluster(resolver, 'alpha')
  await clock.advance(0)
  return pending
}

const stale = (report: ResolveReport): readonly string[] =>
  report.warnings.filter(({ code }) => code === 'stale-answer').map(({ message }) => message)

describe('what is given again', () => {
  it('counts results, and not that the cluster exists', async () => {
    const clock = await laterClock()
    const backend = answeringResolver(['exists/60', 'exists/60', 'refused'], { clock, delay: 0 })
    const resolver = cached(backend, { clock, refreshAhead: 0 })
    await ask(resolver, clock)
    expect((await ask(resolver, clock)).attempts.at(-1)).toMatchObject({ backend: 'cache', status: 'empty', count: 0 })
    await clock.advance(60_000)
    await ask(resolver, clock)
    await clock.advance(60_000)
    const report = await ask(resolver, clock)
    expect(report.outcome).toBe('known')
    expect(report.attempts.at(-1)).toMatchObject({ backend: 'cache', count: 0, detail: 'stale, 60 s old' })
  })

  it('is as old as its answer is, whatever the clock says', async () => {
    const clock = await laterClock()
    const resolver = cached(answeringResolver(['A/60', 'refused'], { clock, delay: 0 }), { clock, refreshAhead: 0 })
    await ask(resolver, clock)
    await clock.advance(50_000)
    expect((await ask(resolver, clock)).attempts.at(-1)).toMatchObject({ detail: 'kept, 50 s old' })
    await clock.advance(20_000)
    const report = await ask(resolver, clock)
    expect(report.attempts.at(-1)).toMatchObject({ detail: 'stale, 70 s old' })
    expect(stale(report)).toEqual([expect.stringContaining('last confirmed 70 s ago')])
  })

  it('is as old as its answer is, also where that is a no', async () => {
    const clock = await laterClock()
    const resolver = cached(answeringResolver(['empty/60'], { clock, delay: 0 }), { clock })
    await ask(resolver, clock)
    await clock.advance(20_000)
    expect((await ask(resolver, clock)).attempts.at(-1)).toMatchObject({ status: 'empty', detail: 'kept, 20 s old' })
  })

  it('is fresh to its end, however short is kept what is stale', async () => {
    const clock = await laterClock()
    const resolver = cached(answeringResolver(['A/60', 'refused'], { clock, delay: 0 }), { clock, maxStale: 0 })
    await ask(resolver, clock)
    await clock.advance(50_000)
    expect((await ask(resolver, clock)).endpoints.map(itemOf)).toEqual(['A'])
    await clock.advance(20_000)
    expect((await ask(resolver, clock)).outcome).toBe('undetermined')
  })

  it('has the events that it had, with what is left of their TTL', async () => {
    const clock = await laterClock()
    const warning = { type: 'warning', code: 'test', message: 'fix this' } as const
    const source = { backend: 'lists', method: 'bootstrap', origin: 'x', ttl: 60, authenticated: true }
    const named = { type: 'cluster', name: parseClusterName('alpha'), source } as const
    const withdrawn = [{ what: 'beta', origin: 'x' }]
    const backend = createResolver({
      name: 'lists',
      clock,
      discover: async (question) => {
        const attempt = question.startAttempt({ method: 'bootstrap', target: 'x' })
        question.emit(warning)
        question.emit(named)
        attempt.finish('found', { count: 1, withdrawn })
      },
      resolve: async () => {},
    })
    const resolver = cached(backend, { clock })
    await discoverClusters(resolver)
    await clock.advance(10_000)
    const events: DiscoverEvent[] = []
    await discoverClusters(resolver, { onEvent: (event) => events.push(event) })
    expect(events.filter(({ type }) => type === 'warning')).toEqual([warning])
    expect(events.filter(({ type }) => type === 'cluster')).toStrictEqual([
      { ...named, source: { ...source, ttl: 50 } },
    ])
    const attempt = events.find((event) => event.type === 'attempt-finished' && event.backend === 'lists')
    expect(attempt).toMatchObject({ withdrawn })
    const given = (attempt as { readonly withdrawn: readonly object[] }).withdrawn
    expect([given, ...given].map(Object.isFrozen)).toEqual([true, true])
  })
})

describe('what is stale further in', () => {
  const setUp = async () => {
    const clock = await laterClock()
    const backend = answeringResolver(['A/60', 'refused'], { clock, delay: 0 })
    const inner = cached(backend, { clock, name: 'inner', refreshAhead: 0 })
    await ask(inner, clock)
    await clock.advance(100_000)
    const outer = cached(inner, { clock, name: 'outer', refreshAhead: 0 })
    return { clock, outer }
  }

  it('grows older further out, and is warned of once', async () => {
    const { clock, outer } = await setUp()
    for (const age of [100, 110]) {
      const report = await ask(outer, clock)
      expect(report.endpoints).toMatchObject([{ staleMs: age * 1_000 }])
      expect(stale(report)).toEqual([expect.stringContaining('dns ended as refused')])
      await clock.advance(10_000)
    }
  })
})

describe('of several sources', () => {
  const setUp = async (...sources: readonly (readonly string[])[]) => {
    const clock = await laterClock()
    const [names, startedAt] = [['dns', 'lists', 'mdns'], clock.now()]
    const backends = sources.map((answers, index) =>
      answeringResolver(answers, { clock, delay: 0, name: names[index] ?? '' }),
    )
    const resolver = cached(mergeOf(backends, { clock }), { clock, refreshAhead: 0, confirmInterval: 10_000 })
    await ask(resolver, clock)
    return { clock, backends, resolver, startedAt }
  }

  it('a failed one is no reason for a warning where the other says the same', async () => {
    const { clock, resolver } = await setUp(['A/60', 'refused'], ['A/60'])
    await clock.advance(60_000)
    const report = await ask(resolver, clock)
    expect(report.endpoints.map(itemOf)).toEqual(['A'])
    expect(report.endpoints[0]?.staleMs).toBeUndefined()
    expect(report.warnings).toEqual([])
  })

  it('the failed one is the reason, also beside one that said no', async () => {
    const { clock, resolver } = await setUp(['A/60', 'empty'], ['B/60', 'refused'], ['C/60'])
    await clock.advance(60_000)
    expect(stale(await ask(resolver, clock))).toEqual([expect.stringContaining('lists ended as refused')])
  })

  it('the one that said no is asked for confirmation, although the other has failed', async () => {
    const { clock, backends, resolver, startedAt } = await setUp(['A/20', 'empty'], ['B/20', 'refused'], ['C/20'])
    for (let second = 1; second <= 50; second += 1) {
      await clock.advance(1_000)
      await ask(resolver, clock)
    }
    expect(backends[0]?.askedAt.map((at) => (at - startedAt) / 1_000)).toEqual([0, 20, 30])
  })
})

describe('what is under way when a cache is disposed', () => {
  it('is cancelled, also where the resolver does not end it itself, and the resolver is disposed', async () => {
    const clock = await laterClock()
    const source = { backend: 'foreign', method: 'test', origin: 'x', ttl: 10, authenticated: false }
    const signals: AbortSignal[] = []
    let disposed = 0
    async function* answer(signal: AbortSignal | undefined, isFirst: boolean) {
      const attempt = { backend: 'foreign', method: 'test', target: 'x', server: null, count: 1, elapsedMs: 0 }
      yield { type: 'cluster', name: parseClusterName('alpha'), source } as const
      if (isFirst) {
        yield { type: 'attempt-finished', id: 1, ...attempt, status: 'found', error: null, detail: null } as const
        yield { type: 'end', outcome: 'found' } as const
      } else if (signal !== undefined) {
        signals.push(signal)
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      }
    }
    const asked = new Set<string>()
    const isFirst = (what: string): boolean => asked.size < asked.add(what).size
    const foreign: Resolver = {
      name: 'foreign',
      discover: (options = {}) => answer(options.signal, isFirst('names')),
      async *resolve(_, options = {}) {
        const first = isFirst('alpha')
        if (first) yield { type: 'endpoint', ...parseEndpoint('192.0.2.1'), source }
        yield* answer(options.signal, first)
      },
      async [Symbol.asyncDispose]() {
        disposed += 1
      },
    }
    const resolver = cached(foreign, { clock, refreshAhead: 0 })
    const askBoth = () => Promise.all([resolveCluster(resolver, 'alpha'), discoverClusters(resolver)])
    await askBoth()
    await clock.advance(10_000)
    const late = askBoth()
    await clock.advance(2_000)
    expect((await late).map(({ outcome }) => outcome)).toEqual(['found', 'found'])
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
    await resolver[Symbol.asyncDispose]()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    expect(disposed).toBe(1)
  })
})

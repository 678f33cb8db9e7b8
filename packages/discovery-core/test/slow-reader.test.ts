import {
  cached,
  createResolver,
  type DiscoverEvent,
  discoverClusters,
  discoverReportBuilder,
  firstOf,
  memoryResolver,
  mergeOf,
  parseClusterName,
  type Resolver,
  type SimulatedClock,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

const NAMES = 20_000
const TIMEOUT = 1_000

/** Knows all names after 10 ms, as after a complete transfer of a zone. Counts those that it has made. */
function largeResolver(clock: SimulatedClock): Resolver & { readonly made: () => number } {
  let made = 0
  const source = { backend: 'large', method: 'dns-axfr', origin: 'zone', ttl: 60, authenticated: false }
  function* names(): Generator<DiscoverEvent> {
    for (; made < NAMES; made += 1) yield { type: 'cluster', name: parseClusterName(`c${made}`), source }
  }
  const resolver = createResolver({
    name: 'large',
    clock,
    async discover(question) {
      const asked = question.startAttempt({ method: 'dns-axfr', target: 'zone' })
      await clock.sleep(10, question.signal)
      question.emitAll(names())
      asked.finish('found', { count: NAMES })
    },
    resolve: async () => {},
  })
  return Object.assign(resolver, { made: () => made })
}

type Compose = (resolver: Resolver, clock: SimulatedClock) => Resolver
const empty = (clock: SimulatedClock): Resolver => memoryResolver({ clusters: {}, name: 'empty', clock })

const compositions: readonly (readonly [what: string, compose: Compose])[] = [
  ['alone', (resolver) => resolver],
  ['in mergeOf', (resolver, clock) => mergeOf([resolver, empty(clock)], { clock })],
  ['in firstOf', (resolver, clock) => firstOf([resolver, empty(clock)], { clock })],
  ['behind one that has nothing', (resolver, clock) => firstOf([empty(clock), resolver], { clock })],
  ['in a cache', (resolver, clock) => cached(resolver, { clock })],
  [
    'three deep',
    (resolver, clock) => firstOf([cached(mergeOf([resolver], { clock }), { clock }), empty(clock)], { clock }),
  ],
]

/** Reads one event, lets time pass, and reads the rest. */
async function readSlowly(resolver: Resolver, clock: SimulatedClock, pause: number) {
  const fold = discoverReportBuilder()
  const events = resolver.discover({ timeout: TIMEOUT })[Symbol.asyncIterator]()
  const next = async (): Promise<boolean> => {
    const { value, done } = await events.next()
    if (value !== undefined) fold.add(value)
    return done !== true
  }
  const first = next()
  await clock.advance(20)
  await first
  await clock.advance(pause)
  const reading = (async () => {
    while (await next());
  })()
  await clock.advance(pause)
  await reading
  return fold.report()
}

describe('a slow reader', () => {
  it.each(compositions)('gets all that was known in time: %s', async (_, compose) => {
    const clock = simulatedClock()
    const { outcome, clusters, attempts } = await readSlowly(compose(largeResolver(clock), clock), clock, 60_000)
    expect(outcome).toBe('found')
    expect(clusters).toHaveLength(NAMES)
    expect(attempts).toContainEqual(expect.objectContaining({ method: 'dns-axfr', status: 'found', count: NAMES }))
    expect(clock.sleepers).toBe(0)
  })

  it.each(compositions)('and who wants a report: %s', async (_, compose) => {
    const clock = simulatedClock()
    const pending = discoverClusters(compose(largeResolver(clock), clock), { timeout: TIMEOUT })
    // Time does not pass while names are taken, so that a large set must not stand in the way of the clock.
    await clock.advance(TIMEOUT * 10)
    const { outcome, clusters } = await pending
    expect([outcome, clusters.length]).toEqual(['found', NAMES])
  })

  it.each(compositions.slice(0, 4))('does not have all made before it wants them: %s', async (_, compose) => {
    const clock = simulatedClock()
    const large = largeResolver(clock)
    const events = compose(large, clock).discover({ timeout: TIMEOUT })[Symbol.asyncIterator]()
    const first = events.next()
    await clock.advance(20)
    await first
    await clock.advance(60_000)
    expect(large.made()).toBeLessThan(4_096)
    await events.return?.()
    expect(clock.sleepers).toBe(0)
  })

  it.each(compositions)('that aborts gets the reason, whatever was known: %s', async (_, compose) => {
    const clock = simulatedClock()
    const abort = new AbortController()
    const stream = compose(largeResolver(clock), clock).discover({ timeout: TIMEOUT, signal: abort.signal })
    const events = stream[Symbol.asyncIterator]()
    const first = events.next()
    await clock.advance(20)
    await first
    await clock.advance(60_000)
    const reason = new Error('enough')
    abort.abort(reason)
    await expect(events.next()).rejects.toBe(reason)
    expect(clock.sleepers).toBe(0)
  })

  it('that aborts while a report is made gets the reason', async () => {
    const clock = simulatedClock()
    const abort = new AbortController()
    const pending = discoverClusters(largeResolver(clock), { timeout: TIMEOUT, signal: abort.signal })
    const reason = new Error('enough')
    const rejection = expect(pending).rejects.toBe(reason)
    await clock.advance(10)
    abort.abort(reason)
    await rejection
  })

  it('that goes closes the resolver inside of it', async () => {
    const clock = simulatedClock()
    let left = false
    const watched: Resolver = {
      ...largeResolver(clock),
      async *discover(options) {
        try {
          yield* largeResolver(clock).discover(options)
        } finally {
          left = true
        }
      },
    }
    const events = mergeOf([watched], { clock }).discover({ timeout: TIMEOUT })[Symbol.asyncIterator]()
    const first = events.next()
    await clock.advance(20)
    await first
    await events.return?.()
    await clock.advance(0)
    expect(left).toBe(true)
    expect(clock.sleepers).toBe(0)
  })

  it('is told by the attempt and the outcome that names are missing, where a resolver of others goes on for too long', async () => {
    const clock = simulatedClock()
    const source = { backend: 'endless', method: 'test', origin: 'test', ttl: null, authenticated: false }
    const endless: Resolver = {
      ...memoryResolver({ clusters: {}, name: 'endless', clock }),
      async *discover() {
        yield { type: 'attempt-started', id: 1, backend: 'endless', method: 'test', target: 'all' }
        for (let name = 0; ; name += 1) yield { type: 'cluster', name: parseClusterName(`c${name}`), source }
      },
    }
    const merged = mergeOf([endless, memoryResolver({ clusters: { other: [] }, clock })], { clock })
    const pending = discoverClusters(merged, { timeout: TIMEOUT })
    await clock.advance(TIMEOUT * 10)
    const { outcome, clusters, attempts } = await pending
    expect(outcome).toBe('undetermined')
    expect(clusters.length).toBeGreaterThan(1)
    const [attempt] = attempts.filter(({ backend }) => backend === 'endless')
    expect(attempt).toMatchObject({ status: 'timeout', count: clusters.length - 1 })
  })
})

describe('names that are cut short', () => {
  const source = { backend: 'half', method: 'test', origin: 'test', ttl: 60, authenticated: false }

  /** Gives half of its names and is not done when the time is up. */
  const half = (clock: SimulatedClock): Resolver =>
    createResolver({
      name: 'half',
      clock,
      async discover({ startAttempt, emit, signal }) {
        startAttempt({ method: 'test', target: 'all' })
        emit({ type: 'cluster', name: parseClusterName('a'), source })
        await clock.sleep(1e9, signal).catch(() => {})
      },
      resolve: async () => {},
    })

  it.each(compositions)('are never taken for all: %s', async (_, compose) => {
    const clock = simulatedClock()
    const pending = discoverClusters(compose(half(clock), clock), { timeout: TIMEOUT })
    await clock.advance(TIMEOUT * 2)
    const { outcome, clusters, attempts } = await pending
    expect([outcome, clusters.length]).toEqual(['undetermined', 1])
    expect(attempts).toContainEqual(expect.objectContaining({ backend: 'half', status: 'timeout', count: 1 }))
  })

  it('do not matter where others were chosen', async () => {
    const clock = simulatedClock()
    const preferred = createResolver({
      name: 'preferred',
      clock,
      async discover({ startAttempt, emit }) {
        const asked = startAttempt({ method: 'test', target: 'all' })
        await clock.sleep(500)
        emit({ type: 'cluster', name: parseClusterName('b'), source: { ...source, backend: 'preferred' } })
        asked.finish('found', { count: 1 })
      },
      resolve: async () => {},
    })
    const broken = createResolver({
      name: 'half',
      clock,
      async discover({ startAttempt, emit }) {
        const asked = startAttempt({ method: 'test', target: 'all' })
        emit({ type: 'cluster', name: parseClusterName('a'), source })
        asked.finish('failed', { count: 1, error: { code: 'EIO', message: 'the disk' } })
      },
      resolve: async () => {},
    })
    const pending = discoverClusters(firstOf([preferred, broken], { clock, attemptDelay: 10 }), { timeout: TIMEOUT })
    await clock.advance(TIMEOUT)
    expect(await pending).toMatchObject({ outcome: 'found', clusters: [{ name: 'b' }] })
  })
})

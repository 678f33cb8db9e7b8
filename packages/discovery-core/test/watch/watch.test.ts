import { getEventListeners } from 'node:events'
import {
  cached,
  type EndpointWatchEvent,
  firstOf,
  memoryResolver,
  mergeOf,
  parseEndpoint,
  type ResolveEvent,
  type Resolver,
  type Source,
  simulatedClock,
  type Watch,
  type WatchOptions,
  watch,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { type AnsweringOptions, answeringResolver } from '../answering-resolver.js'
import { shownEvent } from './shown-event.js'

/** Watches `alpha` while the answers change at the given seconds, and says what came when. Chance is left out. */
async function watched(
  changes: readonly (readonly [at: number, answer: string | 'hint'])[],
  until: number,
  options: WatchOptions<ResolveEvent> & Pick<AnsweringOptions, 'delay' | 'hints'> = {},
) {
  const { delay = 0, hints = false, ...rest } = options
  const clock = simulatedClock()
  const backend = answeringResolver([], { clock, delay, hints })
  const lines: string[] = []
  const watching = watch(backend, 'alpha', { clock, jitter: 0, ...rest })
  const reading = (async () => {
    for await (const event of watching) lines.push(`${Math.floor(clock.now() / 1_000)} ${shownEvent(event)}`)
  })()
  for (const [at, answer] of changes) {
    if (at === 0) backend.answers = [answer]
    await clock.advance(at * 1_000 - clock.now())
    if (answer === 'hint') backend.hint()
    else backend.answers = [answer]
  }
  await clock.advance(until * 1_000 - clock.now())
  await watching[Symbol.asyncDispose]()
  await reading
  expect(clock.sleepers).toBe(0)
  expect(backend.underWay).toBe(0)
  return { lines, askedAt: backend.askedAt.map((ms) => ms / 1_000) }
}

describe('watch for an hour', () => {
  it('with link flaps, an outage, unconfirmed and confirmed denials and changed lists', async () => {
    const { lines, askedAt } = await watched(
      [
        [0, 'A,B/60'],
        [290, 'unreachable'], // a link flaps
        [310, 'A,B/60'],
        [650, 'unreachable'], // and again, between two rounds
        [670, 'A,B/60'],
        [1_000, 'hangs'], // the server is gone
        [2_000, 'A,B/60'],
        [2_570, 'empty/60'], // somebody loads an empty zone
        [2_590, 'A,B/60'], // and recovers
        [2_800, 'B,C/60'], // A is replaced
        [3_200, 'empty/60'], // the cluster is taken down
        [3_500, 'D/60'], // and built anew
      ],
      3_600,
    )
    expect(lines).toEqual([
      '0 snapshot AB found',
      '300 stale AB 60 s: unreachable',
      '330 recovered AB',
      '1055 stale AB 65 s: timeout',
      '2280 recovered AB',
      '2580 stale AB 60 s: empty',
      '2610 recovered AB',
      '2850 added C',
      '2850 removed A',
      '3210 stale BC 60 s: empty',
      '3240 removed B absent',
      '3240 removed C absent',
      '3540 added D',
    ])
    expect(askedAt.slice(0, 8)).toEqual([0, 60, 120, 180, 240, 300, 330, 390])
    expect(askedAt.filter((at) => at > 1_000 && at < 2_300)).toEqual([1_050, 1_080, 1_380, 1_680, 1_980, 2_280])
  })
})

describe('watch asks again', () => {
  const during = async (
    seconds: number,
    answers: readonly (readonly [at: number, answer: string])[],
    options: WatchOptions<ResolveEvent> = {},
  ): Promise<readonly number[]> => (await watched(answers, seconds, options)).askedAt

  it.each<readonly [what: string, answer: string, askedAt: readonly number[], options: WatchOptions<ResolveEvent>]>([
    ['ST-4 after the TTL', 'A/100', [0, 100, 200], {}],
    ['ST-4 not before a minute has passed', 'A/5', [0, 60, 120, 180, 240], {}],
    ['not before the floor', 'A/5', [0, 200], { floor: 200_000 }],
    ['at the ceiling', 'A/86400', [0, 90, 180, 270], { ceiling: 90_000 }],
    ['each minute where there is no TTL', 'A', [0, 60, 120, 180, 240], {}],
    ['as is said where there is no TTL', 'A', [0, 130, 260], { defaultTtl: 130_000 }],
    ['after the TTL of a no', 'empty/140', [0, 140, 280], {}],
    ['ST-4 half a minute after a failure, and later and later', 'refused', [0, 30, 90, 210], {}],
    ['not later than the ceiling for failures', 'refused', [0, 30, 80, 130, 180, 230, 280], { retryCeiling: 50_000 }],
    ['sooner after a failure when told to', 'refused', [0, 10, 30, 70, 150], { retry: 10_000 }],
  ])('%s', async (_, answer, askedAt, options) => {
    expect(await during(290, [[0, answer]], options)).toEqual(askedAt)
  })

  it('at most an hour later, and at most five minutes after failures', async () => {
    expect(await during(7_201, [[0, 'A/86400']])).toEqual([0, 3_600, 7_200])
    expect((await during(2_000, [[0, 'refused']])).slice(-3)).toEqual([1_350, 1_650, 1_950])
  })

  it('when what is stale becomes too old', async () => {
    const { lines, askedAt } = await watched(
      [
        [0, 'A/60'],
        [10, 'refused'],
      ],
      1_000,
      { maxStale: 200_000 },
    )
    expect(lines).toEqual(['0 snapshot A found', '60 stale A 60 s: refused', '200 removed A undetermined'])
    expect(askedAt.slice(0, 5)).toEqual([0, 60, 90, 200.001, 320.001])
  })

  it('by chance earlier than the TTL, never before the floor, and far apart after the start', async () => {
    for (const [draw, askedAt] of [
      [0, [0, 60, 330, 600]],
      [0.5, [0, 180, 465, 750]],
    ] as const) {
      const clock = simulatedClock()
      const backend = answeringResolver(['A/300'], { clock, delay: 0 })
      const random = { below: (limit: number) => Math.floor(draw * limit) }
      const events = watch(backend, 'alpha', { clock, random })[Symbol.asyncIterator]()
      const first = events.next()
      await clock.advance(800_000)
      await first
      await events.return?.()
      expect(backend.askedAt.map((ms) => ms / 1_000)).toEqual(askedAt)
    }
    const clock = simulatedClock()
    const backend = answeringResolver(['A/1'], { clock, delay: 0 })
    const events = watch(backend, 'alpha', { clock })[Symbol.asyncIterator]()
    const first = events.next()
    await clock.advance(10_000_000)
    await first
    await events.return?.()
    const waits = backend.askedAt.slice(1).map((at, index) => at - (backend.askedAt[index] ?? 0))
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60_000)
    expect(Math.max(...waits.slice(1))).toBeLessThanOrEqual(66_000)
    expect(waits[0]).toBeLessThanOrEqual(120_000)
  })
})

describe('watch listens to hints', () => {
  it('and asks soon after, once for many', async () => {
    const { lines, askedAt } = await watched(
      [
        [0, 'A/600'],
        [100, 'B/600'],
        [100, 'hint'],
        [100.01, 'hint'],
        [100.05, 'hint'],
        [300, 'hint'],
      ],
      400,
      { hints: true },
    )
    expect(lines).toEqual(['0 snapshot A found', '100 added B', '100 removed A'])
    expect(askedAt).toEqual([0, 100.1, 300.1])
  })

  it('but not more than once a second', async () => {
    const hints = Array.from({ length: 300 }, (_, index) => [100 + index / 100, 'hint'] as const)
    const { askedAt } = await watched([[0, 'A/600'], ...hints], 200, { hints: true })
    expect(askedAt).toEqual([0, 100.1, 101.1, 102.1, 103.1])
  })

  it('also to those that come while a question is under way', async () => {
    const { lines, askedAt } = await watched(
      [
        [0, 'A/600'],
        [0.5, 'hint'],
        [0.6, 'B/600'],
      ],
      100,
      { hints: true, delay: 700 },
    )
    expect(askedAt).toEqual([0, 1])
    expect(lines).toEqual(['0 snapshot A found', '1 added B', '1 removed A'])
  })

  it('through compositions and caches', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/600', 'B/600'], { clock, delay: 0, hints: true })
    const other = memoryResolver({ clusters: {}, clock })
    const resolver = firstOf([mergeOf([cached(backend, { clock }), other], { clock })], { clock })
    const lines: string[] = []
    const watching = watch(resolver, 'alpha', { clock })
    const reading = (async () => {
      for await (const event of watching) lines.push(shownEvent(event))
    })()
    await clock.advance(10_000)
    backend.hint()
    await clock.advance(1_000)
    await watching[Symbol.asyncDispose]()
    await reading
    expect(lines).toEqual(['snapshot A found', 'added B', 'removed A'])
  })

  it('and survives one that never stops giving them', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60'], { clock, delay: 0 })
    const hinting: Resolver = { ...backend, changes: () => storming() }
    const events = watch(hinting, 'alpha', { clock, jitter: 0 })[Symbol.asyncIterator]()
    const first = events.next()
    await clock.advance(3_500)
    expect((await first).value?.type).toBe('snapshot')
    await events.return?.()
    expect(backend.askedAt).toEqual([0, 1_000, 2_000, 3_000])
  })

  it('and does without when they end or fail', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60'], { clock, delay: 0 })
    for (const changes of [() => throwing(), () => ending()]) {
      const hinting: Resolver = { ...backend, changes }
      const events = watch(hinting, 'alpha', { clock, jitter: 0 })[Symbol.asyncIterator]()
      const first = events.next()
      await clock.advance(200_000)
      expect((await first).value?.type).toBe('snapshot')
      await events.return?.()
    }
    expect(backend.askedAt).toHaveLength(8)
    expect(clock.sleepers).toBe(0)
  })
})

describe('refresh', () => {
  it('ST-5 asks now, past caches, and resolves when that is answered', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/600', 'B/600'], { clock, delay: 50 })
    const watching = watch(cached(mergeOf([cached(backend, { clock })], { clock }), { clock }), 'alpha', { clock })
    await watching.refresh()
    expect(backend.askedAt).toEqual([])
    const events = watching[Symbol.asyncIterator]()
    const next = async (): Promise<string> => {
      const event = events.next()
      await clock.advance(50)
      const { value } = await event
      return value === undefined ? 'over' : shownEvent(value)
    }
    expect(await next()).toBe('snapshot A found')
    const refreshes = Promise.all([watching.refresh(), watching.refresh(), watching.refresh()])
    await clock.advance(50)
    await refreshes
    expect(backend.askedAt).toEqual([0, 50])
    expect([await next(), await next()]).toEqual(['added B', 'removed A'])
    const late = watching.refresh()
    await watching[Symbol.asyncDispose]()
    await late
    expect(await next()).toBe('over')
  })

  it('while a question is under way asks once more after it', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/600', 'B/600'], { clock, delay: 1_000 })
    const watching = watch(backend, 'alpha', { clock })
    const first = watching[Symbol.asyncIterator]().next()
    await clock.advance(500)
    let refreshedAt = 0
    const refreshed = watching.refresh().then(() => {
      refreshedAt = clock.now()
    })
    await clock.advance(5_000)
    await Promise.all([first, refreshed])
    expect(refreshedAt).toBe(2_000)
    expect(backend.askedAt).toEqual([0, 1_000])
    await watching[Symbol.asyncDispose]()
  })
})

describe('a slow consumer', () => {
  it('gets what has changed since it last looked, and nothing that came and went', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver([], { clock, delay: 0 })
    const watching = watch(backend, 'alpha', { clock, jitter: 0 })
    const events = watching[Symbol.asyncIterator]()
    const seen = async (): Promise<string> => {
      const { value } = await events.next()
      return value === undefined ? 'over' : shownEvent(value)
    }
    backend.answers = ['A,B/60']
    const first = seen()
    await clock.advance(0)
    expect(await first).toBe('snapshot AB found')
    for (const answer of ['B/60', 'refused', 'B,C/60', 'D/60', 'refused', 'A,D,E/60']) {
      backend.answers = [answer]
      await clock.advance(300_000)
    }
    expect([await seen(), await seen()]).toEqual(['added D', 'added E'])
    backend.answers = ['A/60']
    await clock.advance(60_000)
    expect([await seen(), await seen(), await seen()]).toEqual(['removed B', 'removed D', 'removed E'])
    const last = seen()
    await watching[Symbol.asyncDispose]()
    expect(await last).toBe('over')
  })
})

describe('watch ends', () => {
  const start = async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60', 'hangs'], { clock, delay: 0, hints: true })
    const abort = new AbortController()
    const watching = watch(backend, 'alpha', { clock, jitter: 0, signal: abort.signal })
    const events = watching[Symbol.asyncIterator]()
    const first = events.next()
    await clock.advance(0)
    await first
    return { clock, backend, abort, watching, events }
  }
  const released = ({ clock, backend, abort }: Awaited<ReturnType<typeof start>>): void => {
    expect(clock.sleepers).toBe(0)
    expect(backend.underWay).toBe(0)
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  }

  it.each([
    ['while it waits', 10_000],
    ['while it asks', 61_000],
  ])('ST-8 with its signal, at once, with the reason: %s', async (_, at) => {
    const started = await start()
    const next = started.events.next()
    await started.clock.advance(at)
    started.abort.abort('enough')
    await expect(next).rejects.toBe('enough')
    released(started)
    expect(await started.events.next()).toEqual({ done: true, value: undefined })
  })

  it.each([
    ['while it waits', 10_000],
    ['while it asks', 61_000],
  ])('when the loop is left: %s', async (_, at) => {
    const started = await start()
    await started.clock.advance(at)
    await started.events.return?.()
    released(started)
    expect(await started.events.next()).toEqual({ done: true, value: undefined })
  })

  it.each([
    ['disposed', 10_000],
    ['disposed', 61_000],
    ['left', 10_000],
  ])('when it is %s although somebody waits', async (how, at) => {
    const started = await start()
    const next = started.events.next()
    await started.clock.advance(at)
    await (how === 'left' ? started.events.return?.() : started.watching[Symbol.asyncDispose]())
    expect(await next).toEqual({ done: true, value: undefined })
    released(started)
  })

  it('with its resolver', async () => {
    const started = await start()
    const next = started.events.next()
    await started.backend[Symbol.asyncDispose]()
    const rejection = expect(next).rejects.toMatchObject({ code: 'ERR_RESOLVER_DISPOSED' })
    await started.clock.advance(60_000)
    await rejection
    released(started)
  })

  it('with an aborted signal before anything is asked', async () => {
    const backend = answeringResolver(['A'], { clock: simulatedClock() })
    const watching = watch(backend, 'alpha', { signal: AbortSignal.abort('no') })
    await expect(watching[Symbol.asyncIterator]().next()).rejects.toBe('no')
    expect(backend.askedAt).toEqual([])
  })

  it('when it was disposed of before', async () => {
    const backend = answeringResolver(['A'], { clock: simulatedClock() })
    const watching = watch(backend, 'alpha')
    await watching[Symbol.asyncDispose]()
    expect(await watching[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined })
    expect(backend.askedAt).toEqual([])
  })

  it('when its listener throws', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A'], { clock, delay: 0 })
    const fault = new Error('a bug of the caller')
    const onEvent = (): void => {
      throw fault
    }
    const next = watch(backend, 'alpha', { clock, onEvent })[Symbol.asyncIterator]().next()
    const rejection = expect(next).rejects.toBe(fault)
    await clock.advance(0)
    await rejection
    expect(clock.sleepers).toBe(0)
  })

  it('and asks nothing before the first event is awaited', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A'], { clock })
    watch(backend, 'alpha', { clock })[Symbol.asyncIterator]()
    await clock.advance(1_000)
    expect(backend.askedAt).toEqual([])
  })
})

describe('watch tells', () => {
  it('the names, as they come, change and go', async () => {
    const clock = simulatedClock()
    const one = answeringResolver(['alpha'], { clock, delay: 0, name: 'one' })
    const other = answeringResolver(['empty'], { clock, delay: 0, name: 'other' })
    const lines: string[] = []
    const watching = watch(mergeOf([one, other], { clock }), undefined, { clock, jitter: 0 })
    const reading = (async () => {
      for await (const event of watching) lines.push(`${clock.now() / 1_000} ${shownEvent(event)}`)
    })()
    for (const [ofOne, ofOther] of [
      ['A,B', 'empty'],
      ['A,B', 'B,C'],
      ['A', 'refused'],
      ['A', 'C'],
    ] as const) {
      one.answers = [`${ofOne}`]
      other.answers = [ofOther]
      await clock.advance(60_000)
    }
    await watching[Symbol.asyncDispose]()
    await reading
    expect(lines).toEqual([
      '0 snapshot AB found',
      '120 added C',
      '120 updated B',
      '180 updated B',
      '180 stale BC 60 s: found refused',
      '210 removed B',
      '210 recovered C',
    ])
  })

  it('what is updated: host, priority, weight and who says it; not a TTL, an order or a line', async () => {
    const clock = simulatedClock()
    const source: Source = { backend: 'dns', method: 'dns-srv', origin: 'line 1', ttl: 60, authenticated: false }
    const base = { ...parseEndpoint('192.0.2.1'), ttl: 60, source, preference: [0] }
    const versions = [
      base,
      { ...base, ttl: 59, preference: [7], source: { ...source, origin: 'line 2', ttl: 10 } },
      { ...base, host: 'mds1.example.org' },
      { ...base, host: 'mds1.example.org', weight: 5 },
      { ...base, host: 'mds1.example.org', weight: 5, source: { ...source, authenticated: true } },
    ]
    let round = 0
    const backend: Resolver = {
      ...memoryResolver({ clusters: {}, clock }),
      async *resolve() {
        const version = versions[round] ?? base
        round += 1
        yield { type: 'attempt-started', id: 1, backend: 'dns', method: 'dns-srv', target: 'x' }
        yield { type: 'endpoint', ...version }
        const nothing = { server: null, elapsedMs: 0, error: null, detail: null }
        yield {
          type: 'attempt-finished',
          id: 1,
          backend: 'dns',
          method: 'dns-srv',
          target: 'x',
          status: 'found',
          count: 1,
          ...nothing,
        }
        yield { type: 'end', outcome: 'found' }
      },
    }
    const events: EndpointWatchEvent[] = []
    const watching: Watch<EndpointWatchEvent> = watch(backend, 'alpha', { clock, jitter: 0 })
    const reading = (async () => {
      for await (const event of watching) events.push(event)
    })()
    await clock.advance(60_000 * 4)
    await watching[Symbol.asyncDispose]()
    await reading
    expect(events.map(({ type }) => type)).toEqual(['snapshot', 'updated', 'updated', 'updated'])
    expect(events.at(-1)).toMatchObject({ host: 'mds1.example.org', weight: 5, sources: [{ authenticated: true }] })
  })

  it('an outcome that changes although there is nothing to add or remove', async () => {
    const { lines } = await watched(
      [
        [0, 'refused'],
        [10, 'empty/60'],
        [100, 'exists/60'],
        [200, 'refused'],
        [230, 'exists/60'],
        [400, 'empty/60'],
      ],
      600,
    )
    expect(lines).toEqual([
      '0 snapshot undetermined',
      '30 snapshot absent',
      '150 snapshot known',
      '210 stale known 60 s: refused',
      '240 recovered known',
      '420 stale known 60 s: empty',
      '450 snapshot absent',
    ])
  })

  it.each<readonly [WatchOptions<ResolveEvent>]>([
    [{ floor: 0 }],
    [{ floor: 10, ceiling: 9 }],
    [{ retry: 10, retryCeiling: 9 }],
    [{ jitter: 1 }],
    [{ timeout: -1 }],
    [{ maxStale: Number.NaN }],
  ])('that %o cannot work, at once', (options) => {
    const backend = memoryResolver({ clusters: {} })
    expect(() => watch(backend, 'alpha', options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })

  it('that a name is none, at once', () => {
    const backend = memoryResolver({ clusters: {} })
    expect(() => watch(backend, '../etc')).toThrow(expect.objectContaining({ code: 'ERR_CLUSTER_NAME_INVALID' }))
  })
})

async function* ending(): AsyncGenerator<void> {}

async function* storming(): AsyncGenerator<void> {
  for (;;) yield
}

// biome-ignore lint/correctness/useYield: the fault comes before anything else
async function* throwing(): AsyncGenerator<never> {
  throw new Error('no hints here')
}

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  createResolver,
  type DiscoverEvent,
  diagnosticsChannels,
  memoryResolver,
  parseClusterName,
  type QueryContext,
  type Resolver,
  simulatedClock,
  systemClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

const source = { backend: 'test', method: 'dns-txt', origin: 'here', ttl: 60, authenticated: false }
const cluster = (name: string): DiscoverEvent => ({ type: 'cluster', name: parseClusterName(name), source })

function discovering(
  discover: (question: QueryContext<DiscoverEvent>) => Promise<void>,
  clock = systemClock,
): Resolver {
  return createResolver({ name: 'test', resolve: async () => {}, discover, clock })
}

function naming(...names: readonly string[]): Resolver {
  return discovering(async ({ emit }) => {
    for (const name of names) emit(cluster(name))
  })
}

/** Reads a stream by hand. */
function reading(resolver: Resolver, options: { readonly signal?: AbortSignal; readonly timeout?: number } = {}) {
  const events = resolver.discover(options)[Symbol.asyncIterator]()
  if (events.return === undefined) throw new Error('the stream cannot be left')
  return { next: () => events.next(), leave: events.return.bind(events) }
}

const over = { value: undefined, done: true }
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

describe('the stream of a question', () => {
  it('gives everybody who waits an event of its own, in turn', async () => {
    const { next } = reading(
      discovering(async ({ emit }) => {
        await Promise.resolve()
        for (const name of ['a', 'b', 'c']) emit(cluster(name))
      }),
    )
    const results = await Promise.all([next(), next(), next(), next(), next(), next()])
    expect(results).toEqual([
      ...['a', 'b', 'c'].map((name) => ({ value: cluster(name), done: false })),
      { value: { type: 'end', outcome: 'found' }, done: false },
      over,
      over,
    ])
    expect(await next()).toEqual(over)
  })

  it('gives what lies ready behind those who wait', async () => {
    const { next } = reading(naming('a', 'b', 'c'))
    expect(await next()).toEqual({ value: cluster('a'), done: false })
    const results = await Promise.all([next(), next(), next(), next()])
    expect(results.map(({ value }) => value)).toEqual([
      cluster('b'),
      cluster('c'),
      { type: 'end', outcome: 'found' },
      undefined,
    ])
  })

  it('is over at once for who waits when it is left, and the work with it', async () => {
    const time = simulatedClock()
    let letGo = false
    const { next, leave } = reading(
      discovering(async ({ signal }) => {
        await untilAborted(signal)
        letGo = true
      }, time),
    )
    const waiting = [next(), next()]
    expect(await leave()).toEqual(over)
    expect(letGo).toBe(true)
    expect(await Promise.all(waiting)).toEqual([over, over])
    expect(await next()).toEqual(over)
    expect(time.sleepers).toBe(0)
  })

  it('asks nothing when it is left before its first event', async () => {
    let asked = 0
    const { next, leave } = reading(
      discovering(async () => {
        asked += 1
      }),
    )
    expect(await leave()).toEqual(over)
    expect(await next()).toEqual(over)
    expect(asked).toBe(0)
  })

  it('tells a fault once, to who is first, after the work has let go', async () => {
    const fault = new TypeError('a bug')
    const { next } = reading(discovering(() => Promise.reject(fault)))
    const results = await Promise.allSettled([next(), next()])
    expect(results).toEqual([
      { status: 'rejected', reason: fault },
      { status: 'fulfilled', value: over },
    ])
  })

  it('tells a wrong argument once', async () => {
    const { next } = reading(memoryResolver({ clusters: {} }), { timeout: -1 })
    await expect(next()).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    expect(await next()).toEqual(over)
  })

  it('drops what has not been read when it is aborted', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const { next } = reading(naming('a', 'b'), { signal: controller.signal })
    expect(await next()).toEqual({ value: cluster('a'), done: false })
    controller.abort(reason)
    await expect(next()).rejects.toBe(reason)
    expect(await next()).toEqual(over)
  })

  it('tells its outcome once, also when it is left after its end', async () => {
    const outcomes: unknown[] = []
    const listener = (message: unknown): void => void outcomes.push(message)
    subscribe(diagnosticsChannels.outcome, listener)
    const { next, leave } = reading(memoryResolver({ clusters: {} }))
    while ((await next()).done !== true);
    await leave()
    await leave()
    unsubscribe(diagnosticsChannels.outcome, listener)
    expect(outcomes).toMatchObject([{ outcome: 'absent', count: 0 }])
  })
})

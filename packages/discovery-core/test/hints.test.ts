import {
  type Clock,
  type ClusterName,
  createResolver,
  firstOf,
  memoryResolver,
  mergeOf,
  parseClusterName,
  type Resolver,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

const alpha = parseClusterName('alpha')

/** A resolver that hints every `interval` milliseconds, `times` times. */
function hinting(clock: Clock, interval: number, times = 1_000): Resolver & { readonly asked: unknown[] } {
  const asked: unknown[] = []
  const resolver = createResolver({
    name: 'hinting',
    clock,
    discover: async () => {},
    resolve: async () => {},
    async changes(cluster, { signal, hint }) {
      asked.push(cluster)
      for (let count = 0; count < times; count += 1) {
        await clock.sleep(interval, signal)
        hint()
      }
    },
  })
  return { ...resolver, asked }
}

/** Takes hints as they come, and says when. */
async function timesOf(resolver: Resolver, clock: Clock, options = {}, cluster?: ClusterName): Promise<number[]> {
  const times: number[] = []
  for await (const _ of resolver.changes?.(cluster, options) ?? []) times.push(clock.now())
  return times
}

describe('changes', () => {
  it('yields hints as they come, and ends when no more can come', async () => {
    const clock = simulatedClock()
    const resolver = hinting(clock, 100, 3)
    const times = timesOf(resolver, clock, {}, alpha)
    await clock.advance(1_000)
    expect(await times).toEqual([100, 200, 300])
    expect(resolver.asked).toEqual(['alpha'])
    expect(clock.sleepers).toBe(0)
  })

  it('counts hints that nobody has taken as one', async () => {
    const clock = simulatedClock()
    const stream = hinting(clock, 1).changes?.(undefined)[Symbol.asyncIterator]()
    const first = stream?.next()
    await clock.advance(500)
    await first
    await stream?.next()
    const third = stream?.next()
    expect(await Promise.race([third?.then(() => 'hint'), Promise.resolve('nothing')])).toBe('nothing')
    await clock.advance(1)
    await third
    await stream?.return?.()
    expect(clock.sleepers).toBe(0)
  })

  it('has no end of its own, and ends in time when a time is given', async () => {
    const clock = simulatedClock()
    const times = timesOf(hinting(clock, 10_000), clock, { timeout: 25_000 })
    await clock.advance(60_000)
    expect(await times).toEqual([10_000, 20_000])
    expect(clock.sleepers).toBe(0)
  })

  it('is not there where the parts have none, nor in a composition of such', () => {
    const silent = memoryResolver({ clusters: {} })
    for (const resolver of [silent, firstOf([silent]), mergeOf([silent, firstOf([silent])])]) {
      expect(resolver.changes).toBeUndefined()
    }
  })

  it.each([
    ['firstOf', firstOf],
    ['mergeOf', mergeOf],
  ])('of %s are those of all that have any, at any depth', async (_, compose) => {
    const clock = simulatedClock()
    const faulty: Resolver = { ...memoryResolver({ clusters: {} }), changes: () => throwing() }
    const parts = [hinting(clock, 100, 1), faulty, mergeOf([hinting(clock, 250, 1)], { clock })]
    const resolver = compose(parts, { clock })
    const times = timesOf(resolver, clock)
    await clock.advance(1_000)
    expect(await times).toEqual([100, 250])
    expect(clock.sleepers).toBe(0)
  })

  it.each(['abort', 'disposal'])('of a composition end with its %s, although one part does not', async (how) => {
    const clock = simulatedClock()
    const deaf: Resolver = { ...memoryResolver({ clusters: {} }), changes: () => never() }
    const resolver = mergeOf([deaf, hinting(clock, 100)], { clock })
    const abort = new AbortController()
    const ending = timesOf(resolver, clock, { signal: abort.signal }).catch((error: unknown) => error)
    await clock.advance(150)
    if (how === 'abort') abort.abort(how)
    const disposed = how === 'abort' ? undefined : resolver[Symbol.asyncDispose]()
    await clock.advance(250)
    const error = await ending
    expect(how === 'abort' ? error : (error as { code?: unknown }).code).toBe(
      how === 'abort' ? 'abort' : 'ERR_RESOLVER_DISPOSED',
    )
    await disposed
    expect(clock.sleepers).toBe(0)
  })

  it('refuses what is no cluster name', async () => {
    const clock = simulatedClock()
    const stream = hinting(clock, 100)
      .changes?.('../etc' as ClusterName)
      [Symbol.asyncIterator]()
    await expect(stream?.next()).rejects.toMatchObject({ code: 'ERR_CLUSTER_NAME_INVALID' })
  })

  it('rejects with a fault of the backend', async () => {
    const resolver = createResolver({
      name: 'faulty',
      discover: async () => {},
      resolve: async () => {},
      changes: () => Promise.reject(new TypeError('a bug')),
    })
    await expect(timesOf(resolver, simulatedClock())).rejects.toThrow('a bug')
  })
})

function never(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
}

// biome-ignore lint/correctness/useYield: the fault comes before anything else
async function* throwing(): AsyncGenerator<never> {
  throw new Error('no hints here')
}

import { join } from 'node:path'
import {
  type CachedOptions,
  type CachedResolver,
  cached,
  discoverClusters,
  parseClusterName,
  type ResolveReport,
  resolveCluster,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { shortcutsOf } from '../../src/query/resolver.js'
import { answeringResolver, itemOf } from '../answering-resolver.js'
import { directory, settled } from './cache-file.js'

const alpha = parseClusterName('alpha')

/** A cache that is asked at 300 ms for the first time. */
async function setUp(answers: readonly string[], options: CachedOptions = {}) {
  const clock = simulatedClock()
  await clock.advance(300)
  const backend = answeringResolver(answers, { clock, delay: 0 })
  const resolver = cached(backend, { clock, ...options })
  const ask = (): Promise<ResolveReport> => settled(clock, resolveCluster(resolver, alpha))
  const kept = async (at: number): Promise<ResolveReport | undefined> => {
    await clock.advance(at - clock.now())
    return keptOf(resolver)
  }
  return { clock, backend, resolver, ask, kept }
}

function keptOf(resolver: CachedResolver): ResolveReport | undefined {
  return shortcutsOf(resolver)?.cachedReports?.resolve(alpha)
}

describe('a kept report', () => {
  it('is the one that a question gets, without a question', async () => {
    const { clock, resolver, ask } = await setUp(['A,B/60'])
    const names = () => shortcutsOf(resolver)?.cachedReports?.discover()
    expect([keptOf(resolver), names()]).toEqual([undefined, undefined])
    await ask()
    await settled(clock, discoverClusters(resolver))
    const onEvent = (): void => {}
    expect(keptOf(resolver)).toEqual(await resolveCluster(resolver, alpha, { onEvent }))
    expect(keptOf(resolver)?.endpoints.map(itemOf)).toEqual(['A', 'B'])
    expect(names()).toEqual(await discoverClusters(resolver, { onEvent }))
    expect(names()?.clusters.map(({ name }) => name)).toEqual(['A', 'B'])
    expect(names()?.attempts.at(-1)).toMatchObject({ backend: 'cache', target: 'names', status: 'found', count: 2 })
    expect(shortcutsOf(resolver)?.cachedReports?.resolve(parseClusterName('beta'))).toBeUndefined()
  })

  it('is made anew once a second, counted from when it was heard', async () => {
    const { ask, kept } = await setUp(['A/60'])
    await ask()
    const first = await kept(300)
    expect(first?.endpoints).toMatchObject([{ ttl: 60 }])
    expect((await kept(1_299))?.endpoints[0]).toBe(first?.endpoints[0])
    expect((await kept(1_300))?.endpoints).toMatchObject([{ ttl: 59 }])
  })

  it('is another one after another answer', async () => {
    const { resolver, ask, kept } = await setUp(['A/60', 'B/60'])
    await ask()
    expect((await kept(300))?.endpoints.map(itemOf)).toEqual(['A'])
    resolver.expire(alpha)
    expect(await kept(300)).toBeUndefined()
    await ask()
    expect((await kept(300))?.endpoints.map(itemOf)).toEqual(['B'])
  })

  it('has what is wrong with the file, from when that is known', async () => {
    await using place = await directory()
    const { clock, resolver, ask } = await setUp(['A/60'], { file: join(place.path, 'missing', 'last-good.json') })
    await ask()
    expect(keptOf(resolver)?.warnings).toEqual([])
    while (keptOf(resolver)?.warnings.length === 0) await clock.advance(0)
    expect(keptOf(resolver)?.warnings.map(({ code }) => code)).toEqual(['cache-file-unwritable'])
    await settled(clock, Promise.resolve(resolver[Symbol.asyncDispose]()))
  })

  it('is there until a refresh is due, until its time is over where none is, and no longer than the cache', async () => {
    const refreshed = await setUp(['A/100'], { random: { below: () => 0 } })
    await refreshed.ask()
    expect(await refreshed.kept(95_299)).toBeDefined()
    expect(await refreshed.kept(95_300)).toBeUndefined()
    const plain = await setUp(['A/100'], { refreshAhead: 0 })
    await plain.ask()
    expect(await plain.kept(100_299)).toBeDefined()
    expect(await plain.kept(100_300)).toBeUndefined()
    const disposed = await setUp(['A/100'])
    await disposed.ask()
    await disposed.resolver[Symbol.asyncDispose]()
    expect(await disposed.kept(400)).toBeUndefined()
  })

  it('is never a failure: whoever has more time than that had asks again', async () => {
    const { ask, kept } = await setUp(['refused'])
    expect((await ask()).outcome).toBe('undetermined')
    expect(await kept(400)).toBeUndefined()
  })
})

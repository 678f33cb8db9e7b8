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
    const asking = resolveCluster(mergeOf(backends, { clock }), 'alpha')
    await clock.advance(100)
    expect((await asking).outcome).toBe('absent')
    expect(backends.map(({ askedAt }) => askedAt)).toEqual([[0], [0], [0]])
  })

  it('unites endpoints by address and port, with all their sources, in the order of preference', async () => {
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
    const asking = resolveCluster(mergeOf([slow, fast], { clock }), 'alpha')
    await clock.advance(2_000)
    const report = await asking
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
    const asking = resolveCluster(mergeOf([slow, fast], { clock }), 'alpha', {
      onEvent: (event) => event.type === 'endpoint' && seenAt.push(clock.now()),
    })
    await clock.advance(5_000)
    await asking
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
    const asking = resolveCluster(mergeOf([memoryResolver({ clusters: {} }), dead], { clock }), 'alpha')
    await clock.advance(10)
    expect((await asking).outcome).toBe('undetermined')
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

  it('leaves behind one that does not stop in time, and says which', async () => {
    const clock = simulatedClock()
    const inner = memoryResolver({ clusters: {}, clock })
    const deaf: Resolver = { ...inner, name: 'deaf', resolve: () => asksForever() }
    const asking = resolveCluster(mergeOf([deaf, inner], { clock }), 'alpha', { timeout: 500 })
    await clock.advance(700)
    const report = await asking
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
  yield { type: 'asking', backend: 'deaf', method: 'deaf', target: 'forever' }
  await new Promise(() => {})
}

async function* emptyStream(): AsyncGenerator<never> {}

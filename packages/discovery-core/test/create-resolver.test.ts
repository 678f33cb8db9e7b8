import {
  createResolver,
  type DiscoverEvent,
  discoverClusters,
  parseClusterName,
  type QueryContext,
  type Resolver,
  resolveCluster,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

const clock = simulatedClock

function discovering(
  discover: (question: QueryContext<DiscoverEvent>) => Promise<void>,
  options: Partial<Parameters<typeof createResolver>[0]> = {},
): Resolver {
  return createResolver({ name: 'test', resolve: async () => {}, ...options, discover })
}

describe('createResolver', () => {
  it('ends what is open as timeout when the time is up, and keeps what was found', async () => {
    const time = clock()
    const resolver = discovering(
      async ({ startAttempt, emit, signal }) => {
        startAttempt({ method: 'dns-txt', target: 'one' }).finish('found', { count: 1 })
        emit({ type: 'cluster', name: parseClusterName('a'), source })
        startAttempt({ method: 'dns-txt', target: 'two' })
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      },
      { clock: time },
    )
    const asked = discoverClusters(resolver, { timeout: 700 })
    await time.advance(700)
    const report = await asked
    expect(report.outcome).toBe('found')
    expect(report.attempts.map(({ target, status, elapsedMs }) => [target, status, elapsedMs])).toEqual([
      ['one', 'found', 0],
      ['two', 'timeout', 700],
    ])
    expect(time.sleepers).toBe(0)
  })

  it('does not wait for a backend that ignores its signal', async () => {
    const time = clock()
    const resolver = discovering(() => new Promise(() => {}), { clock: time })
    const asked = discoverClusters(resolver, { timeout: 100 })
    await time.advance(1_000)
    const report = await asked
    expect(report.outcome).toBe('undetermined')
    expect(report.attempts[0]).toMatchObject({ status: 'timeout', error: { code: 'ERR_RESOLVER_OVERRUN' } })
  })

  it('an attempt that a backend forgets is a failed attempt', async () => {
    const report = await discoverClusters(
      discovering(async ({ startAttempt }) => {
        startAttempt({ method: 'dns-txt', target: 'x' })
      }),
    )
    expect(report.attempts[0]).toMatchObject({ status: 'failed', error: { code: 'ERR_ATTEMPT_UNFINISHED' } })
    expect(report.outcome).toBe('undetermined')
  })

  it('counts only the first end of an attempt', async () => {
    const report = await discoverClusters(
      discovering(async ({ startAttempt }) => {
        const asked = startAttempt({ method: 'dns-txt', target: 'x' })
        asked.finish('empty')
        asked.finish('refused')
      }),
    )
    expect(report.attempts.map(({ status }) => status)).toEqual(['empty'])
  })

  it('a fault of the backend is an exception', async () => {
    const fault = new TypeError('a bug')
    await expect(discoverClusters(discovering(() => Promise.reject(fault)))).rejects.toBe(fault)
  })

  it('the reason of its own signal is not a fault', async () => {
    const time = clock()
    const resolver = discovering(
      async ({ startAttempt, signal, clock: inner }) => {
        startAttempt({ method: 'dns-txt', target: 'x' })
        await inner.sleep(60_000, signal)
      },
      { clock: time },
    )
    const asked = discoverClusters(resolver, { timeout: 100 })
    await time.advance(100)
    expect((await asked).attempts.map(({ status }) => status)).toEqual(['timeout'])
  })

  it('waits with disposal until questions under way have let go, and disposes once', async () => {
    const events: string[] = []
    const resolver = discovering(
      async ({ signal, startAttempt }) => {
        startAttempt({ method: 'dns-txt', target: 'x' })
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        await Promise.resolve()
        events.push('released')
      },
      {
        dispose: async () => {
          events.push('disposed')
        },
      },
    )
    const stream = resolver.discover()[Symbol.asyncIterator]()
    await stream.next()
    await Promise.all([resolver[Symbol.asyncDispose](), resolver[Symbol.asyncDispose]()])
    expect(events).toEqual(['released', 'disposed'])
    await expect(stream.next()).rejects.toMatchObject({ code: 'ERR_RESOLVER_DISPOSED' })
  })

  it('lets a thousand questions share a signal without a warning', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const { signal } = new AbortController()
    const resolver = discovering(async ({ startAttempt, signal: over }) => {
      for (let places = 0; places < 20; places += 1) over.addEventListener('abort', () => {})
      startAttempt({ method: 'dns-txt', target: 'x' }).finish('empty')
    })
    await Promise.all(Array.from({ length: 1_000 }, () => discoverClusters(resolver, { signal })))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  it('refuses a name before the backend is asked', async () => {
    await expect(
      resolveCluster(
        discovering(async () => {}),
        '../../etc',
      ),
    ).rejects.toMatchObject({
      code: 'ERR_CLUSTER_NAME_INVALID',
    })
  })
})

const source = { backend: 'test', method: 'dns-txt', origin: 'test', ttl: null, authenticated: false }

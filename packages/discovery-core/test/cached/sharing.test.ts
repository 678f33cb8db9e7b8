import { getEventListeners } from 'node:events'
import {
  cached,
  createResolver,
  discoverClusters,
  firstOf,
  formatEndpoint,
  memoryResolver,
  mergeOf,
  parseClusterName,
  type ResolveEvent,
  resolveCluster,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { answeringResolver, itemOf } from '../answering-resolver.js'
import { simulatedResolver } from '../simulated-resolver.js'

const alpha = parseClusterName('alpha')

describe('ST-7 equal questions at the same time', () => {
  it('are one question, 10,000 of them', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A,B/60'], { clock, delay: 100 })
    const resolver = cached(backend, { clock })
    const pending = Promise.all(Array.from({ length: 10_000 }, () => resolveCluster(resolver, 'alpha')))
    await clock.advance(100)
    const reports = await pending
    expect(backend.askedAt).toEqual([0])
    for (const { outcome, endpoints } of reports) expect([outcome, endpoints.length]).toEqual(['found', 2])
    expect(clock.sleepers).toBe(0)
  }, 20_000)

  it('each hear everything, also those who come later', async () => {
    const clock = simulatedClock()
    const backend = simulatedResolver('dns', clock, [
      [100, 'endpoint', '192.0.2.1'],
      [300, 'endpoint', '192.0.2.2'],
      [400, 'end', 'found'],
    ])
    const resolver = cached(backend, { clock })
    const heard: string[][] = []
    const ask = async (): Promise<void> => {
      const mine: string[] = []
      heard.push(mine)
      for await (const event of resolver.resolve(alpha)) mine.push(`${clock.now()} ${event.type}`)
    }
    const first = ask()
    await clock.advance(200)
    const second = ask()
    await clock.advance(1_000)
    await Promise.all([first, second])
    expect(heard).toEqual([
      ['0 attempt-started', '100 endpoint', '300 endpoint', '400 attempt-finished', '400 end'],
      ['200 attempt-started', '200 endpoint', '300 endpoint', '400 attempt-finished', '400 end'],
    ])
    expect(backend.askedAt).toEqual([0])
  })

  it('about different clusters are different questions', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60'], { clock })
    const resolver = cached(backend, { clock })
    const pending = Promise.all(['alpha', 'beta', 'Alpha'].map((name) => resolveCluster(resolver, name)))
    await clock.advance(100)
    await pending
    expect(backend.asked).toEqual(['alpha', 'beta'])
  })
})

describe('ST-8 whoever does not want the answer any more', () => {
  it('leaves the others alone, and the last one to leave ends the question', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['hangs', 'A/60'], { clock })
    const resolver = cached(backend, { clock })
    const aborts = [0, 1, 2].map(() => new AbortController())
    const reasons = aborts.map(({ signal }, index) =>
      resolveCluster(resolver, 'alpha', { signal, timeout: 60_000 }).catch((reason: unknown) => [index, reason]),
    )
    await clock.advance(10)
    for (const [index, abort] of aborts.entries()) {
      expect(backend.underWay).toBe(1)
      abort.abort(`reason ${index}`)
      await clock.advance(1)
    }
    expect(await Promise.all(reasons)).toEqual([0, 1, 2].map((index) => [index, `reason ${index}`]))
    expect(backend.underWay).toBe(0)
    expect(clock.sleepers).toBe(0)
    for (const { signal } of aborts) expect(getEventListeners(signal, 'abort')).toEqual([])

    const again = resolveCluster(resolver, 'alpha')
    await clock.advance(10)
    expect((await again).endpoints.map(itemOf)).toEqual(['A'])
    expect(backend.askedAt).toEqual([0, 13])
  })

  it('may ask anew at once', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['hangs', 'A/60'], { clock })
    const resolver = cached(backend, { clock })
    const abort = new AbortController()
    const given = resolveCluster(resolver, 'alpha', { signal: abort.signal }).catch(() => 'given up')
    await clock.advance(10)
    abort.abort()
    await clock.advance(0)
    const again = resolveCluster(resolver, 'alpha')
    await clock.advance(20)
    expect(await given).toBe('given up')
    expect((await again).outcome).toBe('found')
  })

  it('each has a time of its own', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60'], { clock, delay: 3_000 })
    const resolver = cached(backend, { clock })
    const results: string[] = []
    const ask = async (timeout: number): Promise<void> => {
      const { outcome, attempts } = await resolveCluster(resolver, 'alpha', { timeout })
      results.push(`${timeout}: ${outcome} at ${clock.now()}, ${attempts.map(({ status }) => status).join()}`)
    }
    const pending = Promise.all([ask(5_000), ask(700), ask(60_000)])
    await clock.advance(10_000)
    await pending
    expect(results).toEqual([
      '700: undetermined at 700, timeout',
      '5000: found at 3000, found',
      '60000: found at 3000, found',
    ])
    expect(backend.askedAt).toEqual([0])
    expect(clock.sleepers).toBe(0)
  })

  it('who has more time than the one that began asks again when that was not enough', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60'], { clock, delay: 3_000 })
    const resolver = cached(backend, { clock })
    const hasty = resolveCluster(resolver, 'alpha', { timeout: 1_000 })
    const patient = resolveCluster(resolver, 'alpha', { timeout: 10_000 })
    await clock.advance(1_200)
    const later = resolveCluster(resolver, 'alpha', { timeout: 10_000 })
    await clock.advance(10_000)
    const outcomes = (await Promise.all([hasty, patient, later])).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['undetermined', 'found', 'found'])
    expect(backend.askedAt).toEqual([0, 1_000])
    expect(backend.underWay).toBe(0)
  })

  it('who has more time is content with the results that there are', async () => {
    const clock = simulatedClock()
    const backend = simulatedResolver('dns', clock, [
      [500, 'endpoint', '192.0.2.1'],
      [3_000, 'endpoint', '192.0.2.2'],
    ])
    const resolver = cached(backend, { clock })
    const ask = (timeout: number) => resolveCluster(resolver, 'alpha', { timeout, onEvent: () => {} })
    const pending = Promise.all([ask(1_000), ask(10_000)])
    await clock.advance(1_000)
    for (const { endpoints } of [...(await pending), await ask(10_000)]) expect(endpoints.map(itemOf)).toEqual(['A'])
    expect(backend.askedAt).toEqual([0])
  })

  it.each([
    [2_000, [0, 1_000]],
    [1_999, [0]],
  ])('who has %i ms in all asks again only if a second of it is left', async (timeout, askedAt) => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60'], { clock, delay: 3_000 })
    const resolver = cached(backend, { clock })
    const pending = [1_000, timeout].map((ms) => resolveCluster(resolver, 'alpha', { timeout: ms }))
    await clock.advance(2_000)
    expect((await Promise.all(pending)).map(({ outcome }) => outcome)).toEqual(['undetermined', 'undetermined'])
    expect(backend.askedAt).toEqual(askedAt)
  })

  it('nobody asks again for one that leaves when the time of the other is up', async () => {
    const clock = simulatedClock()
    const abort = new AbortController()
    const askedAt: number[] = []
    const backend = createResolver({
      name: 'dns',
      clock,
      discover: async () => {},
      resolve: async (_, { signal }) => {
        askedAt.push(clock.now())
        await clock.sleep(60_000, signal).catch(() => abort.abort('gone'))
      },
    })
    const resolver = cached(backend, { clock })
    const hasty = resolveCluster(resolver, 'alpha', { timeout: 1_000 })
    const patient = resolveCluster(resolver, 'alpha', { timeout: 10_000, signal: abort.signal }).catch(
      (reason: unknown) => reason,
    )
    await clock.advance(1_000)
    expect([(await hasty).outcome, await patient]).toEqual(['undetermined', 'gone'])
    expect(askedAt).toEqual([0])
  })

  it('the last one to leave ends the question when its time is up, too', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['hangs'], { clock })
    const resolver = cached(backend, { clock })
    const abort = new AbortController()
    const first = resolveCluster(resolver, 'alpha', { signal: abort.signal }).catch((reason: unknown) => reason)
    const last = resolveCluster(resolver, 'alpha', { timeout: 700 })
    await clock.advance(100)
    abort.abort('gone')
    await clock.advance(600)
    expect([await first, (await last).outcome]).toEqual(['gone', 'undetermined'])
    expect(backend.underWay).toBe(0)
  })

  it('who was silent is told by whoever asked, when the time of both is up together', async () => {
    const clock = simulatedClock()
    const error = { code: 'TEST', message: 'nothing from 192.0.2.53' }
    const backend = createResolver({
      name: 'dns',
      clock,
      discover: async () => {},
      resolve: async (cluster, question) => {
        const attempt = question.startAttempt({ method: 'dns-srv', target: cluster })
        await clock.sleep(60_000, question.signal).catch(() => {})
        attempt.finish('timeout', { server: '192.0.2.53', error })
      },
    })
    const pending = resolveCluster(cached(backend, { clock }), 'alpha', { timeout: 1_000 })
    await clock.advance(1_000)
    expect((await pending).attempts).toMatchObject([{ status: 'timeout', server: '192.0.2.53', error }])
  })

  it('a failure for want of time says nothing to who has more', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/60'], { clock, delay: 500 })
    const resolver = cached(backend, { clock })
    const outcomes: string[] = []
    for (const timeout of [100, 100, 101, 5_000]) {
      const pending = resolveCluster(resolver, 'alpha', { timeout })
      await clock.advance(timeout)
      outcomes.push((await pending).outcome)
    }
    expect(outcomes).toEqual(['undetermined', 'undetermined', 'undetermined', 'found'])
    expect(backend.askedAt).toEqual([0, 200, 301])
  })

  it.each(['left', 'disposed'])('one that %s releases everything', async (how) => {
    const clock = simulatedClock()
    const backend = answeringResolver(['hangs'], { clock })
    const resolver = cached(backend, { clock })
    const stream = resolver.resolve(alpha)[Symbol.asyncIterator]()
    await stream.next()
    await (how === 'left' ? stream.return?.() : resolver[Symbol.asyncDispose]())
    expect(backend.underWay).toBe(0)
    if (how === 'disposed') await expect(stream.next()).rejects.toMatchObject({ code: 'ERR_RESOLVER_DISPOSED' })
    expect(clock.sleepers).toBe(0)
  })
})

describe('a cache that is disposed', () => {
  it('gives nothing away any more, although it is kept', async () => {
    const clock = simulatedClock()
    const resolver = cached(answeringResolver(['A/600'], { clock, delay: 0 }), { clock })
    for (let times = 0; times < 2; times += 1) {
      const pending = Promise.all([resolveCluster(resolver, 'alpha'), discoverClusters(resolver)])
      await clock.advance(1)
      await pending
    }
    const disposed = resolver[Symbol.asyncDispose]()
    for (const pending of [resolveCluster(resolver, 'alpha'), discoverClusters(resolver)]) {
      await expect(pending).rejects.toMatchObject({ code: 'ERR_RESOLVER_DISPOSED' })
    }
    await disposed
  })
})

describe('a refresh ahead of time', () => {
  const setUp = async (answers: readonly string[]) => {
    const clock = simulatedClock()
    const backend = answeringResolver(answers, { clock, delay: 200 })
    // Chance takes the earliest moment: a tenth before the end.
    const random = { below: (limit: number) => limit - 1 }
    const resolver = cached(backend, { clock, random })
    const ask = async (at: number, wait = 0): Promise<string> => {
      await clock.advance(at - clock.now())
      const pending = resolveCluster(resolver, 'alpha')
      await clock.advance(wait)
      const { endpoints } = await pending
      return endpoints.map((one) => (one.staleMs === undefined ? itemOf(one) : itemOf(one).toLowerCase())).join('')
    }
    expect(await ask(0, 200)).toMatch(/A/)
    return { clock, backend, resolver, ask }
  }

  it('starts with the first question near the end, and nobody waits for it', async () => {
    const { clock, backend, ask } = await setUp(['A/100', 'B/100'])
    expect(await ask(90_000)).toBe('A')
    expect(await ask(90_300)).toBe('A')
    expect(backend.askedAt).toEqual([0, 90_300])
    expect(await ask(90_400)).toBe('A')
    expect(await ask(90_600)).toBe('B')
    expect(await ask(180_000)).toBe('B')
    expect(backend.askedAt).toEqual([0, 90_300])
    expect(clock.sleepers).toBe(0)
  })

  it('starts at its moment, and not before', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/100'], { clock, delay: 0 })
    const resolver = cached(backend, { clock, random: { below: () => 0 } })
    for (const at of [0, 94_999, 95_000]) {
      await clock.advance(at - clock.now())
      const pending = resolveCluster(resolver, 'alpha')
      await clock.advance(0)
      await pending
    }
    expect(backend.askedAt).toEqual([0, 95_000])
  })

  it('goes on when somebody who came to wait for it leaves again', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/100', 'B/100'], { clock, delay: 3_000 })
    const resolver = cached(backend, { clock })
    const first = resolveCluster(resolver, 'alpha')
    await clock.advance(102_900)
    await first
    await resolveCluster(resolver, 'alpha')
    await clock.advance(200)
    const abort = new AbortController()
    const leaving = resolveCluster(resolver, 'alpha', { signal: abort.signal }).catch((reason: unknown) => reason)
    await clock.advance(100)
    abort.abort('gone')
    await clock.advance(3_000)
    expect(await leaving).toBe('gone')
    expect((await resolveCluster(resolver, 'alpha')).endpoints.map(itemOf)).toEqual(['B'])
    expect(backend.askedAt).toEqual([0, 102_900])
  })

  it('that fails costs nothing, and is not repeated at once', async () => {
    const { backend, ask } = await setUp(['A/600', 'refused', 'B/600'])
    expect(await ask(550_000)).toBe('A')
    for (let at = 551_000; at <= 579_000; at += 1_000) expect(await ask(at)).toBe('A')
    expect(backend.askedAt).toEqual([0, 550_000])
    expect(await ask(580_300)).toBe('A')
    expect(await ask(580_600)).toBe('B')
  })

  it('is not done when nobody asks', async () => {
    const { clock, backend } = await setUp(['A/100'])
    expect(clock.sleepers).toBe(0)
    await clock.advance(1_000_000)
    expect(backend.askedAt).toEqual([0])
  })

  it('ends with the cache', async () => {
    const { clock, backend, resolver, ask } = await setUp(['A/100', 'hangs'])
    await ask(95_000)
    expect(backend.underWay).toBe(1)
    await resolver[Symbol.asyncDispose]()
    expect(backend.underWay).toBe(0)
    expect(clock.sleepers).toBe(0)
  })

  it('is spread by chance', async () => {
    const starts = new Set<number>()
    for (let seed = 0; seed < 20; seed += 1) {
      const clock = simulatedClock()
      const backend = answeringResolver(['A/100'], { clock, delay: 0 })
      const random = { below: (limit: number) => Math.floor((seed * limit) / 20) }
      const resolver = cached(backend, { clock, random })
      for (let second = 0; second < 99; second += 0.25) {
        const pending = resolveCluster(resolver, 'alpha')
        await clock.advance(250)
        await pending
      }
      const [, refresh = 0] = backend.askedAt
      starts.add(refresh)
      expect(refresh).toBeGreaterThanOrEqual(90_000)
      expect(refresh).toBeLessThanOrEqual(95_250)
    }
    expect(starts.size).toBeGreaterThan(15)
  })
})

describe('expire', () => {
  it('ST-5 has the next question ask anew, with what is kept at hand', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/600', 'B/600', 'refused'], { clock, delay: 0 })
    const resolver = cached(backend, { clock })
    const ask = async (): Promise<string> => {
      const pending = resolveCluster(resolver, 'alpha')
      await clock.advance(1)
      return (await pending).endpoints.map(itemOf).join()
    }
    expect([await ask(), await ask()]).toEqual(['A', 'A'])
    resolver.expire('ALPHA')
    expect([await ask(), await ask()]).toEqual(['B', 'B'])
    resolver.expire('beta')
    expect(await ask()).toBe('B')
    expect(backend.askedAt).toHaveLength(2)
    resolver.expire()
    expect(await ask()).toBe('B')
    expect(backend.askedAt).toHaveLength(3)
    expect(() => resolver.expire('../etc')).toThrow(expect.objectContaining({ code: 'ERR_CLUSTER_NAME_INVALID' }))
  })

  it('reaches caches further in', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/600'], { clock, delay: 0 })
    const other = memoryResolver({ clusters: {}, clock })
    const resolver = cached(mergeOf([firstOf([cached(backend, { clock })], { clock }), other], { clock }), { clock })
    for (let times = 0; times < 4; times += 1) {
      const pending = resolveCluster(resolver, 'alpha')
      await clock.advance(10)
      await pending
      if (times === 1) resolver.expire('alpha')
      if (times === 2) resolver.expire()
    }
    expect(backend.askedAt).toHaveLength(3)
  })
})

describe('hints', () => {
  it('have the next question ask anew', async () => {
    const clock = simulatedClock()
    const backend = answeringResolver(['A/600', 'B/600'], { clock, delay: 0, hints: true })
    const resolver = cached(backend, { clock })
    const seen: string[] = []
    const watching = (async () => {
      for await (const _ of resolver.changes?.(alpha) ?? []) {
        const { endpoints } = await resolveCluster(resolver, alpha)
        seen.push(...endpoints.map(formatEndpoint))
      }
    })().catch(({ code }: { code: string }) => code)
    const first = resolveCluster(resolver, alpha)
    await clock.advance(10)
    await first
    backend.hint()
    await clock.advance(10)
    expect(seen).toEqual(['192.0.2.2:2510'])
    await resolver[Symbol.asyncDispose]()
    expect(await watching).toBe('ERR_RESOLVER_DISPOSED')
  })
})

describe('a stream of a kept answer', () => {
  it('ends with its signal between events, like any other', async () => {
    const clock = simulatedClock()
    const resolver = cached(answeringResolver(['A/600'], { clock, delay: 0 }), { clock })
    const first = resolveCluster(resolver, alpha)
    await clock.advance(1)
    await first
    const abort = new AbortController()
    const events: ResolveEvent[] = []
    const reading = (async () => {
      for await (const event of resolver.resolve(alpha, { signal: abort.signal })) {
        events.push(event)
        abort.abort('enough')
      }
    })()
    await expect(reading).rejects.toBe('enough')
    expect(events).toMatchObject([{ type: 'attempt-started', backend: 'cache', method: 'cache', target: 'alpha' }])
  })
})

import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, discoverClusters, type ResolveReport, resolveCluster, simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { answeringResolver } from '../answering-resolver.js'
import { directory, good, life, START, settled, shown } from './cache-file.js'

describe('the last good file', () => {
  it('gives the last good answer to the next life, when nobody can be asked', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    expect((await life(file, 0, ['A,B/60'])).map(shown)).toEqual(['AB found'])
    const [report] = await life(file, 3_600, ['refused'])
    expect(report && shown(report)).toBe('AB found')
    expect(report?.endpoints.map(({ staleMs = 0 }) => Math.round(staleMs / 1_000))).toEqual([3_600, 3_600])
    expect(report?.endpoints[0]?.sources).toMatchObject([{ backend: 'dns', authenticated: false }])
    expect(report?.warnings.map(({ code }) => code)).toEqual(['stale-answer'])
    expect((await life(file, 7_200, ['C/60', 'refused'])).map(shown)).toEqual(['C found', 'C found'])
  })

  it('keeps what has no TTL without one', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await life(file, 0, ['A'])
    const [report] = await life(file, 60, ['refused'])
    expect(report?.endpoints).toMatchObject([{ ttl: null, sources: [{ ttl: null }] }])
  })

  it('is asked before it is believed', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await life(file, 0, ['A/86400'])
    const [report] = await life(file, 1, ['B/60'])
    expect(report && shown(report)).toBe('B found')
    expect(report?.endpoints[0]?.staleMs).toBeUndefined()
  })

  it('is good for a day, whatever happens to the clock', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await life(file, 0, ['A/60'])
    expect((await life(file, 86_399 - 60, ['refused'])).map(shown)).toEqual(['A found'])
    expect((await life(file, 86_401, ['refused'])).map(shown)).toEqual(['undetermined'])
    const [report] = await life(file, -1_000_000, ['refused'])
    expect(report && shown(report)).toBe('A found')
    expect(report?.endpoints[0]?.staleMs).toBe(1)
  })

  it('forgets what is confirmed to be gone', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await life(file, 0, ['A/60', 'empty', 'empty'])
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ schemaVersion: 1, answers: [] })
    expect((await life(file, 200, ['refused'])).map(shown)).toEqual(['undetermined'])
  })

  it('has the names too', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    for (const [answer, outcome] of [
      ['A,B/60', 'found'],
      ['refused', 'found'],
    ] as const) {
      const clock = simulatedClock()
      const resolver = cached(answeringResolver([answer], { clock, delay: 0 }), { clock, file })
      const report = await settled(clock, discoverClusters(resolver))
      expect([report.outcome, report.clusters.map(({ name }) => name)]).toEqual([outcome, ['A', 'B']])
      await settled(clock, Promise.resolve(resolver[Symbol.asyncDispose]()))
    }
  })

  it('is written whole, by its owner, for its owner', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await life(file, 0, ['A/60', 'B/60', 'C/60'])
    expect(await readdir(place.path)).toEqual(['last-good.json'])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await writeFile(file, JSON.stringify(good), { mode: 0o600 })
    expect((await life(file, 1, ['refused'])).map(shown)).toEqual(['A found'])
  })

  it('costs no answer where it cannot be written', async () => {
    await using place = await directory()
    const file = join(place.path, 'missing', 'last-good.json')
    const clock = simulatedClock()
    const resolver = cached(answeringResolver(['A/60'], { clock, delay: 0 }), { clock, file })
    const askUntil = async (isRight: (report: ResolveReport) => boolean): Promise<ResolveReport> => {
      for (;;) {
        const report = await settled(clock, resolveCluster(resolver, 'alpha'))
        expect(shown(report)).toBe('A found')
        if (isRight(report)) return report
        await clock.advance(60_000)
      }
    }
    const { warnings } = await askUntil((report) => report.warnings.length > 0)
    const message = expect.stringContaining('missing/last-good.json')
    expect(warnings).toEqual([{ code: 'cache-file-unwritable', message }])
    expect((await resolveCluster(resolver, 'alpha')).warnings).toEqual(warnings)
    await mkdir(join(place.path, 'missing'))
    await askUntil((report) => report.warnings.length === 0)
    await settled(clock, Promise.resolve(resolver[Symbol.asyncDispose]()))
  })

  it('is read to the end although whoever asked has gone', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await writeFile(file, JSON.stringify(good), { mode: 0o600 })
    const clock = simulatedClock()
    const backend = answeringResolver(['hangs'], { clock })
    const gone = new AbortController()
    // The age of what is in the file is the last thing that is asked for.
    const wallClock = (): number => {
      gone.abort('gone')
      return START + clock.now()
    }
    const resolver = cached(backend, { clock, file, wallClock })
    await expect(settled(clock, resolveCluster(resolver, 'alpha', { signal: gone.signal }))).rejects.toBe('gone')
    const pending = resolveCluster(resolver, 'alpha')
    while (backend.underWay === 0) await clock.advance(0)
    await clock.advance(5_000)
    expect(shown(await settled(clock, pending))).toBe('A found')
    await clock.advance(60_000)
    expect(backend.underWay).toBe(0)
    await settled(clock, Promise.resolve(resolver[Symbol.asyncDispose]()))
  })

  it('says of each answer when it was heard, whenever it was written', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    const clock = simulatedClock()
    await clock.advance(7_000)
    const resolver = cached(answeringResolver(['A/600'], { clock, delay: 0 }), {
      ...{ clock, file, refreshAhead: 0 },
      wallClock: () => START + clock.now(),
    })
    for (const cluster of ['alpha', 'beta']) {
      await settled(clock, resolveCluster(resolver, cluster))
      await clock.advance(100_000)
    }
    await settled(clock, Promise.resolve(resolver[Symbol.asyncDispose]()))
    const { answers } = JSON.parse(await readFile(file, 'utf8'))
    expect(answers).toMatchObject([
      { cluster: 'alpha', statements: [{ saidAt: START + 7_000 }] },
      { cluster: 'beta', statements: [{ saidAt: START + 107_000 }] },
    ])
    const [report] = await life(file, 207, ['refused'])
    expect(report?.endpoints).toMatchObject([{ staleMs: 200_000 }])
  })

  it('keeps the order of preference, and what SRV records say', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    const [statement] = good.answers[0]?.statements ?? []
    const second = { ...statement, address: '192.0.2.2', priority: 5, weight: 7, preference: [0, 3] }
    const last = { ...statement, address: '192.0.2.3', preference: [0, 4] }
    const statements = [{ ...statement, preference: [1] }, last, second]
    await writeFile(file, JSON.stringify({ ...good, answers: [{ cluster: 'alpha', statements }] }), { mode: 0o600 })
    const [report] = await life(file, 1, ['refused'])
    expect(report && shown(report)).toBe('BCA found')
    expect(report?.endpoints[0]).toMatchObject({ priority: 5, weight: 7, host: 'mds1.example.org' })
  })
})

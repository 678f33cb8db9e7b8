import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CachedOptions,
  cached,
  discoverClusters,
  parseClusterName,
  type ResolveReport,
  resolveCluster,
  type SimulatedClock,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { LastGoodStore } from '../../src/cached/file/last-good-store.js'
import { answeringResolver, itemOf } from '../answering-resolver.js'

const START = 1_700_000_000_000

/** A directory for one test, gone after it. */
async function directory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'discovery-core-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Lets happen what happens, without simulated time passing, until a promise is settled: files are read in real time. */
async function settled<T>(clock: SimulatedClock, promise: Promise<T>): Promise<T> {
  let over = false
  const watched = promise.finally(() => {
    over = true
  })
  watched.catch(() => {})
  while (!over) await clock.advance(0)
  return watched
}

/** One life of a process: asks, and ends. `at` is the time of day in seconds. */
async function life(file: string, at: number, answers: readonly string[], options: CachedOptions = {}) {
  const clock = simulatedClock()
  const backend = answeringResolver(answers, { clock, delay: 0 })
  const wallClock = (): number => START + at * 1_000 + clock.now()
  const resolver = cached(backend, { clock, file, wallClock, ...options })
  const reports: ResolveReport[] = []
  for (const _ of answers) {
    reports.push(await settled(clock, resolveCluster(resolver, 'alpha')))
    await clock.advance(60_000)
  }
  await settled(clock, Promise.resolve(resolver[Symbol.asyncDispose]()))
  return reports
}

function shown({ endpoints, outcome }: ResolveReport): string {
  return `${endpoints.map(itemOf).join('')} ${outcome}`.trim()
}

const good = {
  schemaVersion: 1,
  answers: [
    {
      cluster: 'alpha',
      statements: [
        {
          saidAt: START,
          type: 'endpoint',
          ...{ address: '192.0.2.1', port: 2510, host: 'mds1.example.org', priority: 0, weight: 1, ttl: 60 },
          source: { backend: 'dns', method: 'dns-srv', origin: 'x', ttl: 60, authenticated: true },
          preference: [0],
        },
      ],
    },
  ],
}

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

  const damage = (change: (document: typeof good) => unknown): string => JSON.stringify(change(structuredClone(good)))
  const withStatement = (change: object): string =>
    damage((document) => {
      Object.assign(document.answers[0]?.statements[0] ?? {}, change)
      return document
    })

  it.each<readonly [what: string, text: string | Buffer]>([
    ['empty', ''],
    ['no JSON', '{"schemaVersion":1,"answers":[{'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['of another version', damage((document) => ({ ...document, schemaVersion: 2 }))],
    ['not an object', '[]'],
    ['without answers', '{"schemaVersion":1}'],
    ['of a thousand depths', '['.repeat(100_000)],
    ['too large', ' '.repeat(16 * 1_024 * 1_024 + 1)],
    ['with a bad name', damage((document) => ({ ...document, answers: [{ cluster: '../etc', statements: [] }] }))],
    ['with a host for an address', withStatement({ address: 'mds1.example.org' })],
    ['with an address that is not canonical', withStatement({ address: '2001:DB8::1' })],
    ['with an address that no server has', withStatement({ address: '224.0.0.1' })],
    ['with port 0', withStatement({ port: 0 })],
    ['with a port that is text', withStatement({ port: '2510' })],
    ['with a negative TTL', withStatement({ ttl: -1 })],
    ['with a time that is none', withStatement({ saidAt: null })],
    ['with a host that is a number', withStatement({ host: 7 })],
    ['with a terminal escape', withStatement({ host: 'mds\u001b[31m' })],
    ['without a source', withStatement({ source: undefined })],
    ['with half a source', withStatement({ source: { backend: 'dns', method: '', origin: 'x', ttl: null } })],
    ['with a statement of no kind', withStatement({ type: 'rumour' })],
    [
      'with an endpoint among the names',
      damage(({ answers }) => ({ schemaVersion: 1, answers: answers.map((answer) => ({ ...answer, cluster: null })) })),
    ],
  ])('%s is a warning, and is replaced', async (_, text) => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await writeFile(file, text, { mode: 0o600 })
    const [report] = await life(file, 0, ['refused'])
    expect(report && shown(report)).toBe('undetermined')
    expect(report?.warnings).toEqual([
      { code: 'cache-file-invalid', message: expect.stringContaining('last-good.json') },
    ])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
    expect(report?.warnings[0]?.message).not.toMatch(/[\u0000-\u001f]/)
    expect((await life(file, 0, ['A/60', 'refused'])).map(shown)).toEqual(['A found', 'A found'])
    expect((await life(file, 0, ['refused'])).map(shown)).toEqual(['A found'])
  })

  it('is left as it is where there is too much to write', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await writeFile(file, 'as it was', { mode: 0o600 })
    const store = new LastGoodStore(file, simulatedClock(), () => START)
    const source = {
      backend: 'dns',
      method: 'dns-srv',
      origin: 'x'.repeat(16 * 1_024 * 1_024),
      ttl: null,
      authenticated: false,
    }
    const statement = { type: 'cluster' as const, name: parseClusterName('alpha'), source }
    store.write(() => [{ cluster: null, kept: [{ statement, saidAt: 0, why: null, denials: 0, deniedAt: 0 }] }])
    await store.written()
    const message = expect.stringContaining('cannot be written: there are more than 16777216 bytes to write')
    expect(store.warnings).toEqual([{ type: 'warning', code: 'cache-file-unwritable', message }])
    expect(await readFile(file, 'utf8')).toBe('as it was')
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
    const asking = resolveCluster(resolver, 'alpha')
    while (backend.underWay === 0) await clock.advance(0)
    await clock.advance(5_000)
    expect(shown(await settled(clock, asking))).toBe('A found')
    await clock.advance(60_000)
    expect(backend.underWay).toBe(0)
    await settled(clock, Promise.resolve(resolver[Symbol.asyncDispose]()))
  })

  it.runIf(process.geteuid?.() === 0)('that somebody else owns is a warning', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await writeFile(file, JSON.stringify(good), { mode: 0o600 })
    await chown(file, 12_345, 12_345)
    const [report] = await life(file, 0, ['refused'])
    expect(report?.warnings).toEqual([
      { code: 'cache-file-invalid', message: expect.stringContaining('others can write it') },
    ])
  })

  it.each<readonly [what: string, make: (path: string) => unknown]>([
    ['others can write', (path) => writeFile(path, JSON.stringify(good)).then(() => chmod(path, 0o666))],
    ['is a directory', (path) => mkdir(path)],
    ['is a FIFO', (path) => execFileSync('mkfifo', [path])],
    ['is a device', (path) => symlink('/dev/zero', path)],
    ['is a loop', (path) => symlink(path, path)],
  ])('that %s is a warning', async (_, make) => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await make(file)
    const [report] = await life(file, 0, ['refused'])
    expect(report && shown(report)).toBe('undetermined')
    expect(report?.warnings.map(({ code }) => code)).toEqual(['cache-file-invalid'])
  })
})

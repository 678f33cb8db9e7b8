import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { createResolver, type Resolver, type SimulatedClock, simulatedClock } from '@pstorage/discovery-core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it, vi } from 'vitest'
import { capturedStream } from './captured-stream.js'
import { cliRun } from './cli-run.js'
import { sourceOf } from './stand-ins.js'

const schema: object = JSON.parse(readFileSync(new URL('../schema/v1.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)

/** The answer from a moment on: addresses or names; `no`; `exists`, without addresses; or `down`. */
type Answer = readonly string[] | 'no' | 'exists' | 'down'

/** A name server of which somebody changes the records; their TTL is 10 s. */
function changing(clock: SimulatedClock) {
  const state = { answer: 'no' as Answer, asked: 0 }
  const source = { ...sourceOf('dns'), method: 'dns-srv', ttl: 10 }
  const answer = async (
    target: string,
    { startAttempt, emit }: Parameters<Parameters<typeof createResolver>[0]['resolve']>[1],
  ) => {
    state.asked += 1
    const asked = startAttempt({ method: 'dns-srv', target })
    if (state.answer === 'down') {
      return asked.finish('unreachable', { error: { code: 'EHOSTUNREACH', message: 'no \x1b[31mroute' } })
    }
    if (state.answer === 'exists') emit({ type: 'cluster', name: target as never, source })
    if (typeof state.answer === 'string') return asked.finish('empty')
    for (const item of state.answer) {
      if (target === 'names') emit({ type: 'cluster', name: item as never, source })
      else {
        const host = 'mds.example.org'
        emit({ type: 'endpoint', address: item, port: 2510, host, priority: 0, weight: 1, ttl: 10, source })
      }
    }
    asked.finish('found', { count: state.answer.length })
  }
  const resolver: Resolver = createResolver({
    name: 'dns',
    clock,
    discover: (question) => answer('names', question as never),
    resolve: (cluster, question) => answer(cluster, question),
  })
  return { resolver, state }
}

/** Runs `watch` while the answers change at the given seconds, and stops it with SIGINT at the end. */
async function watched(
  argv: readonly string[],
  changes: readonly (readonly [at: number, answer: Answer])[],
  options: { readonly until?: number; readonly stdout?: ReturnType<typeof capturedStream> } = {},
) {
  const clock = simulatedClock()
  const { resolver, state } = changing(clock)
  const interruption = new AbortController()
  vi.useFakeTimers({ toFake: ['Date'], now: 0 })
  try {
    const { until = 300, ...streams } = options
    const running = cliRun(['watch', ...argv, '--backend', 'dns'], {
      backends: { dns: () => resolver },
      clock,
      signal: interruption.signal,
      env: { LANG: 'C.UTF-8', PSTORAGE_NAME: 'of-the-environment' },
      ...streams,
    })
    // The command is loaded before it asks for the first time.
    if (changes[0] !== undefined) state.answer = changes[0][1]
    while (state.asked === 0) await clock.advance(0)
    for (let at = 1; at <= until; at += 1) {
      await clock.advance(1_000)
      vi.setSystemTime(at * 1_000)
      state.answer = changes.findLast(([from]) => from <= at)?.[1] ?? 'no'
    }
    interruption.abort('SIGINT')
    const run = await running
    expect(clock.sleepers).toBe(0)
    return { ...run, asked: state.asked }
  } finally {
    vi.useRealTimers()
  }
}

const life: readonly (readonly [at: number, answer: Answer])[] = [
  [0, ['192.0.2.1', '192.0.2.2']],
  [30, ['192.0.2.2', '192.0.2.3']],
  [60, 'down'],
  [120, ['192.0.2.2', '192.0.2.3']],
  [200, 'no'],
]

/** The lines without their times. */
const told = (stdout: string): readonly string[] => {
  const lines = stdout.trimEnd().split('\n')
  for (const line of lines) expect(line).toMatch(/^1970-01-01T00:0\d:\d\dZ {2}\S/)
  return lines.map((line) => line.slice(22))
}

describe('watch', () => {
  it('prints what is known of a cluster, and every change of it, one a line', async () => {
    const run = await watched(['my-cluster'], life)
    expect(run).toMatchObject({ code: 130, stderr: '' })
    expect(told(run.stdout)).toEqual([
      'found         192.0.2.1:2510  dns-srv  mds.example.org',
      'found         192.0.2.2:2510  dns-srv  mds.example.org',
      'added         192.0.2.3:2510  dns-srv  mds.example.org',
      'removed       192.0.2.1:2510',
      expect.stringMatching(/^stale {9}192\.0\.2\.2:2510 {2}last confirmed \d+ s ago: dns-srv unreachable$/),
      expect.stringMatching(/^stale {9}192\.0\.2\.3:2510 {2}last confirmed \d+ s ago: dns-srv unreachable$/),
      'recovered     192.0.2.2:2510  dns-srv  mds.example.org',
      'recovered     192.0.2.3:2510  dns-srv  mds.example.org',
      expect.stringMatching(/^stale {9}192\.0\.2\.2:2510 {2}last confirmed \d+ s ago: dns-srv empty$/),
      expect.stringMatching(/^stale {9}192\.0\.2\.3:2510 {2}last confirmed \d+ s ago: dns-srv empty$/),
      'removed       192.0.2.2:2510  now absent',
      'removed       192.0.2.3:2510  now absent',
    ])
  })

  it('prints the names without a cluster: PSTORAGE_NAME does not count', async () => {
    const run = await watched(
      [],
      [
        [0, ['alpha']],
        [30, ['alpha', 'beta']],
      ],
    )
    expect(told(run.stdout)).toEqual(['found         alpha  dns-srv', 'added         beta  dns-srv'])
  })

  it.each<readonly [Answer, string]>([
    ['no', 'absent        my-cluster  dns-srv empty'],
    ['exists', 'known         my-cluster  dns-srv empty'],
    ['down', 'undetermined  my-cluster  dns-srv unreachable'],
  ])('says what it is where there is nothing to print: %s', async (answer, line) => {
    expect(told((await watched(['-c', 'my-cluster'], [[0, answer]], { until: 20 })).stdout)).toEqual([line])
  })

  it('asks again after the TTL, and each half minute or later while nobody answers', async () => {
    expect((await watched(['c'], [[0, ['192.0.2.1']]], { until: 100 })).asked).toBeGreaterThanOrEqual(10)
    expect((await watched(['c'], [[0, 'down']], { until: 100 })).asked).toBeLessThanOrEqual(4)
  })

  it('prints what fits the schema as NDJSON', async () => {
    const cluster = await watched(['my-cluster', '--format', 'ndjson'], [...life, [260, 'exists']])
    const names = await watched(
      ['--format', 'ndjson'],
      [
        [0, ['alpha']],
        [30, ['beta']],
        [60, 'down'],
        [120, ['beta']],
      ],
    )
    for (const { stdout } of [cluster, names]) {
      for (const line of stdout.trimEnd().split('\n')) {
        expect(validate(JSON.parse(line)), JSON.stringify(validate.errors)).toBe(true)
        expect(line).toMatch(/^[ -~]*$/)
      }
    }
    const typesOf = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).type)
    const change = ['added', 'removed', 'stale', 'recovered']
    expect(typesOf(cluster.stdout)).toEqual(['snapshot', ...change, 'stale', 'removed', 'removed', 'snapshot'])
    expect(typesOf(names.stdout)).toEqual(['snapshot', ...change])
    const [snapshot = '', added = '', , stale = ''] = cluster.stdout.split('\n')
    expect(Object.keys(JSON.parse(snapshot))).toEqual([
      'type',
      'schemaVersion',
      'at',
      'outcome',
      'cluster',
      'endpoints',
      'attempts',
      'warnings',
    ])
    const endpoint = ['address', 'port', 'host', 'priority', 'weight', 'ttl', 'sources']
    expect(Object.keys(JSON.parse(added))).toEqual(['type', 'at', 'outcome', ...endpoint, 'endpoints'])
    expect(JSON.parse(stale)).toMatchObject({
      at: expect.stringMatching(/^1970-01-01T00:01:/),
      outcome: 'found',
      endpoints: [{ address: '192.0.2.2', staleMs: expect.any(Number) }, { address: '192.0.2.3' }],
      attempts: [{ status: 'unreachable', error: { code: 'EHOSTUNREACH' } }],
    })
  })

  it('is quiet when its reader has gone, and says that the disk is full', async () => {
    for (const [code, exit] of [
      ['EPIPE', 0],
      ['ENOSPC', 70],
    ] as const) {
      const stdout = capturedStream({ failure: Object.assign(new Error(code), { code }) })
      const run = await watched(['c'], [[0, ['192.0.2.1']]], { until: 0, stdout })
      expect(run).toMatchObject({ code: exit, asked: 1 })
      expect(run.stderr).toBe(exit === 0 ? '' : 'pstorage-discovery: cannot write to stdout: ENOSPC\n')
    }
  })

  it('colours what a terminal gets, and escapes everything', async () => {
    const run = await watched(['c'], [[0, ['192.0.2.1']]], { until: 5, stdout: capturedStream({ terminal: true }) })
    expect(run.stdout).toContain('\x1b[32mfound')
    expect(stripVTControlCharacters(run.stdout)).toMatch(/^[ -~]+\n$/)
  })
})

describe('the schema', () => {
  const at = '2026-11-26T06:00:00.000Z'
  const named = { type: 'added', at, outcome: 'found', name: 'a', sources: [sourceOf('dns')] }
  it.each([
    ['a change without a time', { ...named, at: undefined }],
    ['a time that is none', { ...named, at: 'yesterday' }],
    ['a change without a source', { ...named, sources: [] }],
    ['a change of nothing', { type: 'removed', at, outcome: 'found' }],
    ['a snapshot of nothing', { type: 'snapshot', schemaVersion: 1, at, outcome: 'found', attempts: [], warnings: [] }],
    ['staleness without an age', { type: 'stale', at, outcome: 'found', clusters: [], attempts: [], warnings: [] }],
  ])('refuses %s', (_, value) => {
    expect(validate(JSON.parse(JSON.stringify(value)))).toBe(false)
    expect(validate(named)).toBe(true)
  })
})

import { readFileSync } from 'node:fs'
import { type DiscoverEvent, memoryResolver, type ResolveEvent } from '@pstorage/discovery-core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { cliRun, type StandIns } from './cli-run.js'
import { emitting, ending, sourceOf, worldOf } from './stand-ins.js'

const schema: object = JSON.parse(readFileSync(new URL('../schema/v1.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)
const world = worldOf({ 'my-cluster': ['192.0.2.3', '[2001:db8::1]:2511'], known: [], __proto__2: [] })

function parsed(text: string): unknown {
  const value: unknown = JSON.parse(text)
  expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
  return value
}

const failing: StandIns = {
  ...world,
  dns: () => ending('dns', 'refused', { code: 'REFUSED', message: 'not allowed' }),
  zeroconf: () => ending('zeroconf', 'unavailable'),
}

const questions: readonly (readonly [id: string, argv: readonly string[], backends: StandIns, code: number])[] = [
  ['discover', ['discover'], world, 0],
  ['discover, nothing', ['discover'], worldOf({}), 6],
  ['discover, could not ask', ['discover'], { ...failing, bootstrap: () => ending('bootstrap', 'empty') }, 3],
  ['resolve', ['resolve', 'my-cluster'], world, 0],
  ['resolve, absent', ['resolve', 'nosuch'], world, 6],
  ['resolve, could not ask', ['resolve', 'nosuch'], failing, 3],
  ['resolve, known', ['resolve', 'known'], world, 4],
  [
    'resolve, with a warning',
    ['resolve', 'c'],
    { ...worldOf({}), zeroconf: () => memoryResolver({ name: 'zeroconf', clusters: { c: ['192.0.2.1'] } }) },
    0,
  ],
]

describe('--json', () => {
  it.each(questions)('%s: fits the schema, in one line', async (_, argv, backends, code) => {
    const run = await cliRun([...argv, '--json'], { backends })
    expect(run.code).toBe(code)
    expect(run.stdout.indexOf('\n')).toBe(run.stdout.length - 1)
    parsed(run.stdout)
  })

  it('has its keys in their fixed order', async () => {
    const discovered = JSON.parse((await cliRun(['discover', '--json'], { backends: world })).stdout)
    expect(Object.keys(discovered)).toEqual(['schemaVersion', 'outcome', 'clusters', 'attempts', 'warnings'])
    expect(Object.keys(discovered.clusters[0])).toEqual(['name', 'sources'])
    expect(Object.keys(discovered.clusters[0].sources[0])).toEqual([
      'backend',
      'method',
      'origin',
      'ttl',
      'authenticated',
    ])
    const resolved = JSON.parse((await cliRun(['resolve', 'nosuch', '--json'], { backends: failing })).stdout)
    expect(Object.keys(resolved)).toEqual(['schemaVersion', 'outcome', 'cluster', 'endpoints', 'attempts', 'warnings'])
    const attempt = ['backend', 'method', 'target', 'server', 'status', 'count', 'elapsedMs', 'error', 'detail']
    for (const it of resolved.attempts) {
      expect(Object.keys(it)).toEqual([...attempt, ...(it.backend === 'dns' ? ['servers'] : [])])
    }
    const found = JSON.parse((await cliRun(['resolve', 'my-cluster', '--json'], { backends: world })).stdout)
    const endpoint = ['address', 'port', 'host', 'priority', 'weight', 'ttl', 'sources']
    expect(Object.keys(found.endpoints[0])).toEqual(endpoint)
  })

  it('is the whole report', async () => {
    const { stdout } = await cliRun(['resolve', 'my-cluster', '--json', '--backend', 'dns'], { backends: world })
    const source = { backend: 'dns', method: 'memory', origin: 'memory', ttl: null, authenticated: false }
    const unknown = { host: null, priority: null, weight: null, ttl: null }
    const place = { backend: 'dns', method: 'memory', target: 'my-cluster', server: null }
    expect(parsed(stdout)).toEqual({
      schemaVersion: 1,
      outcome: 'found',
      cluster: 'my-cluster',
      endpoints: [
        { address: '192.0.2.3', port: 2510, ...unknown, sources: [source] },
        { address: '2001:db8::1', port: 2511, ...unknown, sources: [source] },
      ],
      attempts: [
        { ...place, status: 'found', count: 2, elapsedMs: expect.any(Number), error: null, detail: null, servers: [] },
      ],
      warnings: [],
    })
  })

  it.each(['json', 'ndjson'])('says of each server that was asked how it fared, as %s', async (format) => {
    const servers = [
      { server: '192.0.2.1:53', status: 'timeout', error: { code: 'ETIMEDOUT', message: 'no answer' }, detail: null },
      { server: '192.0.2.2:53', status: 'empty', error: null, detail: 'NXDOMAIN' },
    ] as const
    const about = { backend: 'dns', method: 'dns-srv', target: 'c', server: '192.0.2.1:53', count: 0, elapsedMs: 1 }
    const attempt: ResolveEvent = {
      type: 'attempt-finished',
      id: 1,
      ...about,
      status: 'timeout',
      error: null,
      detail: null,
      servers,
    }
    const more: ResolveEvent = { ...attempt, servers: servers.map((server) => ({ ...server, secret: 'x' })) }
    const backends = { dns: () => emitting('dns', more) }
    const { stdout, code } = await cliRun(['resolve', 'c', '--backend', 'dns', '--format', format], { backends })
    expect(code).toBe(3)
    const [printed] =
      format === 'json'
        ? JSON.parse(stdout).attempts
        : stdout
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
    expect(printed.servers).toEqual(servers)
    for (const line of stdout.trimEnd().split('\n')) parsed(line)
  })

  it('fits the schema only where an attempt of DNS lists its servers, as no other does', () => {
    const attempt = {
      backend: 'dns',
      method: null,
      target: null,
      server: null,
      status: 'empty',
      count: 0,
      elapsedMs: 1,
    }
    const line = (more: object) => ({ type: 'attempt', ...attempt, error: null, detail: null, ...more })
    expect(validate(line({ servers: [] }))).toBe(true)
    expect(validate(line({}))).toBe(false)
    expect(validate(line({ backend: 'bootstrap' }))).toBe(true)
    expect(validate(line({ servers: [{ server: '192.0.2.1:53', status: 'odd', error: null, detail: null }] }))).toBe(
      false,
    )
  })

  it('is the same with --format json, and indented on a terminal', async () => {
    const { capturedStream } = await import('./captured-stream.js')
    const stdout = capturedStream({ terminal: true })
    const run = await cliRun(['discover', '--format', 'json'], { backends: world, stdout })
    expect(run.stdout).toMatch(/^\{\n {2}"schemaVersion": 1,\n/)
    parsed(run.stdout)
  })

  it('is printed with --quiet, and nothing is with wrong usage', async () => {
    parsed((await cliRun(['resolve', 'nosuch', '--json', '-q'], { backends: failing })).stdout)
    expect((await cliRun(['resolve', '../..', '--json'])).stdout).toBe('')
  })

  it('CLI-7: __proto__ is a name like any other', async () => {
    const dns = () => memoryResolver({ name: 'dns', clusters: { ['__proto__']: ['192.0.2.1'], constructor: [] } })
    const options = { backends: { dns } }
    const { stdout } = await cliRun(['discover', '--backend', 'dns', '--json'], options)
    expect(parsed(stdout)).toMatchObject({ clusters: [{ name: '__proto__' }, { name: 'constructor' }] })
    expect(await cliRun(['resolve', '__proto__', '--backend', 'dns'], options)).toMatchObject({
      stdout: '192.0.2.1:2510\n',
    })
  })

  it('CLI-7: lone surrogates, controls and big numbers stay valid JSON in ASCII', async () => {
    const source = { ...sourceOf('dns'), origin: '\ud800 \u202e \x9b \u2028 \x07 \u{1f600} "\\', ttl: 2 ** 53 }
    const warning: DiscoverEvent = { type: 'warning', code: 'odd', message: 'm\u00fcller \udfff' }
    const endpoint: ResolveEvent = {
      type: 'endpoint',
      address: '192.0.2.1',
      port: 2510,
      host: 'h',
      priority: 0,
      weight: 65_535,
      ttl: 2 ** 31,
      source,
    }
    for (const format of ['json', 'ndjson']) {
      const backends = { dns: () => emitting('dns', endpoint, warning) }
      const { stdout } = await cliRun(['resolve', 'c', '--backend', 'dns', '--format', format], { backends })
      expect(stdout).toMatch(/^[ -~\n]*$/)
      const values = stdout.trimEnd().split('\n').map(parsed)
      expect(JSON.stringify(values)).toContain(JSON.stringify(source))
    }
  })
})

describe('--format ndjson', () => {
  it.each(questions)('%s: every line fits the schema, and end is the last', async (_, argv, backends, code) => {
    const run = await cliRun([...argv, '--format', 'ndjson'], { backends })
    expect(run.code).toBe(code)
    const events = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => parsed(line) as { type: string; outcome?: string })
    const outcomes: Readonly<Record<number, string>> = { 0: 'found', 3: 'undetermined', 4: 'known', 6: 'absent' }
    expect(events.at(-1)).toEqual({ type: 'end', outcome: outcomes[code], schemaVersion: 1 })
    expect(events.filter(({ type }) => type === 'end')).toHaveLength(1)
    expect(events.some(({ type }) => type === 'attempt-started')).toBe(false)
  })

  it('has flat lines with one source each', async () => {
    const { stdout } = await cliRun(['resolve', 'my-cluster', '--backend', 'dns', '--format', 'ndjson'], {
      backends: world,
    })
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map((event) => Object.keys(event))).toEqual([
      ['type', 'name', 'source'],
      ['type', 'address', 'port', 'host', 'priority', 'weight', 'ttl', 'source'],
      ['type', 'address', 'port', 'host', 'priority', 'weight', 'ttl', 'source'],
      ['type', 'backend', 'method', 'target', 'server', 'status', 'count', 'elapsedMs', 'error', 'detail', 'servers'],
      ['type', 'outcome', 'schemaVersion'],
    ])
  })
})

describe('the schema', () => {
  const report = { schemaVersion: 1, outcome: 'found', clusters: [], attempts: [], warnings: [] }
  it.each([
    ['another version', { ...report, schemaVersion: 2 }],
    ['an outcome that does not exist', { ...report, outcome: 'maybe' }],
    ['a report without attempts', { schemaVersion: 1, outcome: 'found', clusters: [], warnings: [] }],
    ['a name that is an option', { ...report, clusters: [{ name: '-h', sources: [sourceOf('dns')] }] }],
    ['a name that is none', { ...report, clusters: [{ name: 'a.b', sources: [sourceOf('dns')] }] }],
    ['a result without a source', { ...report, clusters: [{ name: 'a', sources: [] }] }],
    ['an event of no kind', { type: 'attempt-started' }],
    ['an end without outcome', { type: 'end', schemaVersion: 1 }],
    ['nothing', {}],
  ])('refuses %s', (_, value) => {
    expect(validate(value)).toBe(false)
  })

  it('lets keys of later through', () => {
    expect(validate({ ...report, later: true })).toBe(true)
  })
})

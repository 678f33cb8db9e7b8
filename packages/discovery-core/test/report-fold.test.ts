import {
  type AttemptFinishedEvent,
  type AttemptStatus,
  discoverReportBuilder,
  type EndpointEvent,
  type Outcome,
  parseClusterName,
  resolveReportBuilder,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

const alpha = parseClusterName('alpha')

function endpoint(address: string, backend: string, more: Partial<EndpointEvent> = {}): EndpointEvent {
  const source = { backend, method: 'test', origin: backend, ttl: null, authenticated: false }
  return { type: 'endpoint', address, port: 2510, host: null, priority: null, weight: null, ttl: null, source, ...more }
}

function attempt(status: AttemptStatus): AttemptFinishedEvent {
  const nothing = { method: null, target: null, server: null, count: 0, elapsedMs: 0, error: null, detail: null }
  return { type: 'attempt-finished', id: 1, backend: 'test', ...nothing, status }
}

describe('resolveFold', () => {
  it.each<[statuses: AttemptStatus[], said: Outcome, outcome: Outcome]>([
    [['timeout'], 'absent', 'undetermined'],
    [[], 'absent', 'undetermined'],
    [['empty'], 'undetermined', 'undetermined'],
    [['empty'], 'found', 'undetermined'],
    [['empty'], 'known', 'known'],
    [['empty'], 'zzz' as Outcome, 'undetermined'],
  ])('of %j with the end %s is %s', (statuses, said, outcome) => {
    const fold = resolveReportBuilder(alpha)
    for (const status of statuses) fold.add(attempt(status))
    fold.add({ type: 'end', outcome: said })
    expect(fold.report().outcome).toBe(outcome)
  })

  it('takes nothing in after the end', () => {
    const fold = resolveReportBuilder(alpha)
    fold.add(attempt('empty'))
    fold.add({ type: 'end', outcome: 'absent' })
    fold.add(endpoint('192.0.2.1', 'late'))
    fold.add({ type: 'end', outcome: 'found' })
    expect(fold.report()).toMatchObject({ outcome: 'absent', endpoints: [] })
  })

  it('is undetermined until end has come', () => {
    const fold = resolveReportBuilder(alpha)
    expect(fold.report().outcome).toBe('undetermined')
    fold.add(attempt('empty'))
    expect(fold.report().outcome).toBe('undetermined')
    fold.add({ type: 'end', outcome: 'absent' })
    expect(fold.report().outcome).toBe('absent')
  })

  it('takes what a better source does not know from the next', () => {
    const fold = resolveReportBuilder(alpha)
    fold.add(endpoint('192.0.2.1', 'zeroconf', { host: 'a.local', ttl: 120, preference: [2] }))
    fold.add(endpoint('192.0.2.1', 'bootstrap', { preference: [1] }))
    fold.add(endpoint('192.0.2.1', 'dns', { ttl: 300, priority: 0, preference: [0, 4] }))
    expect(fold.report().endpoints).toEqual([
      expect.objectContaining({ host: 'a.local', ttl: 300, priority: 0, weight: null }),
    ])
    expect(fold.report().endpoints[0]?.sources.map(({ backend }) => backend)).toEqual(['dns', 'bootstrap', 'zeroconf'])
  })

  it('takes what a foreign resolver leaves out for unknown', () => {
    const fold = resolveReportBuilder(alpha)
    const { host: _, ...hostless } = endpoint('192.0.2.1', 'foreign', { ttl: 60 })
    fold.add(hostless as EndpointEvent)
    expect(fold.report().endpoints).toMatchObject([{ host: null, ttl: 60 }])
  })

  it.each<[first: string, preferences: readonly (readonly number[] | undefined)[]]>([
    ['the lower number', [[1], [0]]],
    [
      'the lower number at the first difference',
      [
        [0, 2, 0],
        [0, 1, 9],
      ],
    ],
    ['the one without a further number', [[0, 0], [0]]],
    ['the one without any number', [[0], undefined]],
    ['the one without any number, although it is not the last', [[0, 1], undefined, [0]]],
  ])('prefers %s', (_, preferences) => {
    for (const order of [preferences, preferences.toReversed()]) {
      const fold = resolveReportBuilder(alpha)
      for (const preference of order) {
        const backend = JSON.stringify(preference ?? [])
        const place = preference === undefined ? {} : { preference }
        fold.add(endpoint('192.0.2.1', backend, place))
        fold.add(endpoint(`192.0.2.${9 + order.indexOf(preference)}`, backend, place))
      }
      const [, next] = fold.report().endpoints
      const best = preferences.includes(undefined) ? [] : preferences.at(-1)
      expect(fold.report().endpoints[0]?.sources[0]?.backend).toBe(JSON.stringify(best))
      expect(next?.sources[0]?.backend).toBe(JSON.stringify(best))
    }
  })

  it('prefers what is fresh to what is stale, whatever the order of preference and of coming', () => {
    const events = [
      endpoint('192.0.2.1', 'old', { preference: [0], staleMs: 7, host: 'old' }),
      endpoint('192.0.2.2', 'new', { preference: [1] }),
      endpoint('192.0.2.3', 'old', { preference: [0], staleMs: 7, host: 'old' }),
      endpoint('192.0.2.3', 'new', { preference: [2], host: 'new' }),
    ]
    for (const order of [events, events.toReversed()]) {
      const fold = resolveReportBuilder(alpha)
      for (const event of order) fold.add(event)
      expect(fold.report().endpoints.map(({ address, host }) => `${address} ${host}`)).toEqual([
        '192.0.2.2 null',
        '192.0.2.3 new',
        '192.0.2.1 old',
      ])
    }
  })

  it.each([
    ['the least of what is stale', [500, 200, 300], 200],
    ['nothing where one source is fresh', [500, undefined, 300], undefined],
    ['nothing where all are fresh', [undefined, undefined], undefined],
  ] as const)('says of age %s', (_, ages, staleMs) => {
    const [clusters, endpoints] = [discoverReportBuilder(), resolveReportBuilder(alpha)]
    for (const [index, age] of ages.entries()) {
      const found = endpoint('192.0.2.1', `${index}`, age === undefined ? {} : { staleMs: age })
      endpoints.add(found)
      clusters.add({ type: 'cluster', name: alpha, source: found.source, ...(age !== undefined && { staleMs: age }) })
    }
    const expected = staleMs === undefined ? [] : [['staleMs', staleMs]]
    for (const found of [endpoints.report().endpoints[0], clusters.report().clusters[0]]) {
      expect(Object.entries(found ?? {}).filter(([key]) => key === 'staleMs')).toEqual(expected)
    }
  })

  it('lists the same source once', () => {
    const fold = resolveReportBuilder(alpha)
    fold.add(endpoint('192.0.2.1', 'dns'))
    fold.add(endpoint('192.0.2.1', 'dns'))
    expect(fold.report().endpoints[0]?.sources).toHaveLength(1)
  })

  it('keeps ports and zones apart', () => {
    const fold = resolveReportBuilder(alpha)
    fold.add(endpoint('fe80::1%eth0', 'zeroconf'))
    fold.add(endpoint('fe80::1%eth1', 'zeroconf'))
    fold.add(endpoint('fe80::1%eth1', 'zeroconf', { port: 1 }))
    expect(fold.report().endpoints).toHaveLength(3)
  })

  it('freezes what it reports, and goes on', () => {
    const fold = resolveReportBuilder(alpha)
    fold.add(endpoint('192.0.2.1', 'dns'))
    const before = fold.report()
    fold.add(endpoint('192.0.2.2', 'dns'))
    expect(before.cluster).toBe(alpha)
    expect(before.endpoints).toHaveLength(1)
    expect(() => Object.assign(before.endpoints, { 0: null })).toThrow(TypeError)
  })
})

describe.each([
  ['discoverFold', () => discoverReportBuilder()],
  ['resolveFold', () => resolveReportBuilder(alpha)],
])('the attempts of %s', (_, made) => {
  it.each([
    ['nothing more', {}],
    ['for how long a no holds', { negativeTtl: 60 }],
    ['what is gone', { withdrawn: [{ what: '192.0.2.1:2510', origin: 'x' }] }],
    ['both', { negativeTtl: 0, withdrawn: [] }],
  ])('say %s, as it was said, and cannot be changed', (_, more) => {
    const fold = made()
    const { type, id, ...said } = { ...attempt('empty'), ...more }
    fold.add({ type, id, ...said })
    const { attempts } = fold.report()
    expect(attempts).toStrictEqual([said])
    expect(Object.isFrozen(attempts[0])).toBe(true)
  })
})

describe('discoverFold', () => {
  it('takes nothing in after the end', () => {
    const fold = discoverReportBuilder()
    fold.add(attempt('empty'))
    fold.add({ type: 'end', outcome: 'absent' })
    fold.add({ type: 'cluster', name: alpha, source: endpoint('192.0.2.1', 'late').source })
    expect(fold.report()).toMatchObject({ outcome: 'absent', clusters: [] })
  })

  it('keeps a warning once', () => {
    const fold = discoverReportBuilder()
    fold.add({ type: 'warning', code: 'x', message: 'y' })
    fold.add({ type: 'warning', code: 'x', message: 'y' })
    expect(fold.report().warnings).toEqual([{ code: 'x', message: 'y' }])
  })

  it('takes __proto__ for a name like any other', () => {
    const fold = discoverReportBuilder()
    const source = { backend: 'dns', method: 'dns-txt', origin: 'x', ttl: null, authenticated: false }
    fold.add({ type: 'cluster', name: parseClusterName('__proto__'), source })
    expect(fold.report().clusters.map(({ name }) => name)).toEqual(['__proto__'])
  })
})

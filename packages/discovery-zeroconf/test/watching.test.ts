import { parseClusterName, resolveCluster } from '@pstorage/discovery-core'
import { RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { resolved, simulatedResolver } from './answered.js'
import { multicastResponse } from './multicast-response.js'
import { packetRecords, servicePacket } from './service-packets.js'
import { networkInterface } from './simulated-medium.js'
import { watched } from './watched.js'

const PLAIN = 'PTR _pstorage._tcp.local'
const alpha = { instance: 'mds1', txt: ['cluster=alpha'] }
const answer = servicePacket(alpha)
const goodbye = servicePacket({ ...alpha, ttl: 0 })
const other = servicePacket({ instance: 'mds9', txt: ['cluster=beta'], host: 'mds9.local', addresses: ['192.0.2.29'] })

/** A query of another host for the instances, which knows those already. */
function listQuery(...known: readonly string[]): Uint8Array {
  const questions = [{ name: '_pstorage._tcp.local', type: RecordType.PTR }]
  const answers = known.map((name) => {
    return { name: '_pstorage._tcp.local', type: 'PTR' as const, target: `${name}._pstorage._tcp.local`, ttl: 120 }
  })
  return multicastResponse(answers, { response: false, authoritative: false, questions })
}

describe('changes of a cluster', () => {
  it.each([
    ['an MDS that is announced', [[5_000, answer]], [5_000]],
    ['one of another cluster: none', [[5_000, other]], []],
    [
      'the same sent again: none',
      [
        [5_000, answer],
        [7_000, answer],
      ],
      [5_000],
    ],
    [
      'MD-12 a goodbye, one second later',
      [
        [5_000, answer],
        [7_000, goodbye],
      ],
      [5_000, 8_000],
    ],
    [
      'MD-12 a goodbye that is contradicted within a second: none',
      [
        [5_000, answer],
        [7_000, goodbye],
        [7_500, answer],
      ],
      [5_000],
    ],
    [
      'MD-12 a goodbye by another host, ten seconds later',
      [
        [5_000, answer],
        [7_000, goodbye, '192.0.2.66'],
        [7_500, other],
      ],
      [5_000, 17_000],
    ],
    [
      'another port',
      [
        [5_000, answer],
        [7_000, servicePacket({ ...alpha, port: 2511 })],
      ],
      [5_000, 7_000, 8_000],
    ],
    [
      'MD-10 another address, which replaces the old one a second later',
      [
        [5_000, answer],
        [7_000, servicePacket({ ...alpha, addresses: ['192.0.2.22'] })],
      ],
      [5_000, 7_000, 8_000],
    ],
    [
      'another cluster',
      [
        [5_000, answer],
        [7_000, servicePacket({ instance: 'mds1', txt: ['cluster=beta'] })],
      ],
      [5_000, 7_000],
    ],
    ['MD-14 a lifetime that is over', [[5_000, servicePacket({ ...alpha, ttl: 10 })]], [5_000, 15_000]],
    ['MD-1 an answer from another network: none', [[5_000, answer, '203.0.113.9']], []],
  ] as const)('%s', async (_, incoming, expected) => {
    const { hints, openLinks, whileOpen } = await watched({ incoming, for: 60_000 })
    expect(hints).toEqual(expected)
    expect([whileOpen, openLinks]).toEqual([1, 0])
  })

  it('MD-27 comes when the missing parts do', async () => {
    const records = packetRecords(alpha)
    const incoming = records.map((record, index) => [5_000 + index * 2_000, multicastResponse([record])] as const)
    const { hints, queries } = await watched({ incoming, for: 13_000 })
    expect(hints).toEqual([9_000, 11_000])
    expect(queries.some(({ questions }) => questions.includes('A mds1.local'))).toBe(true)
  })
})

describe('changes of the names', () => {
  it.each([
    [
      'every cluster',
      [
        [5_000, answer],
        [6_000, other],
      ],
      [5_000, 6_000],
    ],
    [
      'another port: none',
      [
        [5_000, answer],
        [7_000, servicePacket({ ...alpha, port: 2511 })],
      ],
      [5_000],
    ],
    [
      'MD-12 a goodbye',
      [
        [5_000, answer],
        [7_000, goodbye],
      ],
      [5_000, 8_000],
    ],
    ['MD-25 a name that is none: nothing', [[5_000, servicePacket({ instance: 'a b', txt: [] })]], []],
  ] as const)('%s', async (_, incoming, expected) => {
    expect((await watched({ incoming, cluster: null, for: 60_000 })).hints).toEqual(expected)
  })
})

describe('queries during a watch', () => {
  it('MD-21 at intervals that double, up to an hour', async () => {
    const { queries } = await watched({ cluster: null, for: 5 * 3_600_000 })
    const times = queries.map(({ at }) => at)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    const expected = [...Array.from({ length: 12 }, (_, index) => 1_000 * 2 ** index), 3_600_000, 3_600_000, 3_600_000]
    expect(gaps).toEqual(expected)
    expect(new Set(queries.flatMap(({ questions }) => questions))).toEqual(new Set([PLAIN]))
  })

  it.each([
    ['nothing came', []],
    ['it was known', [[200, answer]]],
  ] as const)('for one cluster by its subtype, and for all, also where %s', async (_, incoming) => {
    const { queries } = await watched({ incoming, for: 2_000 })
    expect(queries.map((one) => one.questions[0])).toEqual([
      'PTR _alpha._sub._pstorage._tcp.local',
      PLAIN,
      'PTR _alpha._sub._pstorage._tcp.local',
      PLAIN,
    ])
  })

  it('MD-20 with what is known, as long as more than half of its time is left', async () => {
    const incoming = [[200, servicePacket({ ...alpha, ttl: 10 })]] as const
    const { queries } = await watched({ incoming, cluster: null, for: 8_000 })
    expect(queries.filter(({ at }) => at < 7_500).map(({ known }) => known)).toEqual([0, 1, 1, 0])
  })

  it('MD-14 for what is about to expire, at 80, 85, 90 and 95 per cent', async () => {
    const incoming = [[200, servicePacket({ ...alpha, ttl: 100 })]] as const
    const { queries, hints } = await watched({ incoming, for: 110_000 })
    const refreshes = queries.filter(({ questions }) => questions.includes('SRV mds1._pstorage._tcp.local'))
    const shares = refreshes.map(({ at }) => (at - 200) / 100_000)
    expect(shares).toHaveLength(4)
    for (const [index, share] of shares.entries()) {
      expect(share).toBeGreaterThanOrEqual(0.8 + index * 0.05)
      expect(share).toBeLessThan(0.821 + index * 0.05)
    }
    expect(refreshes[0]?.questions).toContain('A mds1.local')
    expect(hints).toEqual([200, 100_200])
  })

  it('MD-14 no more, once it is sent again', async () => {
    const incoming = [100, 82_000].map((at) => [at, servicePacket({ ...alpha, ttl: 100 })] as const)
    const { queries, hints } = await watched({ incoming, for: 110_000 })
    expect(queries.filter(({ questions }) => questions.includes('SRV mds1._pstorage._tcp.local'))).toHaveLength(1)
    expect(hints).toEqual([100])
  })

  it('MD-12 again and again for what another host took back, until it is forgotten', async () => {
    const incoming = [
      [200, answer],
      [30_500, goodbye, '192.0.2.66'],
    ] as const
    const { queries } = await watched({ incoming, for: 45_000 })
    const again = queries.filter(
      ({ at, questions }) => at > 30_500 && questions.includes('SRV mds1._pstorage._tcp.local'),
    )
    expect(again).toHaveLength(5)
  })

  it('receives when others ask and get no answer (RFC 6762 section 10.5)', async () => {
    const dead = [
      [200, answer],
      [20_000, listQuery(), '192.0.2.30'],
      [22_000, listQuery(), '192.0.2.30'],
    ] as const
    expect((await watched({ incoming: dead, for: 60_000 })).hints).toEqual([200, 32_000])
    const known = dead.map(([at, bytes]) => [at, at === 200 ? bytes : listQuery('mds1'), '192.0.2.30'] as const)
    expect((await watched({ incoming: known, for: 60_000 })).hints).toEqual([200])
    const alive = [...dead, [22_100, answer] as const]
    expect((await watched({ incoming: alive, for: 60_000 })).hints).toEqual([200])
  })
})

describe('interfaces that come and go (MD-33)', () => {
  const eth0 = networkInterface('eth0', '192.0.2.10', { index: 2 })
  const incoming = [[100, answer]] as const

  it.each([
    ['appears', (now: number) => (now < 10_000 ? [] : [eth0]), [10_100]],
    ['vanishes', (now: number) => (now < 10_000 ? [eth0] : []), [100, 10_000]],
    [
      'is deleted and made anew, as it was',
      (now: number) => [{ ...eth0, index: now < 10_000 ? 2 : 3 }],
      [100, 10_000, 10_100],
    ],
    [
      'changes its address',
      (now: number) => [now < 10_000 ? eth0 : networkInterface('eth0', '192.0.2.11', { index: 2 })],
      [100, 10_000, 10_100],
    ],
    ['is switched off', (now: number) => [{ ...eth0, up: now < 10_000 }], [100, 10_000]],
    ['loses its MULTICAST flag', (now: number) => [{ ...eth0, multicast: now < 10_000 }], [100, 10_000]],
    ['stays as it is', () => [eth0], [100]],
  ])('one that %s', async (_, interfacesAt, expected) => {
    expect((await watched({ interfacesAt, incoming, for: 30_000 })).hints).toEqual(expected)
  })

  it.each([
    ['MD-36 is forgotten and queried anew when the host was asleep', 3_600_000, [100, 10_000, 10_100]],
    ['MD-36 is kept when the clock was set a little', 2_000, [100]],
    ['MD-36 is kept when the clock was set back', -3_600_000, [100]],
  ])('what is known %s', async (_, jump, expected) => {
    const timeOfDay = (now: number) => (now < 9_000 ? now : now + jump)
    expect((await watched({ incoming, timeOfDay, for: 30_000 })).hints).toEqual(expected)
  })

  it('one that breaks is opened again', async () => {
    const error = Object.assign(new Error('down'), { code: 'ENETDOWN' })
    const { hints } = await watched({ incoming, breaks: { at: 3_000, error }, for: 5_500 })
    expect(hints).toEqual([100, 3_000, 4_100])
  })

  it('one that cannot be opened is tried again, and costs nothing else', async () => {
    const openError = Object.assign(new Error('gone'), { code: 'EADDRNOTAVAIL' })
    expect(await watched({ openError, for: 30_000 })).toMatchObject({ hints: [], openLinks: 0 })
  })
})

describe('queries answered during a watch', () => {
  it('are answered by what was received before, at once, with the same socket', async () => {
    const { clock, network, resolver } = simulatedResolver({ incoming: [[200, answer]] })
    const changes = resolver.changes?.(parseClusterName('alpha'))[Symbol.asyncIterator]()
    const hint = changes?.next()
    await clock.advance(10_000)
    await hint
    const before = network.sent.length
    const reading = resolveCluster(resolver, 'alpha')
    const first = firstEndpointTime(resolver, clock)
    await clock.advance(5_000)
    expect(await first).toBe(10_000)
    expect(network.state.openLinks).toBe(1)
    expect((await reading).outcome).toBe('found')
    // The watcher has queried already.
    expect(network.sent.length).toBe(before)
    await changes?.return?.()
    expect(network.state.openLinks).toBe(0)
  })

  it('go on when the watcher leaves, and close the socket at their end', async () => {
    const { clock, network, resolver } = simulatedResolver({ incoming: [[200, answer]] })
    const changes = resolver.changes?.(undefined)[Symbol.asyncIterator]()
    void changes?.next()
    await clock.advance(1_000)
    const reading = resolveCluster(resolver, 'alpha')
    await clock.advance(100)
    await changes?.return?.()
    expect(network.state.openLinks).toBe(1)
    await clock.advance(5_000)
    expect((await reading).endpoints).toHaveLength(1)
    expect(network.state.openLinks).toBe(0)
    expect(clock.sleepers).toBe(0)
  })
})

async function firstEndpointTime(
  resolver: ReturnType<typeof simulatedResolver>['resolver'],
  clock: ReturnType<typeof simulatedResolver>['clock'],
): Promise<number | undefined> {
  for await (const event of resolver.resolve(parseClusterName('alpha'))) {
    if (event.type === 'endpoint') return clock.now()
  }
  return undefined
}

describe('the end of watching', () => {
  it.each(['leaving', 'aborting', 'disposing', 'its time'] as const)('by %s closes everything at once', async (way) => {
    const { clock, network, resolver } = simulatedResolver({ incoming: [[200, answer]] })
    const abort = new AbortController()
    const timeout = way === 'its time' ? 1_000 : undefined
    const changes = resolver.changes?.(undefined, { signal: abort.signal, timeout })[Symbol.asyncIterator]()
    await Promise.all([changes?.next(), clock.advance(500)])
    if (way === 'leaving') await changes?.return?.()
    const next = changes?.next().then(
      ({ done }) => (done ? 'done' : 'changed'),
      (error: { code?: unknown; name?: string }) => error.code ?? error.name,
    )
    if (way === 'aborting') abort.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
    if (way === 'disposing') await resolver[Symbol.asyncDispose]()
    if (way === 'its time') await clock.advance(500)
    const expected = { leaving: 'done', aborting: 'ENOUGH', disposing: 'ERR_RESOLVER_DISPOSED', 'its time': 'done' }
    expect(await next).toBe(expected[way])
    expect(network.state.openLinks).toBe(0)
    expect(clock.sleepers).toBe(0)
    expect(await changes?.next()).toEqual({ done: true, value: undefined })
  })

  it('nothing is opened before the first change is awaited', async () => {
    const { network, resolver } = simulatedResolver({})
    resolver.changes?.(undefined)
    expect(network.state.openLinks).toBe(0)
  })

  it('a disposed resolver and an aborted signal reject', async () => {
    const { resolver } = simulatedResolver({})
    const aborted = resolver.changes?.(undefined, { signal: AbortSignal.abort('enough') })[Symbol.asyncIterator]()
    await expect(aborted?.next()).rejects.toBe('enough')
    await resolver[Symbol.asyncDispose]()
    const changes = resolver.changes?.(undefined)[Symbol.asyncIterator]()
    await expect(changes?.next()).rejects.toMatchObject({ code: 'ERR_RESOLVER_DISPOSED' })
  })

  it('several watchers are notified each, and the last one closes', async () => {
    const { clock, network, resolver } = simulatedResolver({ incoming: [[200, answer]] })
    const one = resolver.changes?.(parseClusterName('alpha'))[Symbol.asyncIterator]()
    const two = resolver.changes?.(undefined)[Symbol.asyncIterator]()
    const hints = Promise.all([one?.next(), two?.next()])
    await clock.advance(1_000)
    expect(await hints).toEqual([
      { done: false, value: undefined },
      { done: false, value: undefined },
    ])
    expect(network.state.openLinks).toBe(1)
    await one?.return?.()
    expect(network.state.openLinks).toBe(1)
    await two?.return?.()
    expect(network.state.openLinks).toBe(0)
  })
})

describe('CONF-4 RFC 6762 s7.3 the same question of another host', () => {
  /** Returns the times of our questions for the instances, with such a query at 12 s. */
  async function listQuestionsWith(seen: Uint8Array | undefined, from = '192.0.2.77'): Promise<readonly number[]> {
    const incoming = [[500, answer], ...(seen === undefined ? [] : [[12_000, seen, from]])] as const
    const { queries } = await watched({ incoming: incoming as never, for: 17_000 })
    return queries.filter(({ questions }) => questions.includes(PLAIN)).map(({ at }) => at)
  }

  it.each([
    ['without known answers: ours counts as sent', listQuery(), true],
    ['with known answers that ours would have too', listQuery('mds1'), true],
    ['with a known answer that ours would not have: ours is sent', listQuery('mds1', 'mds2'), false],
  ])('%s', async (_, seen, isSuppressed) => {
    const alone = await listQuestionsWith(undefined)
    const times = await listQuestionsWith(seen)
    expect(alone.length).toBeGreaterThan(3)
    expect(times).toEqual(isSuppressed ? alone.slice(0, -1) : alone)
  })

  it('of this host itself suppresses nothing', async () => {
    expect(await listQuestionsWith(listQuery(), '192.0.2.10')).toEqual(await listQuestionsWith(undefined))
  })

  it('suppresses no question of a one-shot query: silence means something only after both were sent', async () => {
    const incoming = Array.from({ length: 30 }, (_, index) => [index * 100, listQuery(), '192.0.2.77'] as const)
    const { statuses, queries } = await resolved({ incoming })
    const alone = await resolved({})
    expect(statuses).toEqual(['silent'])
    expect(queries).toEqual(alone.queries)
  })

  const host = 'mds1.local'
  const named = packetRecords(alpha).filter(({ type }) => type !== 'A')

  /** A query of another host for addresses, which knows those of `known`. */
  function addressQuery(types: readonly ('A' | 'AAAA')[], ...known: readonly string[]): Uint8Array {
    const questions = types.map((type) => ({ name: host, type: RecordType[type] }))
    const answers = known.map((address) => ({ name: host, type: 'A' as const, address, ttl: 120 }))
    return multicastResponse(answers, { response: false, authoritative: false, questions })
  }

  /** Returns the times of our questions for both families, while the host answers none of them. */
  async function addressQuestionsWith(seen: Uint8Array | undefined) {
    const incoming = [[500, multicastResponse(named)], ...(seen === undefined ? [] : [[12_000, seen]])] as const
    const { queries } = await watched({ incoming: incoming as never, for: 17_000 })
    return ['A', 'AAAA'].map((type) => {
      return queries.filter(({ questions }) => questions.includes(`${type} ${host}`)).map(({ at }) => at)
    })
  }

  it.each([
    { id: 'both families', seen: addressQuery(['A', 'AAAA']), suppressed: [true, true] },
    { id: 'A only: AAAA is sent', seen: addressQuery(['A']), suppressed: [true, false] },
    { id: 'AAAA only: A is sent', seen: addressQuery(['AAAA']), suppressed: [false, true] },
    {
      id: 'with a known answer that ours does not have: both are sent',
      seen: addressQuery(['A', 'AAAA'], '192.0.2.21'),
      suppressed: [false, false],
    },
  ])('for the addresses of a host, $id', async ({ seen, suppressed }) => {
    const alone = await addressQuestionsWith(undefined)
    const times = await addressQuestionsWith(seen)
    expect(alone.map((each) => each.length > 3)).toEqual([true, true])
    expect(times).toEqual(alone.map((each, index) => (suppressed[index] ? each.slice(0, -1) : each)))
  })

  it('for an address that gets no answer twice has the address reconfirmed', async () => {
    const asked = (at: number) => [at, addressQuery(['A']), '192.0.2.77'] as const
    const { queries } = await watched({ incoming: [[500, answer], asked(4_000), asked(6_000)], for: 8_000 })
    const times = queries.filter(({ questions }) => questions.includes(`A ${host}`)).map(({ at }) => at)
    expect(times[0]).toBeGreaterThanOrEqual(6_000)
    expect(times[0]).toBeLessThan(6_300)
  })
})

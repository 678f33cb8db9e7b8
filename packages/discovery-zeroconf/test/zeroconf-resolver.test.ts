import { resolveCluster } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { discovered, resolved, simulatedResolver } from './answered.js'
import { damagedAnswer } from './damaged-answer.js'
import { multicastResponse } from './multicast-response.js'
import { packetRecords, servicePacket } from './service-packets.js'
import { networkInterface } from './simulated-medium.js'

const alpha = { instance: 'mds1', txt: ['cluster=alpha'] }
const answer = servicePacket(alpha)

describe('listening', () => {
  it('ends 1 s after the last new record, with the repeated question answered', async () => {
    const { endedAt, firstResultAt, listQueries, ...report } = await resolved({ incoming: [[200, answer]] })
    const [first = 0, ...others] = listQueries.map(({ at }) => at)
    expect(others).toEqual([first + 300, first + 1_000, first + 1_300])
    expect(firstResultAt).toBe(200)
    expect(endedAt).toBe(first + 1_300 + 250)
    expect(report).toMatchObject({ outcome: 'found', statuses: ['found'], openLinks: 0 })
  })

  it.each([
    ['silence, queried the cluster and then for all', [], 1_550],
    ['the last new record at 600 ms', [600], 1_600],
    ['the last new record at 1,300 ms', [600, 1_300], 2_300],
    ['the last new record at 2,900 ms', [1_000, 1_900, 2_900], 3_000],
  ])('after %s', async (_, times, expected) => {
    const options = { random: { below: () => 0 } }
    const incoming = times.map((at, index) => [20 + at, servicePacket({ ...alpha, instance: `mds${index}` })] as const)
    expect((await resolved({ incoming, options })).endedAt).toBe(20 + expected)
  })

  it('is not prolonged by what is known or does not matter', async () => {
    const other = multicastResponse([{ name: 'printer.local', type: 'A', address: '192.0.2.99' }])
    const incoming = [200, 600, 1_000].flatMap((at) => [[at, answer] as const, [at, other] as const])
    const { endedAt, listQueries } = await resolved({ incoming })
    expect(endedAt).toBe((listQueries.at(-1)?.at ?? 0) + 250)
  })

  it('MD-21 asks after 20 to 40 ms, and a second later with what is known', async () => {
    const { queries } = await discovered({ incoming: [[200, answer]] })
    expect(queries.map(({ questions, known }) => ({ questions, known }))).toEqual([
      { questions: ['PTR _pstorage._tcp.local'], known: 0 },
      { questions: ['PTR _pstorage._tcp.local'], known: 1 },
    ])
    expect(queries[0]?.at).toBeGreaterThanOrEqual(20)
    expect(queries[0]?.at).toBeLessThanOrEqual(40)
  })

  it('MD-20 does not list as known what is more than half over', async () => {
    const { queries } = await discovered({ incoming: [[200, servicePacket({ ...alpha, ttl: 1 })]] })
    expect(queries.map(({ known }) => known)).toEqual([0, 0])
  })

  it('receives what comes before the first question', async () => {
    expect(await resolved({ incoming: [[0, answer]] })).toMatchObject({ outcome: 'found', firstResultAt: 0 })
  })
})

describe('attempts', () => {
  const error = (code: string): Error => Object.assign(new Error(`send ${code} 224.0.0.251:5353`), { code })
  const lo = networkInterface('lo', '127.0.0.1', { loopback: true, multicast: false })

  it.each([
    ['no host answers', {}, 'silent'],
    ['only others answer', { incoming: [[200, servicePacket({ instance: 'mds1', txt: ['cluster=beta'] })]] }, 'silent'],
    ['the time is up before anybody could answer', { timeout: 900 }, 'timeout'],
    ['the time is up before the first question', { timeout: 10 }, 'timeout'],
    ['the time is up after listening', { timeout: 1_200 }, 'silent'],
    ['no time at all', { timeout: 0 }, 'timeout'],
    ['an answer cannot be read', { incoming: [[200, damagedAnswer]] }, 'malformed'],
    ['an answer about something else cannot be read', { incoming: [[200, Buffer.of(0, 0, 0x84, 0)]] }, 'silent'],
    ['MD-32 the port is taken', { openError: error('EADDRINUSE') }, 'unavailable'],
    ['MD-32 the port is not permitted', { openError: error('EACCES') }, 'unavailable'],
    ['MD-31 there is no route', { sendError: () => error('ENETUNREACH') }, 'unavailable'],
    ['MD-31 the route leads nowhere', { sendError: () => error('EHOSTUNREACH') }, 'unavailable'],
    ['MD-31 a firewall forbids it', { sendError: () => error('EPERM') }, 'unavailable'],
    ['MD-31 the address is gone', { sendError: () => error('EADDRNOTAVAIL') }, 'unavailable'],
    ['MD-33 the interface breaks', { breaks: { at: 500, error: error('ENETDOWN') } }, 'unavailable'],
    ['D6 what it sends does not come back', { faultAt: () => error('ERR_MULTICAST_NOT_RECEIVED') }, 'unavailable'],
    ['MD-29 there is only loopback', { interfaces: [lo] }, 'unavailable'],
    ['MD-29 there is no such interface', { options: { interfaces: ['eth9'] } }, 'unavailable'],
  ] as const)('%s: never absent', async (_, scene, status) => {
    expect(await resolved(scene)).toMatchObject({ outcome: 'undetermined', statuses: [status], openLinks: 0 })
  })

  it('says which interface was queried, what for, and what was not used', async () => {
    const incoming = [
      [200, Buffer.of(1), '192.0.2.9'],
      [200, answer, '203.0.113.9'],
      [200, answer, '203.0.113.9'],
    ] as const
    const { attempts } = await resolved({ incoming })
    expect(attempts).toMatchObject([
      {
        backend: 'zeroconf',
        method: 'mdns',
        target: '_pstorage._tcp.local',
        server: 'eth0 192.0.2.10',
        count: 0,
        error: null,
        detail: 'not used: 1 malformed, 2 off-link',
      },
    ])
  })

  it('MD-31 says what is behind the word of the system', async () => {
    const { attempts } = await resolved({ sendError: () => error('ENETUNREACH') })
    expect(attempts[0]?.error).toEqual({
      code: 'ENETUNREACH',
      message: 'cannot multicast on eth0 192.0.2.10: no route for multicast (ENETUNREACH)',
    })
  })

  it('D6 results count, although something does not come in', async () => {
    const faultAt = () => error('ERR_MULTICAST_NOT_RECEIVED')
    expect(await resolved({ incoming: [[200, answer]], faultAt })).toMatchObject({
      outcome: 'found',
      statuses: ['found'],
    })
  })

  it('receives any host that sends to the group, whatever the address', async () => {
    const incoming = [[200, answer, '203.0.113.9']] as const
    expect(await resolved({ incoming, isToGroup: true })).toMatchObject({
      outcome: 'found',
      endpointTexts: ['192.0.2.21:2510'],
    })
  })

  it('a question that could be queried once was queried', async () => {
    const sendError = (index: number) => (index === 0 ? undefined : error('EPERM'))
    expect(await resolved({ sendError })).toMatchObject({ statuses: ['silent'] })
  })

  it('results count, when the interface breaks after it or the time is up', async () => {
    const incoming = [[200, answer]] as const
    const broken = await resolved({ incoming, breaks: { at: 500, error: error('ENETDOWN') } })
    expect(broken).toMatchObject({ outcome: 'found', statuses: ['found'], endedAt: 500 })
    expect(broken.attempts[0]?.detail).toContain('ENETDOWN')
    const cut = await resolved({ incoming, timeout: 600 })
    expect(cut).toMatchObject({ outcome: 'found', statuses: ['found'], endedAt: 600 })
    expect(cut.attempts[0]?.detail).toBe('the time was up before the end of listening')
  })

  it('warns of an answer that cannot be read beside one that can', async () => {
    const incoming = [
      [200, damagedAnswer],
      [210, damagedAnswer],
      [220, answer],
    ] as const
    expect(await resolved({ incoming })).toMatchObject({ outcome: 'found', codes: ['mdns-answer-malformed'] })
  })

  it('a cluster without a usable address is known, and the attempt empty', async () => {
    const incoming = [[200, servicePacket({ ...alpha, addresses: [] })]] as const
    expect(await resolved({ incoming })).toMatchObject({
      outcome: 'known',
      statuses: ['empty'],
      codes: ['mdns-target-unresolved'],
    })
  })
})

describe('several interfaces', () => {
  const interfaces = [networkInterface('eth0', '192.0.2.10'), networkInterface('eth1', '192.0.2.11')]

  it('MD-34 are one attempt each; an MDS that both show is one endpoint with both as sources', async () => {
    const { endpoints, statuses, queries } = await resolved({ interfaces, incoming: [[200, answer]] })
    expect(statuses).toEqual(['found', 'found'])
    expect(new Set(queries.map(({ interfaceName }) => interfaceName))).toEqual(new Set(['eth0', 'eth1']))
    expect(endpoints).toHaveLength(1)
    expect(endpoints[0]?.sources.map(({ origin }) => origin)).toEqual([
      'mds1 on eth0 from 192.0.2.21',
      'mds1 on eth1 from 192.0.2.21',
    ])
  })

  it.each([
    ['IPv4 alone', undefined, ['192.0.2.21:2510', '[2001:db8::21]:2510']],
    ['IPv6 too', '2001:db8::10', ['[2001:db8::21]:2510', '192.0.2.21:2510']],
  ])('CONF-4 RFC 6724 orders the addresses of an MDS by what this host has: %s', async (_, own, expected) => {
    const ipv6 = own === undefined ? [] : [{ address: own, netmask: 'ffff:ffff:ffff:ffff::' }]
    const mds = servicePacket({ ...alpha, addresses: ['192.0.2.21', '2001:db8::21'] })
    // Any interface will do: the other one only receives.
    const both = [networkInterface('eth0', '192.0.2.10'), networkInterface('eth1', '192.0.3.10', { ipv6 })]
    const { endpointTexts } = await resolved({ interfaces: both, incoming: [[200, mds, undefined, 'eth0']] })
    expect(endpointTexts).toEqual(expected)
  })

  it('that cannot be used do not hide the others', async () => {
    const options = { interfaces: ['eth0', 'eth9'] }
    expect(await resolved({ interfaces, options, incoming: [[200, answer]] })).toMatchObject({
      outcome: 'found',
      statuses: ['unavailable', 'found'],
      errors: ['ERR_INTERFACE_NOT_FOUND', undefined],
    })
    expect(await resolved({ interfaces, options })).toMatchObject({ outcome: 'undetermined' })
  })
})

describe('the end of a question', () => {
  it.each(['leaving', 'aborting', 'disposing'] as const)('by %s closes every interface at once', async (way) => {
    const abort = new AbortController()
    const { clock, network, resolver } = simulatedResolver({})
    const stream = resolver.discover({ signal: abort.signal })[Symbol.asyncIterator]()
    await stream.next()
    await clock.advance(500)
    expect(network.state.openLinks).toBe(1)
    const reading = way === 'leaving' ? undefined : stream.next().catch(() => 'rejected')
    const ending = {
      leaving: () => stream.return?.(),
      aborting: () => abort.abort(),
      disposing: () => resolver[Symbol.asyncDispose](),
    }
    await ending[way]()
    expect(network.state.openLinks).toBe(0)
    await reading
    expect(clock.sleepers).toBe(0)
  })

  it('by a fault of ours in the midst of a datagram rejects, and ends nothing else', async () => {
    let draws = 0
    const fault = new RangeError('drawn once too often')
    const random = {
      below(): number {
        draws += 1
        if (draws > 1) throw fault
        return 0
      },
    }
    const { clock, network, resolver } = simulatedResolver({ options: { random }, incoming: [[200, answer]] })
    const reading = expect(resolveCluster(resolver, 'alpha')).rejects.toBe(fault)
    await clock.advance(10_000)
    await reading
    expect(network.state.openLinks).toBe(0)
  })
})

describe('options', () => {
  it.each([
    { port: 0 },
    { port: 65_536 },
    { port: 53.5 },
    { interfaces: [] },
    { interfaces: [''] },
    { quietTime: -1 },
    { minimumTime: 5_000, maximumTime: 4_000 },
    { limits: { records: 0 } },
    { limits: { packetBytes: 1.5 } },
  ])('%j is refused', (options) => {
    expect(() => simulatedResolver({ options })).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})

it('keeps the records of packets that come in any order (MD-27)', async () => {
  const records = packetRecords(alpha)
  expect(records).toHaveLength(4)
  for (const order of permutations(records)) {
    const incoming = order.map((record, index) => [200 + index, multicastResponse([record])] as const)
    expect(await resolved({ incoming })).toMatchObject({
      endpointTexts: ['192.0.2.21:2510'],
      firstResultAt: 203,
      codes: [],
    })
  }
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, index) => {
    return permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest])
  })
}

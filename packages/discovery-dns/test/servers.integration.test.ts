import { formatEndpoint, resolveCluster, simulatedClock } from '@pstorage/discovery-core'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { ednsOf, readMessage } from '@pstorage/dns-message'
import { type HostileQuery, type HostileServer, hostileServer, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { codesOf, endpointsOf, resolved } from './asked.js'
import { answer, domain, goodEndpoint, goodRecords } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

/** True if it is a usual query, and not another form after silence. */
const isUsual = ({ bytes }: HostileQuery): boolean => ednsOf(readMessage(bytes))?.options.length === 1
const isService = ({ type }: HostileQuery): boolean => type === 33

describe('the schedule', () => {
  /** Servers that never answer and note in simulated time when they were asked. */
  async function silentServers(count: number) {
    const clock = simulatedClock()
    const asked: string[] = []
    const servers: HostileServer[] = []
    const noteQuery = (index: number) => (query: HostileQuery) => {
      if (isUsual(query)) asked.push(`${index} at ${clock.now()}`)
      return undefined
    }
    for (let index = 0; index < count; index += 1) {
      servers.push(await hostileServer({ udp: noteQuery(index) }))
    }
    const received = (total: number) =>
      new Promise<void>((resolve) => {
        const look = (): unknown => (asked.length >= total ? resolve() : setImmediate(look))
        look()
      })
    return { clock, asked, servers, received, [Symbol.asyncDispose]: () => disposeAll(servers) }
  }

  it('DNS-13: sends every 400 ms, to the servers in turn, until the time is up', async () => {
    await using silent = await silentServers(3)
    const { clock, servers } = silent
    const report = resolved(servers, { clock, timeout: 2_000 })
    for (let sends = 1; sends <= 5; sends += 1) {
      await silent.received(sends)
      await clock.advance(400)
    }
    expect(await report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'timeout', elapsedMs: 2_000 }] })
    expect(silent.asked).toEqual(['0 at 0', '1 at 400', '2 at 800', '0 at 1200', '1 at 1600'])
  })

  it('DNS-13: repeats the very same query from the same port', async () => {
    await using silent = await silentServers(1)
    const report = resolved(silent.servers, { clock: silent.clock, timeout: 800 })
    await silent.received(1)
    await silent.clock.advance(400)
    await silent.received(2)
    await silent.clock.advance(400)
    await report
    const [first, second] = silent.servers[0]?.queries ?? []
    expect(second?.bytes).toEqual(first?.bytes)
    expect(second?.from).toEqual(first?.from)
  })

  it.each([
    ['timeout:1', ['0 at 0', '1 at 1000', '0 at 2000', '1 at 3000'], 4_000],
    ['timeout:1 attempts:1', ['0 at 0', '1 at 1000'], 2_000],
    ['attempts:1', ['0 at 0', '1 at 400'], 800],
    ['timeout:2 attempts:3', ['0 at 0', '1 at 2000', '0 at 4000'], 5_000],
  ] as const)('DNS-13: keeps to "options %s" of resolv.conf', async (options, expected, elapsedMs) => {
    await using silent = await silentServers(2)
    await using file = await resolvConfFile(`search ${domain}\noptions ${options}\n`)
    const { clock, servers } = silent
    const report = resolved(servers, { clock, domains: undefined, resolvConf: file.path })
    for (let sends = 1; sends <= expected.length; sends += 1) {
      await silent.received(sends)
      await clock.advance(options.includes('timeout:2') ? 2_000 : options.includes('timeout') ? 1_000 : 400)
    }
    expect(await report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'timeout', elapsedMs }] })
    expect(silent.asked).toEqual(expected)
  })

  it('earlier sends still count', async () => {
    await using silent = await silentServers(1)
    const [second] = silent.servers
    await using first = await hostileServer({
      async *udp(query: HostileQuery) {
        if (isService(query)) await second?.received(1)
        yield answer(query)
      },
    })
    const report = resolved([first, ...silent.servers], { clock: silent.clock })
    await first.received(1)
    await silent.clock.advance(400)
    expect(endpointsOf(await report)).toEqual([goodEndpoint])
  })
})

describe('the next server is asked at once', () => {
  it.each([
    ['DNS-14', 'closed', 'closed'],
    ['DNS-17', 'failing', (query: HostileQuery) => reply(query, { rcode: 'SERVFAIL' })],
    ['DNS-17', 'refusing', (query: HostileQuery) => reply(query, { rcode: 'REFUSED' })],
    ['DNS-18', 'lame', (query: HostileQuery) => reply(query, { authoritative: false })],
    ['DNS-11', 'without TCP', (query: HostileQuery) => reply(query, { truncated: true })],
  ] as const)('%s: after one that is %s', async (_, __, udp) => {
    await using first = await hostileServer({ udp, tcp: 'closed' })
    await using second = await hostileServer({ udp: answer })
    // Time stands still, so nothing can have been waited for.
    const report = await resolved([first, second], { clock: simulatedClock() })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(codesOf(report)).toEqual(['dns-server-fault'])
  })

  it('DNS-14: and when all are closed, it is over at once', async () => {
    await using first = await hostileServer({ udp: 'closed', tcp: 'closed' })
    await using second = await hostileServer({ udp: 'closed', tcp: 'closed' })
    const report = await resolved([first, second], { clock: simulatedClock() })
    expect(report.outcome).toBe('undetermined')
    expect(report.attempts).toMatchObject([{ status: 'unreachable', error: { code: 'ECONNREFUSED' } }])
  })

  it.each(['fe80::1%nosuchlink', '255.255.255.255'])(
    'an address that cannot be asked (%s) is unreachable',
    async (address) => {
      await using second = await hostileServer({ udp: answer })
      const report = await resolved([{ address, port: 53 }, second], { clock: simulatedClock() })
      expect(endpointsOf(report)).toEqual([goodEndpoint])
      expect((await resolved([{ address, port: 53 }])).attempts).toMatchObject([{ status: 'unreachable' }])
    },
  )
})

describe('one deadline', () => {
  it('over all servers and sends: the attempt names who did not answer', async () => {
    await using first = await hostileServer()
    await using second = await hostileServer()
    const startedAt = performance.now()
    const report = await resolved([first, second], { timeout: 300 })
    expect(performance.now() - startedAt).toBeLessThan(600)
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'timeout', error: { code: 'ETIMEDOUT' } }],
    })
    expect(report.attempts[0]?.server).toBe(first.server)
  })

  it('over UDP and TCP, over SRV and addresses', async () => {
    await using server = await hostileServer({
      udp: (query) => (isService(query) ? reply(query, { truncated: true }) : undefined),
      tcp: (query) => [{ pause: 150 }, answer(query)],
    })
    const startedAt = performance.now()
    const report = await resolved([server], { timeout: 300 })
    expect(performance.now() - startedAt).toBeLessThan(600)
    expect(report).toMatchObject({ outcome: 'known', endpoints: [], attempts: [{ status: 'timeout' }] })
    expect(codesOf(report)).toEqual(['srv-target-unresolved'])
  })

  it('leaves what was found by then', async () => {
    const records = [
      ...goodRecords,
      { name: `_pstorage._tcp.alpha.${domain}`, type: 'SRV', port: 2510, priority: 9, target: 'h2.other.test' },
    ] as const
    await using server = await hostileServer({
      udp: (query) => (query.name === 'h2.other.test' ? undefined : answer(query, records)),
    })
    const report = await resolved([server], { timeout: 300 })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report).toMatchObject({ outcome: 'found', attempts: [{ status: 'found', count: 1 }] })
    expect(codesOf(report)).toEqual(['srv-target-unresolved'])
  })
})

describe('resolv.conf', () => {
  it('rotate: servers take turns in being the first', async () => {
    await using first = await hostileServer({ udp: answer })
    await using second = await hostileServer({ udp: answer })
    await using file = await resolvConfFile(`search ${domain}\noptions rotate\n`)
    const servers = [first, second].map(formatEndpoint)
    await using resolver = dnsResolver({ servers, resolvConf: file.path })
    for (let round = 0; round < 4; round += 1) await resolveCluster(resolver, 'alpha')
    for (const { queries } of [first, second]) expect(queries.filter(({ type }) => type === 33)).toHaveLength(2)
  })

  it('without rotate: the first is asked first', async () => {
    await using first = await hostileServer({ udp: answer })
    await using second = await hostileServer({ udp: answer })
    for (let round = 0; round < 4; round += 1) await resolved([first, second])
    expect(second.queries).toEqual([])
  })

  const glue = { additionals: [{ name: `h1.${domain}`, type: 'A', address: '192.0.2.1' }] } as const

  it.each([
    ['trust-ad', true, true],
    ['trust-ad', false, false],
    ['edns0', true, false],
  ] as const)('%s, AD=%s in the reply: authenticated is %s', async (options, authenticData, expected) => {
    await using server = await hostileServer({
      udp: (query) => answer(query, goodRecords, { authenticData, ...(isService(query) ? glue : {}) }),
    })
    await using file = await resolvConfFile(`search ${domain}\noptions ${options}\n`)
    const report = await resolved([server], { domains: undefined, resolvConf: file.path })
    expect(report.endpoints.flatMap(({ sources }) => sources.map(({ authenticated }) => authenticated))).toEqual([
      expected,
    ])
    const asksForAd = ((server.queries[0]?.bytes[3] ?? 0) & 0x20) !== 0
    expect(asksForAd).toBe(options === 'trust-ad')
  })

  it('trust-ad: what only came along with an answer is used, and not authenticated', async () => {
    await using server = await hostileServer({
      udp: (query) =>
        reply(
          query,
          isService(query) ? { ...glue, answers: goodRecords.slice(1, 2), authenticData: true } : { rcode: 'REFUSED' },
        ),
    })
    await using file = await resolvConfFile(`search ${domain}\noptions trust-ad\n`)
    const report = await resolved([server], { domains: undefined, resolvConf: file.path })
    expect(report.endpoints).toMatchObject([{ address: '192.0.2.1', sources: [{ authenticated: false }] }])
  })
})

describe('many questions at once', () => {
  const clusters = Array.from({ length: 1_000 }, (_, index) => `c${index}`)
  const zone = `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
 NS ns
ns A 127.0.0.1
${clusters.map((cluster) => `_pstorage._tcp.${cluster} SRV 0 1 2510 h1`).join('\n')}
h1 A 192.0.2.1
`
  const openSockets = () => process.getActiveResourcesInfo().filter((type) => type === 'UDPWrap').length
  const outcomes = async (servers: readonly string[], count: number) => {
    await using resolver = dnsResolver({ servers, domains: [domain] })
    const reports = await Promise.all(
      clusters.slice(0, count).map((cluster) => resolveCluster(resolver, cluster, { timeout: 15_000 })),
    )
    return new Set(reports.map(({ outcome }) => outcome))
  }

  it('1,000 of them: all are answered, and never more than 256 sockets are open', async () => {
    let most = 0
    const onQuery = () => {
      most = Math.max(most, openSockets())
    }
    await using server = await clusterNameServer({ origin: domain, zone, onQuery })
    const before = openSockets()
    expect(await outcomes([formatEndpoint(server)], 1_000)).toEqual(new Set(['found']))
    expect(most - before).toBeGreaterThan(100)
    expect(most - before).toBeLessThanOrEqual(256)
  })

  it.each([
    ['closed', 1_000],
    ['silent', 600],
  ] as const)('when the first server is %s, the second is asked all the same', async (udp, count) => {
    await using first = await hostileServer({ udp })
    await using second = await clusterNameServer({ origin: domain, zone })
    expect(await outcomes([first.server, formatEndpoint(second)], count)).toEqual(new Set(['found']))
  })
})

describe('transports', () => {
  it('asks a server on ::1', async () => {
    await using server = await hostileServer({
      address: '::1',
      udp: (query) => reply(query, { truncated: true }),
      tcp: answer,
    })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.attempts[0]?.server).toBe(`[::1]:${server.port}`)
  })

  it('DNS-36: never asks for ANY, and only asks below the search domain and for targets', async () => {
    await using server = await hostileServer({ udp: answer })
    await resolved([server])
    await resolved([server], { cluster: 'nosuch' })
    for (const { name, type } of server.queries) {
      expect(type).not.toBe(255)
      expect(name.endsWith(`.${domain}`)).toBe(true)
    }
  })

  it('draws ids and ports that nobody can guess', async () => {
    await using server = await hostileServer({ udp: answer })
    for (let round = 0; round < 20; round += 1) await resolved([server], { cluster: 'nosuch' })
    expect(new Set(server.queries.map(({ id }) => id)).size).toBeGreaterThan(30)
    expect(new Set(server.queries.map(({ from }) => from.port)).size).toBeGreaterThan(30)
  })

  it('warns nobody of its listeners', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', onWarning)
    const records = Array.from({ length: 50 }, (_, index) => [
      { name: `_pstorage._tcp.alpha.${domain}`, type: 'SRV', port: 2510, target: `h${index}.${domain}` } as const,
      { name: `h${index}.${domain}`, type: 'A', address: `192.0.2.${index}` } as const,
    ]).flat()
    await using server = await hostileServer({
      udp: (query) => reply(query, { truncated: true }),
      tcp: (query) => answer(query, records),
    })
    expect((await resolved([server])).endpoints).toHaveLength(50)
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })
})

async function disposeAll(servers: readonly AsyncDisposable[]): Promise<void> {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
}

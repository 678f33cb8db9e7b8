import { type DnsQuery, type HostileQuery, hostileServer, type ReplyOptions, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { attemptsOf, codesOf, discovered, endpointsOf, resolved } from './asked.js'
import { answer, domain, goodEndpoint, soaOf } from './good-zone.js'

const nothing = (query: HostileQuery) => answer(query, [])
const later = (ms: number, udp: (query: HostileQuery) => Buffer = answer) =>
  function* (query: HostileQuery) {
    yield { pause: ms }
    yield udp(query)
  }
const saying = (options: ReplyOptions) => (query: HostileQuery) => reply(query, options)
const isOf = (query: DnsQuery, name: string): boolean => query.name.toLowerCase() === name

describe('D2: a denial of a server that is not the first one listed', () => {
  it('waits for the first one, whose late records win', async () => {
    await using first = await hostileServer({ udp: later(600) })
    await using second = await hostileServer({ udp: nothing })
    const report = await resolved([first, second])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.attempts[0]?.servers).toMatchObject([
      { server: first.server, status: 'found' },
      { server: second.server, status: 'empty', detail: 'NXDOMAIN' },
    ])
  })

  it('and for it alone: its late denial counts', async () => {
    await using first = await hostileServer({ udp: later(600, nothing) })
    await using second = await hostileServer({ udp: nothing })
    const report = await resolved([first, second])
    expect(report).toMatchObject({ outcome: 'absent', attempts: [{ server: first.server }, { server: first.server }] })
  })

  it('is undetermined while the first one is silent, at the deadline', async () => {
    await using first = await hostileServer({})
    await using second = await hostileServer({ udp: nothing })
    const report = await resolved([first, second], { timeout: 900 })
    expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'timeout', server: first.server }] })
    expect(report.attempts[0]?.error?.message).toBe(
      `${first.server} gave no answer; ${second.server} said NXDOMAIN, which does not count alone`,
    )
  })

  it('also where the first one is in back-off', async () => {
    await using first = await hostileServer({})
    await using second = await hostileServer({ udp: answer })
    const { dnsResolver } = await import('../src/index.js')
    const { resolveCluster } = await import('@pstorage/discovery-core')
    await using resolver = dnsResolver({ servers: [first.server, second.server], domains: [domain] })
    expect((await resolveCluster(resolver, 'alpha')).outcome).toBe('found')
    const report = await resolveCluster(resolver, 'nosuch', { timeout: 600 })
    expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'timeout', server: first.server }] })
  })

  it.each([
    ['closed', 'closed', 'unreachable'],
    ['refusing', saying({ rcode: 'REFUSED' }), 'refused'],
    ['failing', saying({ rcode: 'SERVFAIL' }), 'failed'],
    ['without a proof', saying({ rcode: 'NXDOMAIN' }), 'failed'],
  ] as const)('has the status of the first one, which is %s', async (_, udp, status) => {
    await using first = await hostileServer({ udp, tcp: 'closed' })
    await using second = await hostileServer({ udp: nothing })
    await using third = await hostileServer({ udp: nothing })
    const report = await resolved([first, second, third], { timeout: 2_000 })
    expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ status, server: first.server }] })
    expect(report.attempts[0]?.servers).toMatchObject([{ status }, { status: 'empty' }, { status: 'empty' }])
    for (const { server } of [first, second, third]) expect(report.attempts[0]?.error?.message).toContain(server)
  })

  it('does not hide the records of a third one', async () => {
    await using first = await hostileServer({ udp: saying({ rcode: 'REFUSED' }) })
    await using second = await hostileServer({ udp: nothing })
    await using third = await hostileServer({ udp: answer })
    expect(endpointsOf(await resolved([first, second, third]))).toEqual([goodEndpoint])
  })

  it('a list of it that leaves the name out is one, too', async () => {
    const listing = (query: HostileQuery) => (query.type === 16 ? answer(query) : undefined)
    const denying = (query: HostileQuery) => (query.type === 16 ? undefined : nothing(query))
    await using first = await hostileServer({ udp: denying })
    await using second = await hostileServer({ udp: listing })
    const report = await resolved([first, second], { cluster: 'nosuch', timeout: 1_500 })
    expect(report.outcome).toBe('undetermined')
    expect(attemptsOf(report)).toEqual(['dns-srv empty', 'dns-txt timeout'])
  })

  it.each([
    ['lists nothing', ['']],
    ['lists others', ['beta']],
  ])('and so is one that %s: that of the first server wins, late', async (_, strings) => {
    const list = (names: readonly string[]) => [
      { name: `pstorage_clusters.${domain}`, type: 'TXT', strings: names } as const,
    ]
    await using first = await hostileServer({
      *udp(query: HostileQuery) {
        if (query.type === 16) yield { pause: 600 }
        yield answer(query, list(['wanted']))
      },
    })
    await using second = await hostileServer({ udp: (query) => answer(query, list(strings)) })
    const report = await resolved([first, second], { cluster: 'wanted' })
    expect(report).toMatchObject({ outcome: 'known' })
    if (strings[0] !== '') return
    expect((await discovered([first, second])).clusters.map(({ name }) => name)).toEqual(['wanted'])
  })

  it('holds for the addresses of a host: the first one may have them, late', async () => {
    const isHost = (query: HostileQuery) => isOf(query, `h1.${domain}`)
    await using first = await hostileServer({
      *udp(query: HostileQuery) {
        if (isHost(query)) yield { pause: 600 }
        yield answer(query)
      },
    })
    await using second = await hostileServer({ udp: nothing })
    expect(endpointsOf(await resolved([first, second]))).toEqual([goodEndpoint])
  })
})

describe('D3: a denial below a search domain', () => {
  const zone = 'test'
  /** A server of the zone above that has records or not for the search domain itself. */
  const above = (hasDomain: boolean) => (query: HostileQuery) =>
    reply(query, { rcode: hasDomain && isOf(query, domain) ? 'NOERROR' : 'NXDOMAIN', authorities: [soaOf(zone)] })

  it('counts where the same server knows the domain; that is asked beside TXT, once', async () => {
    await using server = await hostileServer({ udp: above(true) })
    const report = await resolved([server])
    expect(report).toMatchObject({ outcome: 'absent', warnings: [] })
    expect(server.queries.map(({ name, type }) => `${type} ${name}`).toSorted()).toEqual([
      `16 pstorage_clusters.${domain}`,
      `33 _pstorage._tcp.alpha.${domain}`,
      `6 ${domain}`,
    ])
  })

  it('is unavailable where it does not exist', async () => {
    await using server = await hostileServer({ udp: above(false) })
    const report = await resolved([server])
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [
        { method: expect.stringMatching(/^dns-/), status: 'unavailable', error: { code: 'ENOSUCHDOMAIN' } },
        { status: 'unavailable' },
      ],
    })
    expect(codesOf(report)).toEqual(['search-domain-missing'])
    expect(server.queries).toHaveLength(3)
  })

  it('by discover too', async () => {
    await using missing = await hostileServer({ udp: above(false) })
    const report = await discovered([missing], { axfr: 'never' })
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'unavailable' }, { status: 'skipped' }],
    })
    expect(codesOf(report)).toEqual(['search-domain-missing'])
  })

  it('does not hide the records of the next server', async () => {
    await using first = await hostileServer({ udp: above(false) })
    await using second = await hostileServer({ udp: answer })
    const report = await resolved([first, second])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.attempts[0]?.servers).toMatchObject([{ status: 'unavailable' }, { status: 'found' }])
    const names = await discovered([first, second])
    expect(names).toMatchObject({
      outcome: 'found',
      attempts: expect.arrayContaining([expect.objectContaining({ method: 'dns-txt', status: 'found' })]),
    })
  })

  it('nor does the next server deny in its place', async () => {
    await using first = await hostileServer({ udp: above(false) })
    await using second = await hostileServer({ udp: nothing })
    const report = await resolved([first, second])
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'unavailable' }, { status: 'unavailable' }],
    })
  })

  it.each([
    ['fails', (query: HostileQuery) => reply(query, { rcode: 'SERVFAIL' }), 'failed'],
    [
      'refers to others',
      (query: HostileQuery) => reply(query, { authorities: [{ name: domain, type: 'NS', target: 'ns.test' }] }),
      'failed',
    ],
  ] as const)('does not count where the server %s, asked for the domain', async (_, ask, status) => {
    await using server = await hostileServer({
      udp: (query) => (isOf(query, domain) ? ask(query) : above(true)(query)),
    })
    expect(await resolved([server])).toMatchObject({ outcome: 'undetermined', attempts: [{ status }, { status }] })
  })

  it('takes its time where the server is silent about the domain', async () => {
    await using server = await hostileServer({ udp: (query) => (isOf(query, domain) ? undefined : above(true)(query)) })
    const report = await resolved([server], { timeout: 500 })
    expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'timeout' }, { status: 'timeout' }] })
  })

  it('of one domain does not hide the cluster of another one', async () => {
    const both = (query: HostileQuery) => (query.name.endsWith(domain) ? answer(query) : above(false)(query))
    await using server = await hostileServer({ udp: both })
    const report = await resolved([server], { domains: ['pstorage.tset', domain] })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
  })
})

it('D3: a search domain that is missing is told with the one that is meant', async () => {
  const rootOnly = (query: HostileQuery) =>
    query.name.endsWith(domain) ? nothing(query) : reply(query, { rcode: 'NXDOMAIN', authorities: [soaOf('.')] })
  await using server = await hostileServer({ udp: rootOnly })
  const report = await resolved([server], { domains: ['pstorage.tset', domain] })
  expect(report).toMatchObject({
    outcome: 'undetermined',
    warnings: [
      {
        code: 'search-domain-missing',
        message: `the search domain pstorage.tset does not exist, says ${server.server}; did you mean ${domain}?`,
      },
    ],
  })
})

it('a list of nothing but what cannot be a cluster name denies no cluster', async () => {
  const list = [{ name: `pstorage_clusters.${domain}`, type: 'TXT', strings: ['-h,my cluster'] }] as const
  await using server = await hostileServer({ udp: (query) => answer(query, list) })
  const report = await discovered([server], { axfr: 'never' })
  expect(report).toMatchObject({
    outcome: 'undetermined',
    attempts: [{ status: 'malformed', error: { code: 'EBADNAMES' } }, { status: 'skipped' }],
  })
  await using bare = await hostileServer({ udp: (query) => answer(query, [{ ...list[0], strings: [''] }]) })
  expect((await discovered([bare], { axfr: 'never' })).outcome).toBe('absent')
})

describe('denials', () => {
  it('any: a denial without a proof counts, and the attempt says so', async () => {
    await using server = await hostileServer({ udp: saying({ rcode: 'NXDOMAIN' }) })
    expect(await resolved([server])).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'failed', error: { code: 'EUNPROVEN' } }],
    })
    expect(await resolved([server], { denials: 'any' })).toMatchObject({
      outcome: 'absent',
      attempts: [{ status: 'empty', detail: 'NXDOMAIN, believed without proof (denials: any)' }, { status: 'empty' }],
    })
  })

  it('any: a server without SOA records is asked for a transfer all the same', async () => {
    await using server = await hostileServer({
      udp: saying({ rcode: 'NXDOMAIN' }),
      tcp: (query) => reply(query, { rcode: 'REFUSED' }),
    })
    const report = await discovered([server])
    expect(attemptsOf(report)[0]).toBe('dns-txt failed')
    expect(report.attempts[1]?.method).toBe('dns-axfr')
    expect(report.attempts[1]?.status).not.toBe('skipped')
  })
})

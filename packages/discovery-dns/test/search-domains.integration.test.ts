import { cached, discoverClusters, formatEndpoint, resolveCluster, watch } from '@pstorage/discovery-core'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { type DnsRecord, type HostileQuery, hostileServer, type ReplyOptions, reply } from '@pstorage/testbed'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { attemptsOf, discovered, endpointsOf, namesOf, resolved } from './asked.js'
import { answer, domain, goodEndpoint, soaOf } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

/** The answer of one domain: its clusters with an address each, or a reply of another kind, or nothing. */
type DomainWorld = Readonly<Record<string, string>> | ReplyOptions['rcode'] | 'silent'

/** Answers for several domains by what each has. */
function worlds(domains: Readonly<Record<string, DomainWorld>>) {
  return (query: HostileQuery) => {
    const origin = Object.keys(domains).find((each) => query.name.endsWith(`.${each}`)) ?? ''
    const world = domains[origin]
    if (world === 'silent') return undefined
    if (typeof world !== 'object')
      return reply(query, { rcode: world ?? 'NXDOMAIN', authorities: [soaOf(origin || '.')] })
    const records = Object.entries(world).flatMap(([cluster, address]): readonly DnsRecord[] => [
      { name: `_pstorage._tcp.${cluster}.${origin}`, type: 'SRV', port: 2510, target: `h-${cluster}.${origin}` },
      { name: `h-${cluster}.${origin}`, type: 'A', address },
      { name: `pstorage_clusters.${origin}`, type: 'TXT', strings: [cluster] },
    ])
    return answer(query, records, {}, origin)
  }
}

interface Row {
  readonly what: string
  readonly domains: Readonly<Record<string, DomainWorld>>
  readonly outcome: string
  readonly endpoints?: readonly string[]
  /** In the order of the domains, then of TXT. */
  readonly attempts: readonly string[]
}

const rows: readonly Row[] = [
  {
    what: 'the first that has the cluster is the answer',
    domains: { 'a.test': {}, 'b.test': { alpha: '192.0.2.2' } },
    outcome: 'found',
    endpoints: ['192.0.2.2:2510'],
    attempts: ['_pstorage._tcp.alpha.a.test empty', '_pstorage._tcp.alpha.b.test found'],
  },
  {
    what: 'one that says REFUSED does not hide the next',
    domains: { 'a.test': 'REFUSED', 'b.test': { alpha: '192.0.2.2' } },
    outcome: 'found',
    endpoints: ['192.0.2.2:2510'],
    attempts: ['_pstorage._tcp.alpha.a.test refused', '_pstorage._tcp.alpha.b.test found'],
  },
  {
    what: 'none has it',
    domains: { 'a.test': {}, 'b.test': {} },
    outcome: 'absent',
    attempts: [
      '_pstorage._tcp.alpha.a.test empty',
      '_pstorage._tcp.alpha.b.test empty',
      'pstorage_clusters.a.test empty',
      'pstorage_clusters.b.test empty',
    ],
  },
  {
    what: 'none has it, and one could not be asked',
    domains: { 'a.test': {}, 'b.test': 'SERVFAIL' },
    outcome: 'undetermined',
    attempts: [
      '_pstorage._tcp.alpha.a.test empty',
      '_pstorage._tcp.alpha.b.test failed',
      'pstorage_clusters.a.test empty',
    ],
  },
]

describe('search domains', () => {
  it.each(rows)('$what', async ({ domains, outcome, endpoints = [], attempts }) => {
    await using server = await hostileServer({ udp: worlds(domains) })
    const report = await resolved([server], { domains: Object.keys(domains) })
    expect(report.outcome).toBe(outcome)
    expect(endpointsOf(report)).toEqual(endpoints)
    expect(report.attempts.map(({ target, status }) => `${target} ${status}`).toSorted()).toEqual(
      [...attempts].toSorted(),
    )
  })

  it('of two that have the cluster the first wins, whichever is faster', async () => {
    const both = worlds({ 'a.test': { alpha: '192.0.2.1' }, 'b.test': { alpha: '192.0.2.2' } })
    await using server = await hostileServer({
      async *udp(query: HostileQuery) {
        // The first domain is only answered once everything about the second has been.
        if (query.name.endsWith('.a.test')) await server.received(4)
        const bytes = both(query)
        if (bytes !== undefined) yield bytes
      },
    })
    const report = await resolved([server], { domains: ['a.test', 'b.test'] })
    expect(endpointsOf(report)).toEqual(['192.0.2.1:2510'])
    const skipped = report.attempts.find(({ target }) => target?.endsWith('.b.test'))
    expect(skipped).toMatchObject({ status: 'skipped', detail: 'not needed: a.test has the cluster' })
  })

  it('a silent one before the one that has the cluster gets 1 s more', async () => {
    await using server = await hostileServer({ udp: worlds({ 'a.test': 'silent', 'b.test': { alpha: '192.0.2.2' } }) })
    const startedAt = performance.now()
    const report = await resolved([server], { domains: ['a.test', 'b.test'] })
    expect(endpointsOf(report)).toEqual(['192.0.2.2:2510'])
    expect(report.attempts).toMatchObject([{ status: 'found' }, { status: 'timeout', error: { code: 'ETIMEDOUT' } }])
    expect(report.warnings).toMatchObject([
      { code: 'search-domain-unanswered', message: expect.stringMatching(/^a\.test .* b\.test /) },
    ])
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })

  it.each([
    [
      'SERVFAIL',
      'SERVFAIL',
      [/^a\.test comes before b\.test and could not be asked \(.*SERVFAIL.*\): the cluster alpha of b\.test/],
    ],
    ['REFUSED', 'REFUSED', [/REFUSED/]],
    ['a denial', {}, []],
  ] as const)(
    '%s of one before the one that has the cluster is warned of, unless it is an answer',
    async (_, world, says) => {
      const domains = { 'a.test': world, 'b.test': { alpha: '192.0.2.2' }, 'c.test': 'SERVFAIL' } as const
      await using server = await hostileServer({ udp: worlds(domains) })
      const report = await resolved([server], { domains: Object.keys(domains) })
      const warnings = report.warnings.filter(({ code }) => code === 'search-domain-unanswered')
      expect(warnings.map(({ message }) => message)).toEqual(says.map((text) => expect.stringMatching(text)))
    },
  )

  it('what the first said is kept while it fails, in a cache and in a watch, though the next has a namesake', async () => {
    const world: Record<string, DomainWorld> = { 'a.test': { alpha: '192.0.2.1' }, 'b.test': { alpha: '192.0.2.2' } }
    await using server = await hostileServer({ udp: (query) => worlds(world)(query) })
    const resolver = () => dnsResolver({ servers: [formatEndpoint(server)], domains: Object.keys(world) })
    await using cache = cached(resolver())
    await using watched = resolver()
    await using watching = watch(watched, 'alpha', { jitter: 0 })
    const events = watching[Symbol.asyncIterator]()
    const addresses = async () => (await resolveCluster(cache, 'alpha')).endpoints.map(({ address }) => address)
    expect(await events.next()).toMatchObject({ value: { type: 'snapshot', endpoints: [{ address: '192.0.2.1' }] } })
    expect(await addresses()).toEqual(['192.0.2.1'])

    for (const failure of ['SERVFAIL', 'silent'] as const) {
      world['a.test'] = failure
      cache.expire('alpha')
      expect(await addresses()).toEqual(['192.0.2.1'])
    }
    const stale = events.next()
    await watching.refresh()
    expect(await stale).toMatchObject({ value: { type: 'stale', endpoints: [{ address: '192.0.2.1' }] } })

    world['a.test'] = { alpha: '192.0.2.3' }
    cache.expire('alpha')
    expect(await addresses()).toEqual(['192.0.2.3'])
  })

  it('an address that could not be asked for takes no endpoint back', async () => {
    let fails = false
    const name = '_pstorage._tcp.alpha.a.test'
    const target = (host: string): DnsRecord => ({ name, type: 'SRV', port: 2510, target: `${host}.a.test` })
    const hosts: readonly DnsRecord[] = [
      { name: 'h1.a.test', type: 'A', address: '192.0.2.1' },
      { name: 'h2.a.test', type: 'A', address: '192.0.2.2' },
    ]
    await using server = await hostileServer({
      udp(query) {
        if (query.name.startsWith('_pstorage')) return answer(query, [target('h1'), target('h2')])
        if (fails && query.name === 'h2.a.test') return reply(query, { rcode: 'SERVFAIL' })
        return answer(query, hosts)
      },
    })
    await using cache = cached(dnsResolver({ servers: [formatEndpoint(server)], domains: ['a.test'] }))
    const addresses = async () => (await resolveCluster(cache, 'alpha')).endpoints.map(({ address }) => address).sort()
    expect(await addresses()).toEqual(['192.0.2.1', '192.0.2.2'])
    fails = true
    cache.expire('alpha')
    expect(await addresses()).toEqual(['192.0.2.1', '192.0.2.2'])
  })

  it('a silent one does not hold up the next at a server that has refused before', async () => {
    let isRefusing = true
    const silent = worlds({ 'a.test': 'silent', 'b.test': { alpha: '192.0.2.2' } })
    await using server = await hostileServer({
      *udp(query: HostileQuery) {
        if (!isRefusing && query.name.endsWith('.b.test')) yield { pause: 600 }
        const bytes = isRefusing ? reply(query, { rcode: 'REFUSED' }) : silent(query)
        if (bytes !== undefined) yield bytes
      },
      tcp: 'silent',
    })
    await using resolver = dnsResolver({ servers: [server.server], domains: ['a.test', 'b.test'] })
    expect((await resolveCluster(resolver, 'alpha')).outcome).toBe('undetermined')
    isRefusing = false
    const report = await resolveCluster(resolver, 'alpha')
    expect(endpointsOf(report)).toEqual(['192.0.2.2:2510'])
  })

  it('all are asked for names at once, and what they say is united', async () => {
    await using server = await hostileServer({
      udp: worlds({ 'a.test': { alpha: '192.0.2.1' }, 'b.test': 'SERVFAIL', 'c.test': { Alpha: '192.0.2.3' } }),
    })
    const report = await discovered([server], { domains: ['a.test', 'b.test', 'c.test'] })
    expect(report.outcome).toBe('found')
    expect(report.clusters.map(({ sources }) => sources.map(({ origin }) => origin.split(' ')[0]).toSorted())).toEqual([
      ['pstorage_clusters.a.test', 'pstorage_clusters.c.test'],
    ])
    expect(attemptsOf(report)).toContain('dns-txt failed')
  })

  it('the same one in another spelling is asked once', async () => {
    await using server = await hostileServer({ udp: answer })
    await resolved([server], { cluster: 'nosuch', domains: [domain, 'PStorage.TEST.'] })
    expect(server.queries).toHaveLength(2)
  })

  it('a name of more than 255 octets cannot be asked, and is not absent', async () => {
    const long = Array(124).fill('a').join('.')
    await using server = await hostileServer({ udp: answer })
    const report = await resolved([server], { domains: [long] })
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'unavailable', error: { code: 'ENAMETOOLONG' } }],
    })
    const names = await discovered([server], { domains: [long] })
    expect(names).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'unavailable' }, { status: 'skipped' }],
    })
    expect(server.queries).toEqual([])
  })

  it.each([
    [10, 255, 'empty'],
    [11, 256, 'unavailable'],
  ] as const)('a cluster of %d letters makes a name of %d octets: %s', async (letters, octets, status) => {
    const long = Array(114).fill('a').join('.')
    const authorities = [soaOf(long)]
    await using server = await hostileServer({ udp: (query) => reply(query, { rcode: 'NXDOMAIN', authorities }) })
    const report = await resolved([server], { cluster: 'b'.repeat(letters), domains: [long] })
    expect(report.attempts[0]).toMatchObject({ method: 'dns-srv', status })
    const name = `_pstorage._tcp.${'b'.repeat(letters)}.${long}`
    expect(name.length + 2).toBe(octets)
  })
})

describe('the other words of the names', () => {
  it.each([
    [{ service: '_vstorage._tcp' }, 'found'],
    [{ service: '_PSTORAGE._UDP.' }, 'undetermined'],
  ] as const)('service %j: %s', async (options, outcome) => {
    const service = { name: `_vstorage._tcp.alpha.${domain}`, type: 'SRV', port: 2510, target: `h1.${domain}` } as const
    const host = { name: `h1.${domain}`, type: 'A', address: '192.0.2.1' } as const
    const other = (query: HostileQuery) =>
      query.name.toLowerCase().startsWith('_pstorage._udp')
        ? reply(query, { rcode: 'SERVFAIL' })
        : answer(query, [service, host])
    await using server = await hostileServer({ udp: other })
    const report = await resolved([server], options)
    expect(report.outcome).toBe(outcome)
    expect(endpointsOf(report)).toEqual(outcome === 'found' ? [goodEndpoint] : [])
  })

  it('service counts for transfers, too, and clustersRecord for names', async () => {
    const zone = `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
 NS ns
ns A 127.0.0.1
storage.names TXT "listed"
pstorage_clusters TXT "wrong"
_vstorage._tcp.alpha SRV 0 1 2510 ns
_pstorage._tcp.wrong SRV 0 1 2510 ns
`
    await using server = await clusterNameServer({ origin: domain, zone })
    const report = await discovered([server], {
      service: '_vstorage._tcp',
      clustersRecord: 'storage.names',
      axfr: 'always',
    })
    expect(namesOf(report)).toEqual(['alpha', 'listed'])
  })
})

describe('an internationalized domain', () => {
  it.each(['bücher.test', 'BÜCHER.Test.', 'xn--bcher-kva.test'])('is asked by its A-labels: %s', async (text) => {
    await using server = await hostileServer({ udp: worlds({ 'xn--bcher-kva.test': { alpha: '192.0.2.1' } }) })
    expect(endpointsOf(await resolved([server], { domains: [text] }))).toEqual([goodEndpoint])
    await using file = await resolvConfFile(`search ${text}\n`)
    expect(endpointsOf(await resolved([server], { domains: undefined, resolvConf: file.path }))).toEqual([goodEndpoint])
  })
})

describe('resolv.conf', () => {
  it('gives the domains where servers are given', async () => {
    await using server = await hostileServer({ udp: answer })
    await using file = await resolvConfFile(`nameserver 192.0.2.53\nsearch other.test ${domain}\n`)
    const report = await resolved([server], { domains: undefined, resolvConf: file.path })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.attempts.map(({ target }) => target)).toContain('_pstorage._tcp.alpha.other.test')
  })

  it('gives the servers where domains are given', async () => {
    await using file = await resolvConfFile('nameserver 127.66.0.1\nsearch other.test\n')
    await using resolver = dnsResolver({ domains: [domain], resolvConf: file.path })
    const report = await resolveCluster(resolver, 'alpha')
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ target: `_pstorage._tcp.alpha.${domain}`, status: 'unreachable', server: '127.66.0.1:53' }],
    })
  })

  it('DNS-37: is read anew for each question', async () => {
    await using server = await hostileServer({ udp: worlds({ 'other.test': {}, [domain]: { alpha: '192.0.2.1' } }) })
    await using file = await resolvConfFile('search other.test\n')
    await using resolver = dnsResolver({ servers: [formatEndpoint(server)], resolvConf: file.path })
    expect((await resolveCluster(resolver, 'alpha')).outcome).toBe('absent')
    await file.write(`search ${domain}\n`)
    expect((await resolveCluster(resolver, 'alpha')).outcome).toBe('found')
  })

  it('is not read where servers and domains are given', async () => {
    await using server = await hostileServer({ udp: answer })
    expect((await resolved([server], { resolvConf: '/nonexistent/\0' })).outcome).toBe('found')
  })

  it('without a search domain nothing is asked, and the attempt says how to fix it', async () => {
    await using server = await hostileServer({ udp: answer })
    await using file = await resolvConfFile('search .\n')
    await using resolver = dnsResolver({ servers: [formatEndpoint(server)], resolvConf: file.path })
    for (const report of [await resolveCluster(resolver, 'alpha'), await discoverClusters(resolver)]) {
      expect(report.outcome).toBe('undetermined')
      expect(report.attempts).toMatchObject([{ status: 'unavailable', error: { code: 'ENODOMAIN' } }])
      expect(report.attempts[0]?.error?.message).toContain('search DOMAIN')
    }
    expect(server.queries).toEqual([])
  })

  it('DNS-37: a file that is being rewritten is unavailable, and nothing is asked', async () => {
    await using server = await hostileServer({ udp: answer })
    await using file = await resolvConfFile('')
    await using resolver = dnsResolver({ servers: [formatEndpoint(server)], resolvConf: file.path })
    expect(await resolveCluster(resolver, 'nosuch')).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'unavailable', error: { code: 'ECHANGING' } }],
    })
    expect(await resolveCluster(resolver, 'nosuch', { timeout: 20 })).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'timeout', error: { code: 'ETIMEDOUT' } }],
    })
    expect(server.queries).toEqual([])
  })

  it.each([
    ['resolv.conf', `search a..test ${domain}\n`, undefined],
    ['LOCALDOMAIN', 'search other.test\n', `a..test ${domain}`],
  ])('a word of %s that cannot be a domain is never left out silently', async (place, text, localDomain) => {
    if (localDomain !== undefined) vi.stubEnv('LOCALDOMAIN', localDomain)
    onTestFinished(() => void vi.unstubAllEnvs())
    await using server = await hostileServer({ udp: answer })
    await using file = await resolvConfFile(text)
    await using resolver = dnsResolver({ servers: [formatEndpoint(server)], resolvConf: file.path })
    const message = expect.stringMatching(`${place}.*'a\\.\\.test' cannot be a search domain`)
    const found = await resolveCluster(resolver, 'alpha')
    expect(found).toMatchObject({ outcome: 'found', warnings: [{ code: 'search-domain-invalid', message }] })
    for (const [asked, target] of [
      [await resolveCluster(resolver, 'nosuch'), '_pstorage._tcp.nosuch.a..test'],
      [await discoverClusters(resolver), 'pstorage_clusters.a..test'],
    ] as const) {
      expect(asked.outcome).toBe('clusters' in asked ? 'found' : 'undetermined')
      expect(asked.attempts[0]).toMatchObject({ target, status: 'unavailable', error: { code: 'EBADDOMAIN', message } })
      expect(asked.warnings).toMatchObject([{ code: 'search-domain-invalid', message }])
    }
  })

  it('with no domain but one that cannot be one, nothing is asked', async () => {
    await using server = await hostileServer({ udp: answer })
    await using file = await resolvConfFile('search --\n')
    await using resolver = dnsResolver({ servers: [formatEndpoint(server)], resolvConf: file.path })
    expect(await resolveCluster(resolver, 'alpha')).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'unavailable', error: { code: 'EBADDOMAIN' } }],
    })
    expect(server.queries).toEqual([])
  })

  it.each([
    [
      'before the first, which then proves nothing',
      'nameserver ns1\nnameserver 127.66.0.1\n',
      ['unavailable', 'unreachable'],
    ],
    ['behind it', 'nameserver 127.66.0.1\nnameserver ns1\n', ['unreachable']],
    ['alone', 'nameserver ns1\n', ['unavailable']],
  ])('a name server without an address is named: %s', async (_, text, statuses) => {
    await using file = await resolvConfFile(text)
    await using resolver = dnsResolver({ domains: [domain], resolvConf: file.path })
    const report = await resolveCluster(resolver, 'alpha')
    expect(report.outcome).toBe('undetermined')
    expect(report.attempts.map(({ status }) => status)).toEqual(statuses)
    const message = expect.stringMatching(/resolv\.conf:\d: 'ns1' is no IP address/)
    expect(report.warnings).toMatchObject([{ code: 'dns-server-invalid', message }])
  })

  it('does not matter where servers and domains are given', async () => {
    await using server = await hostileServer({ udp: answer })
    await using file = await resolvConfFile(`nameserver ns1\nsearch ${domain}\n`)
    await using resolver = dnsResolver({ servers: [formatEndpoint(server)], resolvConf: file.path })
    expect(await resolveCluster(resolver, 'nosuch')).toMatchObject({ outcome: 'absent', warnings: [] })
  })

  it('that cannot be read is unavailable', async () => {
    await using server = await hostileServer({ udp: answer })
    await using resolver = dnsResolver({ servers: [formatEndpoint(server)], resolvConf: import.meta.dirname })
    const report = await discoverClusters(resolver)
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'unavailable', error: { code: 'EISDIR' } }],
    })
  })
})

import { discoverClusters, formatEndpoint, resolveCluster } from '@pstorage/discovery-core'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { type DnsRecord, type HostileQuery, hostileServer, type ReplyOptions, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { attemptsOf, discovered, endpointsOf, namesOf, resolved } from './asked.js'
import { answer, domain, goodEndpoint, soaOf } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

/** What one domain says: its clusters with an address each, or a reply of another kind, or nothing. */
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
    return answer(query, records)
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
    expect(report.attempts).toMatchObject([{ status: 'found' }, { status: 'skipped' }])
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
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
    await using server = await hostileServer({ udp: (query) => reply(query, { rcode: 'NXDOMAIN' }) })
    const long = Array(114).fill('a').join('.')
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
    await using server = await hostileServer({ udp: answer })
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

  it('without a search domain nothing is asked, and the attempt says what mends it', async () => {
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

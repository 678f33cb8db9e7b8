import { manPageDomain, manPageZone, type NamedServerOptions, namedServer } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { attemptsOf, codesOf, discovered, endpointsOf, namesOf, resolved } from './asked.js'

const zones = { [manPageDomain]: manPageZone }
const listed = ['cluster1', 'cluster2', 'cluster3', 'cluster4', 'cluster5', 'cluster6']
const head = `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
 NS ns
ns A 127.0.0.1
`
const served = (options: NamedServerOptions) => namedServer({ zones, ...options })

describe("BIND with the man page's zone", () => {
  it.each(['127.0.0.1', '::1'])('discover lists the names of TXT once each (%s)', async (address) => {
    await using named = await served({ addresses: [address] })
    const report = await discovered([named])
    expect(report.outcome).toBe('found')
    expect(namesOf(report)).toEqual(listed)
    expect(attemptsOf(report)).toEqual(['dns-txt found', 'dns-axfr skipped'])
    expect(report.attempts[0]).toMatchObject({
      server: named.server,
      count: 6,
      target: `pstorage_clusters.${manPageDomain}`,
    })
    expect(report.clusters[0]?.sources).toMatchObject([{ method: 'dns-txt', ttl: 300, authenticated: false }])
    expect(report.warnings).toEqual([])
  })

  it('discover adds those of a transfer', async () => {
    await using named = await served({ allowTransfer: 'any' })
    const report = await discovered([named], { axfr: 'always' })
    expect(namesOf(report)).toEqual([...listed, 'my-cluster', 'my-second-cluster'])
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ status: 'found', count: 2, server: named.server, target: manPageDomain })
    expect(report.clusters.at(-1)?.sources).toMatchObject([{ method: 'dns-axfr', ttl: 3600 }])
  })

  it('discover keeps the names of TXT where the transfer is refused', async () => {
    await using named = await served({ allowTransfer: 'none' })
    const report = await discovered([named], { axfr: 'always' })
    expect(report.outcome).toBe('found')
    expect(namesOf(report)).toEqual(listed)
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ status: 'refused', error: { code: 'REFUSED' } })
  })

  it.each(['127.0.0.1', '::1'])('resolve gives the three addresses (%s)', async (address) => {
    await using named = await served({ addresses: [address] })
    const report = await resolved([named], { cluster: 'my-cluster' })
    expect(report.outcome).toBe('found')
    expect(endpointsOf(report).toSorted()).toEqual(['192.168.100.1:2510', '192.168.100.3:2510', '192.168.100.4:2510'])
    expect(report.attempts).toMatchObject([{ status: 'found', count: 3, server: named.server }])
    expect(report.endpoints.find(({ address: each }) => each.endsWith('.3'))).toMatchObject({
      host: `s3.${manPageDomain}`,
      priority: 0,
      weight: 1,
      ttl: 3600,
    })
    expect(report.warnings).toEqual([])
  })

  it.each([
    ['my-second-cluster', 'found', ['192.168.100.2:2510', '192.168.100.4:2510']],
    ['MY-CLUSTER', 'found', ['192.168.100.1:2510', '192.168.100.3:2510', '192.168.100.4:2510']],
    ['cluster1', 'known', []],
    ['nosuch', 'absent', []],
  ] as const)('resolve %s: %s', async (cluster, outcome, endpoints) => {
    await using named = await served({})
    const report = await resolved([named], { cluster })
    expect(report.outcome).toBe(outcome)
    expect(endpointsOf(report).toSorted()).toEqual(endpoints)
  })

  it('resolve of a domain that BIND does not have is refused, not absent', async () => {
    await using named = await served({})
    const report = await resolved([named], { cluster: 'my-cluster', domains: ['other.test'] })
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'refused', error: { code: 'REFUSED' } }],
    })
  })

  it('a server that was stopped is unreachable, and nothing is absent', async () => {
    const named = await served({})
    await named[Symbol.asyncDispose]()
    const unreachable = { status: 'unreachable', server: named.server, error: { code: 'ECONNREFUSED' } }
    for (const cluster of ['my-cluster', 'nosuch']) {
      expect(await resolved([named], { cluster })).toMatchObject({ outcome: 'undetermined', attempts: [unreachable] })
    }
    expect(await discovered([named])).toMatchObject({
      outcome: 'undetermined',
      attempts: [unreachable, { status: 'skipped' }],
    })
  })
})

describe('BIND with more than fits', () => {
  it('a TXT answer of 20 KB is truncated, and fetched by TCP', async () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `cluster-${index}`).toSorted()
    const lists = Array.from({ length: 125 }, (_, index) => names.slice(index * 16, index * 16 + 16))
    // BIND takes at most 100 records of one name and type.
    const records = Array.from({ length: 25 }, (_, index) =>
      lists.slice(index * 5, index * 5 + 5).map((list) => `"${list}"`),
    )
    const text = records.map((strings) => `pstorage_clusters TXT ${strings.join(' ')}\n`).join('')
    await using named = await namedServer({ zones: { 'large.test': `${head}${text}` } })
    const report = await discovered([named], { domains: ['large.test'] })
    expect(namesOf(report).toSorted()).toEqual(names)
    expect(report.attempts[0]).toMatchObject({ status: 'found', count: 2_000, detail: 'by TCP after truncation' })
  })

  // From a handful, which fits, over the number where BIND leaves out one IPv6 address, to truncation.
  it.each([3, 12, 13, 14, 20, 30])('the addresses of %d MDS are all there, whatever fits', async (count) => {
    const hosts = Array.from({ length: count }, (_, index) => `metadata-server-${index}`)
    const records = hosts.map((host, index) => {
      return `_pstorage._tcp.alpha SRV 0 1 2510 ${host}\n${host} A 192.0.2.${index}\n${host} AAAA 2001:db8::${index + 1}\n`
    })
    await using named = await namedServer({ zones: { 'large.test': `${head}${records.join('')}` } })
    const report = await resolved([named], { domains: ['large.test'] })
    expect(report.endpoints).toHaveLength(2 * count)
    expect(report.warnings).toEqual([])
  })

  it('a zone of 20,000 clusters is transferred', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `c${index}`)
    const records = names.map((name) => `_pstorage._tcp.${name} SRV 0 1 2510 ns\n`)
    await using named = await namedServer({
      zones: { 'large.test': `${head}${records.join('')}` },
      allowTransfer: 'any',
    })
    const report = await discovered([named], { domains: ['large.test'], timeout: 20_000 })
    expect(report.clusters).toHaveLength(20_000)
    expect(new Set(namesOf(report))).toEqual(new Set(names))
    expect(attemptsOf(report)).toEqual(['dns-txt empty', 'dns-axfr found'])
  })

  it('faults of a zone are warned of, and the good is used', async () => {
    const text = `${head}pstorage_clusters TXT "good,v=spf1 x" "Good"
_pstorage._tcp.good SRV 0 1 0 ns
_pstorage._tcp.good SRV 0 1 2510 alias
_pstorage._tcp.good SRV 0 1 2510 nowhere
_pstorage._tcp.good SRV 0 1 2510 192.0.2.9.
_pstorage._tcp.away SRV 0 0 0 .
alias CNAME real
real A 192.0.2.1
`
    await using named = await namedServer({ zones: { 'faulty.test': text } })
    const domains = ['faulty.test']
    expect(codesOf(await discovered([named], { domains })).toSorted()).toEqual(['txt-name-case', 'txt-name-invalid'])
    const report = await resolved([named], { domains, cluster: 'good' })
    expect(endpointsOf(report).toSorted()).toEqual(['192.0.2.1:2510', '192.0.2.9:2510'])
    expect(codesOf(report).toSorted()).toEqual([
      'srv-port-invalid',
      'srv-target-address',
      'srv-target-alias',
      'srv-target-unresolved',
    ])
    expect(await resolved([named], { domains, cluster: 'away' })).toMatchObject({ outcome: 'known' })
  })
})

describe('BIND in between', () => {
  it('answers for a server behind it, also when it has them from there already', async () => {
    await using primary = await served({})
    await using forwarder = await namedServer({ forwardTo: primary })
    for (let round = 0; round < 2; round += 1) {
      expect(namesOf(await discovered([forwarder]))).toEqual(listed)
      expect((await resolved([forwarder], { cluster: 'my-cluster' })).endpoints).toHaveLength(3)
      expect((await resolved([forwarder], { cluster: 'cluster1' })).outcome).toBe('known')
      expect((await resolved([forwarder], { cluster: 'nosuch' })).outcome).toBe('absent')
    }
  })

  it('says SERVFAIL when the server behind it is gone, and nothing is absent', async () => {
    const primary = await served({})
    await using forwarder = await namedServer({ forwardTo: primary, options: 'resolver-query-timeout 1000;' })
    await primary[Symbol.asyncDispose]()
    const report = await resolved([forwarder], { cluster: 'nosuch', timeout: 10_000 })
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'failed', error: { code: 'SERVFAIL' } }],
    })
  })
})

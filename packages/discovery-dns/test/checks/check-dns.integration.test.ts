import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseClusterName } from '@pstorage/discovery-core'
import { isAtLeast } from '@pstorage/discovery-core/checks'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { type HostileQuery, hostileServer, keyFile, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type CheckDnsOptions, checkDns, checkZone, checkZoneFile, dnsChecks } from '../../src/checks/index.js'
import { answer } from '../good-zone.js'
import { all, faults } from './findings.js'

const domain = 'pstorage.test'
const AXFR = 252
const head = `$TTL 1H
@ SOA ns host 1 5H 10M 1D 3H
 NS ns
ns A 127.0.0.1
s1 A 192.0.2.1
`
const goodZone = `${head}pstorage_clusters TXT "c1"
_pstorage._tcp.c1 SRV 0 1 2510 s1
`

const serving = async (zone: string, options: Partial<CheckDnsOptions> = {}) => {
  await using server = await clusterNameServer({ origin: domain, zone })
  const checkOptions = { servers: [`${server.address}:${server.port}`], domains: [domain], ...options }
  return await all(checkDns(checkOptions))
}

/** The faults, without the one that our server allows transfers to this host. */
const faultsOf = (findings: Awaited<ReturnType<typeof all>>): readonly string[] =>
  faults(findings.filter(({ level }) => isAtLeast(level, 'warning')))

describe('the checks of DNS', () => {
  it('find nothing where nothing is amiss', async () => {
    const findings = await serving(goodZone)
    expect(faults(findings)).toEqual(['dns-transfer-open notice'])
    const zone = findings.filter(({ check, level }) => level === 'ok' && check.startsWith('dns-'))
    expect(zone.length).toBeGreaterThan(15)
  })

  it.each([
    {
      id: 'no TXT',
      zone: goodZone.replace(/^pstorage_clusters.*$/m, ''),
      queried: [],
      whole: ['dns-txt-present warning'],
    },
    {
      id: 'not listed',
      zone: `${goodZone}_pstorage._tcp.c2 SRV 0 1 2510 s1\n`,
      queried: [],
      whole: ['dns-txt-complete warning'],
    },
    { id: 'listed alone', zone: `${goodZone}pstorage_clusters TXT "c2"\n`, both: ['dns-srv-present warning'] },
    { id: 'no name', zone: `${goodZone}pstorage_clusters TXT "v=spf1 -all"\n`, both: ['dns-txt-names warning'] },
    {
      id: 'minus',
      zone: `${goodZone}pstorage_clusters TXT "my\u2212c"\n_pstorage._tcp.my-c SRV 0 1 2510 s1\n`,
      both: ['dns-txt-minus error'],
    },
    { id: 'case', zone: goodZone.replace('"c1"', '"c1,C1"'), both: ['dns-txt-case warning'] },
    {
      id: '255 octets',
      zone: goodZone.replace('"c1"', `"${'c1,'.repeat(84)}c1,"`).replace('c1,"', 'c1 "'),
      both: ['dns-txt-full warning'],
    },
    { id: 'port 0', zone: goodZone.replace('2510', '0'), both: ['dns-srv-port error'] },
    { id: 'the port first', zone: goodZone.replace('0 1 2510', '2380 0 100'), both: ['dns-srv-order warning'] },
    { id: 'the port first, no port', zone: goodZone.replace('0 1 2510', '2510 1 0'), both: ['dns-srv-order warning'] },
    { id: 'address as target', zone: goodZone.replace('2510 s1', '2510 192.0.2.1.'), both: ['dns-srv-target warning'] },
    { id: 'no address', zone: goodZone.replace('2510 s1', '2510 s2'), both: ['dns-host-address error'] },
    { id: 'alias', zone: goodZone.replace('2510 s1', '2510 a\na CNAME s1'), both: ['dns-host-alias warning'] },
    { id: 'multicast', zone: goodZone.replace('192.0.2.1', '224.0.0.1'), both: ['dns-host-usable error'] },
    { id: 'loopback', zone: goodZone.replace('192.0.2.1', '127.0.0.1'), both: ['dns-host-usable warning'] },
    { id: 'TTL 0', zone: goodZone.replace('c1 SRV', 'c1 0 SRV'), both: ['dns-ttl warning'] },
    { id: 'wildcard', zone: `${goodZone}* SRV 0 1 2510 s1\n`, both: ['dns-wildcard warning'] },
    { id: 'TXT wildcard', zone: `${goodZone}* TXT "v=spf1"\n`, both: ['dns-wildcard warning'] },
  ])('see the same fault by look-ups and in a transfer: $id', async ({ zone, both, queried = both, whole = both }) => {
    expect(faultsOf(await serving(zone, { axfr: 'auto' }))).toEqual(whole)
    const byLookups = faultsOf(await serving(zone, { axfr: 'never' }))
    // Without a transfer the clusters that TXT does not list are not known.
    expect(byLookups).toEqual(zone.includes('pstorage_clusters') ? queried : ['dns-txt-present warning'])
  })

  it('show that a filter keeps an address back, and exempt the domain from it', async () => {
    const blocked = Buffer.from([0, 15, 0, 2, 0, 15])
    const isAddress = ({ type }: HostileQuery) => type === 1 || type === 28
    await using server = await hostileServer({
      udp: (query) => (isAddress(query) ? reply(query, { edns: { options: blocked } }) : answer(query)),
      tcp: 'closed',
    })
    const findings = await all(
      checkDns({ servers: [server.server], domains: [domain], cluster: parseClusterName('alpha') }),
    )
    const found = findings.find(({ check }) => check === 'dns-host-address')
    expect(found?.seen).toMatch(/is withheld: .* said NODATA with the extended error Blocked/)
    expect(found?.remedies.map(({ software, text }) => `${software}: ${text}`)).toEqual([
      `dnsmasq: rebind-domain-ok=/${domain}/`,
      `Unbound: server:\n  private-domain: "${domain}"`,
    ])
  })

  it('look at one cluster alone', async () => {
    const zone = `${goodZone}pstorage_clusters TXT "c2"\n`
    expect(faultsOf(await serving(zone, { cluster: parseClusterName('c1') }))).toEqual([])
    expect(faultsOf(await serving(zone, { cluster: parseClusterName('c2') }))).toEqual(['dns-srv-present error'])
    expect(faultsOf(await serving(zone, { cluster: parseClusterName('c3') }))).toEqual(['dns-srv-present warning'])
  })

  it.each([
    { id: 'silent', script: {}, expected: ['dns-server-answers error', 'dns-server-tcp warning', 'dns-domain error'] },
    {
      id: 'closed',
      script: { udp: 'closed', tcp: 'closed' } as const,
      expected: ['dns-server-answers error', 'dns-server-tcp warning', 'dns-domain error'],
    },
  ])('never call a server fine that says nothing: $id', async ({ script, expected }) => {
    await using server = await hostileServer(script)
    const findings = await all(checkDns({ servers: [server.server], domains: [domain], timeout: 400 }))
    expect(faults(findings)).toEqual(expected)
    expect(findings.at(-1)?.checked).toBe(false)
  })

  it('never say that a zone is closed to strangers where that could not be tried', async () => {
    const soa = { name: domain, type: 'SOA', serial: 1 } as const
    const answer = (query: HostileQuery) => reply(query, { authoritative: true, answers: [soa] })
    await using server = await hostileServer({
      udp: answer,
      tcp: (query) => (query.type === AXFR ? ['reset'] : answer(query)),
    })
    const findings = await all(checkDns({ servers: [server.server], domains: [domain], timeout: 1_000 }))
    const about = findings.filter(({ check }) => check === 'dns-transfer-open')
    expect(about).toMatchObject([{ level: 'notice', checked: false }])
  })

  it('name a server that refuses, beside one that answers', async () => {
    await using lame = await hostileServer({ udp: (query) => reply(query, { rcode: 5 }), tcp: 'closed' })
    await using server = await clusterNameServer({ origin: domain, zone: goodZone })
    const servers = [lame.server, `${server.address}:${server.port}`]
    const findings = await all(checkDns({ servers, domains: [domain], timeout: 2_000, axfr: 'never' }))
    expect(faults(findings)).toEqual(['dns-server-tcp warning', 'dns-server-zone warning'])
  })

  it('name a server with an old zone', async () => {
    await using old = await clusterNameServer({ origin: domain, zone: goodZone })
    await using fresh = await clusterNameServer({ origin: domain, zone: goodZone.replace('host 1', 'host 2') })
    const servers = [old, fresh].map(({ address, port }) => `${address}:${port}`)
    const findings = await all(checkDns({ servers, domains: [domain], axfr: 'never' }))
    expect(faults(findings)).toEqual(['dns-server-serial warning'])
    expect(findings.find(({ level }) => level === 'warning')?.subject).toBe(servers[0])
  })

  it.each([
    { id: 'key is known', change: {}, late: 0, expected: [] },
    {
      id: 'other secret',
      change: { secret: 'b3RoZXIgc2VjcmV0IG9mIGEgdGVzdA==' },
      late: 0,
      expected: ['dns-tsig-key error'],
    },
    { id: 'other name', change: { name: 'other.key' }, late: 0, expected: ['dns-tsig-key error'] },
    { id: 'other time', change: {}, late: 3_600_000, expected: ['dns-tsig-clock error'] },
  ])('try the key: $id', async ({ change, late, expected }) => {
    const key = { name: 'transfer.key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0IG9mIGEgdGVzdA==' } as const
    await using server = await clusterNameServer({
      origin: domain,
      zone: goodZone,
      keys: [{ ...key, ...change }],
      allowTransfer: [{ key: change.name ?? key.name }],
      now: () => Date.now() - late,
    })
    await using file = await keyFile(key)
    const servers = [`${server.address}:${server.port}`]
    const findings = await all(checkDns({ servers, domains: [domain], tsigKey: { file: file.file } }))
    expect(faults(findings)).toEqual(expected)
    expect(JSON.stringify(findings)).not.toContain(key.secret)
  })

  it('read resolv.conf, and say what is wrong with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pstorage-checks-'))
    try {
      const resolvConf = join(folder, 'resolv.conf')
      await writeFile(resolvConf, 'nameserver ns1\n')
      const findings = await all(checkDns({ resolvConf, servers: ['127.0.0.1:9'], timeout: 100 }))
      expect(faults(findings)).toContain('dns-search-list error')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('look at a zone alone', async () => {
    await using server = await clusterNameServer({ origin: domain, zone: goodZone.replace('2510', '0') })
    const findings = await all(checkZone(domain, { servers: [`${server.address}:${server.port}`] }))
    expect(faultsOf(findings)).toEqual(['dns-srv-port error'])
  })

  it('end when the signal aborts', async () => {
    const checking = all(checkDns({ servers: ['127.0.0.1:9'], domains: [domain], signal: AbortSignal.abort('enough') }))
    await expect(checking).rejects.toBe('enough')
  })

  it('say that a zone file is not there, and not that it is wrong', async () => {
    const findings = await all(checkZoneFile({ domain, file: '/nowhere/zone' }))
    expect(findings).toMatchObject([
      { check: 'dns-zone-file', level: 'error', seen: 'cannot be read: ENOENT', checked: false },
    ])
  })

  it('say that no program is there to read a zone file', async () => {
    const findings = await all(checkZoneFile({ domain, file: '/etc/hostname', path: [] }))
    expect(findings).toMatchObject([{ check: 'dns-zone-file', level: 'error', checked: false }])
  })

  it('are all described, each once', () => {
    const ids = dnsChecks.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

import {
  dnsmasqServer,
  knotResolver,
  knotServer,
  manPageDomain,
  manPageZone,
  namedServer,
  nsdServer,
  powerDnsRecursor,
  powerDnsServer,
  type RealServer,
  unboundServer,
} from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { codesOf, endpointsOf, resolved } from './asked.js'

const zones = { [manPageDomain]: manPageZone }
const parent = manPageDomain.slice(manPageDomain.indexOf('.') + 1)
const parentZone = `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
 NS ns
ns A 127.0.0.1
_pstorage._tcp.my-cluster.sub SRV 0 1 2510 ns
`

const authorities: readonly {
  readonly name: string
  readonly start: (options: { zones: Record<string, string> }) => Promise<RealServer>
}[] = [
  { name: 'BIND', start: namedServer },
  { name: 'Knot', start: knotServer },
  { name: 'NSD', start: nsdServer },
  { name: 'PowerDNS', start: powerDnsServer },
]

describe.each(authorities)('$name', ({ start }) => {
  it('proves its denials', async () => {
    await using server = await start({ zones })
    expect(await resolved([server], { cluster: 'nosuch' })).toMatchObject({ outcome: 'absent', warnings: [] })
  })

  it('knows a search domain that is inside of a zone, and not one that is misspelled', async () => {
    await using server = await start({ zones: { [parent]: parentZone } })
    expect((await resolved([server], { cluster: 'nosuch', domains: [`sub.${parent}`] })).outcome).toBe('absent')
    const misspelled = await resolved([server], { cluster: 'my-cluster', domains: [`sbu.${parent}`] })
    expect(misspelled.outcome).toBe('undetermined')
    expect(codesOf(misspelled)).toEqual(['search-domain-missing'])
  })
})

const forwarders: readonly {
  readonly name: string
  readonly start: (options: { forwardTo: RealServer }) => Promise<RealServer>
}[] = [
  { name: 'Unbound', start: unboundServer },
  { name: 'PowerDNS Recursor', start: powerDnsRecursor },
  { name: 'Knot Resolver', start: knotResolver },
  { name: 'dnsmasq', start: dnsmasqServer },
  { name: 'BIND', start: ({ forwardTo }) => namedServer({ forwardTo }) },
]

describe.each(forwarders)('$name in front of BIND', ({ start }) => {
  it('passes the proof on, also from its cache', async () => {
    await using authority = await namedServer({ zones })
    await using server = await start({ forwardTo: authority })
    for (let round = 0; round < 2; round += 1) {
      expect(await resolved([server], { cluster: 'nosuch' })).toMatchObject({ outcome: 'absent', warnings: [] })
      expect(endpointsOf(await resolved([server], { cluster: 'my-cluster' }))).toHaveLength(3)
    }
  })

  it('nothing is absent once BIND is gone', async () => {
    const authority = await namedServer({ zones })
    await using server = await start({ forwardTo: authority })
    await authority[Symbol.asyncDispose]()
    expect((await resolved([server], { cluster: 'nosuch', timeout: 3_000 })).outcome).toBe('undetermined')
  })
})

describe('dnsmasq', () => {
  const local = [
    'local=/lan/',
    'srv-host=_pstorage._tcp.my-cluster.lan,h1.lan,2510',
    'host-record=h1.lan,192.0.2.1',
    'txt-record=pstorage_clusters.lan,my-cluster',
  ]

  it('does not prove denials of its own zones; who knows that can say so', async () => {
    await using server = await dnsmasqServer({ lines: local })
    expect(endpointsOf(await resolved([server], { cluster: 'my-cluster', domains: ['lan'] }))).toEqual([
      '192.0.2.1:2510',
    ])
    expect(await resolved([server], { cluster: 'nosuch', domains: ['lan'] })).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'failed', error: { code: 'EUNPROVEN' } }],
    })
    const believed = await resolved([server], { cluster: 'nosuch', domains: ['lan'], denials: 'any' })
    expect(believed).toMatchObject({ outcome: 'absent', attempts: [{ status: 'empty' }, { status: 'empty' }] })
    expect(believed.attempts[0]?.detail).toContain('without proof')
  })

  it('with filterwin2k drops questions for SRV, and nothing is absent', async () => {
    await using authority = await namedServer({ zones })
    await using server = await dnsmasqServer({ forwardTo: authority, lines: ['filterwin2k'] })
    expect((await resolved([server], { cluster: 'nosuch' })).outcome).toBe('undetermined')
  })

  it('with stop-dns-rebind denies private addresses, which is shown', async () => {
    // Otherwise the addresses would come along with the SRV records.
    await using authority = await namedServer({ zones, options: 'minimal-responses yes;' })
    await using server = await dnsmasqServer({ forwardTo: authority, lines: ['stop-dns-rebind'] })
    const report = await resolved([server], { cluster: 'my-cluster' })
    expect(report.outcome).toBe('known')
    expect(report.warnings.find(({ code }) => code === 'srv-target-unresolved')?.message).toMatch(/Blocked/)
  })
})

describe('Unbound', () => {
  it('answers NXDOMAIN for test. by itself, which does not deny a cluster', async () => {
    await using authority = await namedServer({ zones })
    await using server = await unboundServer({ forwardTo: authority, options: 'local-zone: "test." static' })
    const report = await resolved([server], { cluster: 'my-cluster' })
    expect(report.outcome).toBe('undetermined')
  })

  it('with private-address denies private addresses, which is shown', async () => {
    await using authority = await namedServer({ zones })
    await using server = await unboundServer({
      forwardTo: authority,
      options: 'private-address: 192.168.0.0/16\nede: yes',
    })
    const report = await resolved([server], { cluster: 'my-cluster' })
    expect(report.outcome).not.toBe('absent')
    expect(report.endpoints).toEqual([])
  })

  it('serves what has expired while its authority is gone, and that denies nothing', async () => {
    const short = manPageZone.replace(/\$TTL \d+/, '$TTL 1')
    const authority = await namedServer({ zones: { [manPageDomain]: short } })
    await using server = await unboundServer({
      forwardTo: authority,
      options:
        'serve-expired: yes\nserve-expired-client-timeout: 100\nede: yes\nede-serve-expired: yes\ncache-max-negative-ttl: 1',
    })
    expect((await resolved([server], { cluster: 'nosuch' })).outcome).toBe('absent')
    await authority[Symbol.asyncDispose]()
    // Until the denial has expired it is fresh; from then on it is stale, and says so.
    for (;;) {
      const report = await resolved([server], { cluster: 'nosuch', timeout: 4_000 })
      if (report.outcome === 'absent') continue
      expect(report.outcome).toBe('undetermined')
      break
    }
  })
})

describe('BIND', () => {
  it('with a response policy sends its SOA in the additional section alone, which denies nothing', async () => {
    const rpz = `$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 60
 NS ns.${manPageDomain}.
*.${manPageDomain} CNAME .
`
    await using authority = await namedServer({ zones })
    await using server = await namedServer({
      zones: { 'rpz.local': rpz },
      forwardTo: authority,
      options: 'response-policy { zone "rpz.local"; };',
    })
    await server.logged(/rpz\.local: reload done: success/)
    const report = await resolved([server], { cluster: 'my-cluster' })
    expect(report).toMatchObject({ outcome: 'undetermined', endpoints: [] })
  })

  it('of the public beside that of the VPN: the domain of the VPN is missing there', async () => {
    await using outside = await namedServer({
      zones: { [parent]: `$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n NS ns\nns A 127.0.0.1\n` },
    })
    const report = await resolved([outside], { cluster: 'my-cluster' })
    expect(report.outcome).toBe('undetermined')
    expect(codesOf(report)).toEqual(['search-domain-missing'])
  })
})

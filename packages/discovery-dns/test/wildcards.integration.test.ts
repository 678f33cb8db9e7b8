import { resolveCluster } from '@pstorage/discovery-core'
import { type DnsQuery, type DnsRecord, type HostileQuery, hostileServer, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { codesOf, discovered, endpointsOf, namesOf, resolved } from './asked.js'
import { answer, domain, goodEndpoint, goodRecords, isWildcardProbe } from './good-zone.js'

const alpha = `_pstorage._tcp.alpha.${domain}`
const wildcardRecord = (query: DnsQuery): DnsRecord => {
  return { name: query.name, type: 'SRV', port: 2510, target: `h1.${domain}` }
}
const isService = ({ name }: DnsQuery): boolean => name.startsWith('_pstorage.')

/** Answers as a zone with `*.pstorage.test SRV 0 1 2510 h1` does: for every name below it that has no records of its own. */
function withWildcard(query: HostileQuery, records: readonly DnsRecord[] = goodRecords): Buffer {
  if (!isService(query) || query.name === alpha) return answer(query, records)
  return answer(query, [...records, wildcardRecord(query)])
}

const otherAlpha = goodRecords.map((record) => (record.name === alpha ? { ...record, port: 2511 } : record))

describe('DNS-25: a wildcard', () => {
  it.each(['alpha', 'nosuch'])(
    'that has the records of %s is warned of, and its endpoints are used',
    async (cluster) => {
      await using server = await hostileServer({ udp: (query) => withWildcard(query), wildcardProbes: true })
      const report = await resolved([server], { cluster })
      expect(report.outcome).toBe('found')
      expect(endpointsOf(report)).toEqual([goodEndpoint])
      expect(codesOf(report)).toEqual(['srv-wildcard'])
      expect(report.warnings[0]?.message).toContain(`_pstorage._tcp.${cluster}.${domain}`)
    },
  )

  it('does not concern a cluster that has other records', async () => {
    await using server = await hostileServer({ udp: (query) => withWildcard(query, otherAlpha), wildcardProbes: true })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual(['192.0.2.1:2511'])
    expect(report.warnings).toEqual([])
  })

  it('of addresses alone is none of SRV records', async () => {
    const everyAddress = (query: HostileQuery) => {
      const everywhere: DnsRecord = { name: query.name, type: 'A', address: '192.0.2.9' }
      return answer(query, isService(query) && query.name !== alpha ? [...goodRecords, everywhere] : goodRecords)
    }
    await using server = await hostileServer({ udp: everyAddress, wildcardProbes: true })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.warnings).toEqual([])
    expect((await resolved([server], { cluster: 'nosuch' })).outcome).toBe('absent')
  })

  it('is asked for once, beside the first question, by a name that is always the same', async () => {
    await using server = await hostileServer({ udp: (query) => answer(query), wildcardProbes: true })
    await using resolver = dnsResolver({ servers: [server.server], domains: [domain] })
    const probes = () => server.queries.filter(isWildcardProbe)
    for (const cluster of ['nosuch', 'alpha', 'alpha']) await resolveCluster(resolver, cluster)
    expect(probes()).toMatchObject([{ type: 33, name: `_pstorage._tcp.-no-such-cluster.${domain}` }])
    expect(server.queries.slice(0, 2).map(({ type }) => type)).toEqual([33, 33])
  })

  it('adds no exchange to the way of a result', async () => {
    const glue = { additionals: [{ name: `h1.${domain}`, type: 'A', address: '192.0.2.1' }] } as const
    const unanswered = (query: HostileQuery) => (isWildcardProbe(query) ? undefined : answer(query, goodRecords, glue))
    await using server = await hostileServer({ udp: unanswered, wildcardProbes: true })
    await using resolver = dnsResolver({ servers: [server.server], domains: [domain] })
    expect(endpointsOf(await resolveCluster(resolver, 'alpha'))).toEqual([goodEndpoint])
    expect(server.queries.filter((query) => !isWildcardProbe(query)).map(({ type }) => type)).toEqual([33])
  })

  it.each([
    ['nobody answers', () => undefined],
    ['SERVFAIL', (query: HostileQuery) => reply(query, { rcode: 'SERVFAIL' })],
  ] as const)('that cannot be asked for (%s) costs nothing but a moment', async (_, step) => {
    await using server = await hostileServer({
      udp: (query) => (isWildcardProbe(query) ? step(query) : answer(query)),
      wildcardProbes: true,
    })
    const report = await resolved([server])
    expect(report).toMatchObject({ outcome: 'found', warnings: [], attempts: [{ status: 'found' }] })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
  })

  it('of TXT records is read as if they stood there', async () => {
    const everyText = (query: HostileQuery) => {
      return answer(query, [{ name: query.name, type: 'TXT', strings: ['alpha,beta'] }])
    }
    await using server = await hostileServer({ udp: everyText, wildcardProbes: true })
    const report = await discovered([server])
    expect(namesOf(report)).toEqual(['alpha', 'beta'])
    expect(report.warnings).toEqual([])
  })
})

import { createResolver, discoverClusters, formatEndpoint, systemClock, systemRandom } from '@pstorage/discovery-core'
import { type DnsRecord, type HostileQuery, hostileServer, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { plainChannel } from '../src/channel.js'
import { DEFAULT_TRANSFER_LIMITS } from '../src/index.js'
import { parseNameServer } from '../src/name-server.js'
import { StubResolver } from '../src/stub-resolver.js'
import { transferNames } from '../src/transfer-lookup.js'
import { WildcardProbes } from '../src/wildcard-probes.js'
import type { Listening } from './asked.js'
import { answer, domain } from './good-zone.js'
import { name } from './records.js'

const refusing = (query: HostileQuery) => reply(query, { rcode: 'REFUSED' })
const ns = (target: string) => ({ name: domain, type: 'NS', target }) as const

/** Transfers as with servers from resolv.conf, whose lines have no port. */
async function transferred(server: Listening) {
  const settings = {
    servers: [parseNameServer(formatEndpoint(server))],
    serversGiven: false,
    domains: [name(domain)],
    options: {},
    channel: plainChannel(systemClock),
  }
  await using resolver = createResolver({
    name: 'dns',
    discover: (question) =>
      transferNames(
        {
          question,
          settings,
          stub: new StubResolver(systemClock),
          service: name('_pstorage._tcp'),
          clustersRecord: name('pstorage_clusters'),
          axfr: 'always',
          tsigKey: undefined,
          wallClock: Date.now,
          sameDomainTargets: false,
          limits: DEFAULT_TRANSFER_LIMITS,
          wildcards: new WildcardProbes(systemClock),
          random: systemRandom,
        },
        name(domain),
      ),
    resolve: async () => {},
  })
  const { outcome, attempts } = await discoverClusters(resolver, { timeout: 3_000 })
  return { outcome, attempts }
}

describe('the servers of a zone', () => {
  it('are tried after those of resolv.conf, and all are named when none helps', async () => {
    const records: readonly DnsRecord[] = [
      ns(`ns1.${domain}`),
      ns('ns2.other.test'),
      ns('nowhere.other.test'),
      { name: `ns1.${domain}`, type: 'A', address: '127.66.0.1' },
      { name: 'ns2.other.test', type: 'A', address: '127.66.0.2' },
    ]
    await using server = await hostileServer({ udp: (query) => answer(query, records), tcp: refusing })
    const { outcome, attempts } = await transferred(server)
    expect(outcome).toBe('undetermined')
    expect(attempts).toMatchObject([{ status: 'refused', server: server.server, error: { code: 'REFUSED' } }])
    expect(attempts[0]?.error?.message).toBe(
      [
        `${server.server} said REFUSED`,
        '127.66.0.1:53 cannot be reached by TCP: ECONNREFUSED, before the end of the zone',
        '127.66.0.2:53 cannot be reached by TCP: ECONNREFUSED, before the end of the zone',
      ].join('; '),
    )
  })

  it('are not asked for when one of resolv.conf helps', async () => {
    const soa = { name: domain, type: 'SOA', serial: 1 } as const
    await using server = await hostileServer({
      udp: (query) => answer(query, []),
      tcp: (query) => reply(query, { answers: [soa, soa] }),
    })
    expect(await transferred(server)).toMatchObject({ outcome: 'absent', attempts: [{ status: 'empty' }] })
    expect(server.queries.map(({ type }) => type)).toEqual([6, 252])
  })

  it('are at most eight', async () => {
    const records = Array.from({ length: 20 }, (_, index) => [
      ns(`ns${index}.${domain}`),
      { name: `ns${index}.${domain}`, type: 'A', address: `127.66.0.${index}` } as const,
    ]).flat()
    await using server = await hostileServer({ udp: (query) => answer(query, records), tcp: refusing })
    const { attempts } = await transferred(server)
    expect(attempts[0]?.error?.message.split('; ')).toHaveLength(9)
  })

  it('do without when nobody knows them', async () => {
    const silentOnNs = (query: HostileQuery) =>
      query.type === 2 ? reply(query, { rcode: 'SERVFAIL' }) : answer(query, [])
    await using server = await hostileServer({ udp: silentOnNs, tcp: refusing })
    expect(await transferred(server)).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'refused' }] })
  })
})

import { createResolver, discoverClusters, formatEndpoint, systemClock, systemRandom } from '@pstorage/discovery-core'
import {
  type DnsRecord,
  type HostileQuery,
  hostileServer,
  type RcodeName,
  reply,
  type TcpScript,
} from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { QuestionBudget } from '../src/client/question-budget.js'
import { StubResolver } from '../src/client/stub-resolver.js'
import { parseNameServer } from '../src/config/name-server.js'
import { DEFAULT_TRANSFER_LIMITS } from '../src/index.js'
import { WildcardProbes } from '../src/lookup/wildcard-probes.js'
import { transferNames } from '../src/transfer/transfer-lookup.js'
import { plainTransport } from '../src/transport/transport.js'
import type { Listening } from './asked.js'
import { answer, domain } from './good-zone.js'
import { name } from './records.js'

const refusing = (query: HostileQuery) => reply(query, { rcode: 'REFUSED' })
const ns = (target: string) => ({ name: domain, type: 'NS', target }) as const

/** Transfers as with servers from resolv.conf, whose lines have no port. @param port that of the servers of the zone */
async function transferred(servers: Listening | readonly Listening[], port = 53) {
  const settings = {
    servers: [servers].flat().map((server) => parseNameServer(formatEndpoint(server))),
    serversGiven: false,
    domains: [name(domain)],
    options: {},
    channel: { ...plainTransport(systemClock), port },
  }
  await using resolver = createResolver({
    name: 'dns',
    discover: (query) =>
      transferNames(
        {
          query,
          domainFaults: new Map(),
          keptNames: new Set(),
          furtherQuestions: new QuestionBudget(() => {}),
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
          ownAddresses: () => [],
          random: systemRandom,
        },
        name(domain),
      ),
    resolve: async () => {},
  })
  const { outcome, attempts, warnings } = await discoverClusters(resolver, { timeout: 3_000 })
  return { outcome, attempts, warnings }
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

  it('SEC-5: are asked at 32 addresses, of all their hosts in turn, however many those have', async () => {
    const hosts = Array.from({ length: 8 }, (_, host) => `ns${host}.${domain}`)
    const addresses = hosts.flatMap((name, host) =>
      Array.from({ length: 60 }, (_, index) => ({ name, type: 'A', address: `127.66.${host}.${index + 1}` }) as const),
    )
    const records = [...hosts.map(ns), ...addresses]
    await using server = await hostileServer({ udp: (query) => answer(query, records), tcp: refusing })
    const { outcome, attempts, warnings } = await transferred(server)
    expect(outcome).toBe('undetermined')
    const [own, ...others] = attempts[0]?.servers ?? []
    expect(own?.server).toBe(server.server)
    const first = [1, 2, 3, 4].flatMap((index) => hosts.map((_, host) => `127.66.${host}.${index}:53`))
    expect(others.map((each) => each.server)).toEqual(first)
    expect(warnings.map(({ code }) => code)).toEqual(['axfr-too-many-servers'])
  })

  const soa = { name: domain, type: 'SOA', serial: 1 } as const
  const whole = (...records: readonly DnsRecord[]): TcpScript => {
    return (query) => reply(query, { answers: [soa, ...records, soa] })
  }
  const alpha = { name: `_pstorage._tcp.alpha.${domain}`, type: 'SRV', port: 2510, target: `h1.${domain}` } as const
  const cut = ns(`ns1.${domain}`)
  const ownZone = [ns(`ns1.${domain}`), { name: `ns1.${domain}`, type: 'A', address: '127.0.0.1' }] as const
  const rcode = (code: RcodeName): TcpScript => {
    return (query) => reply(query, { rcode: code })
  }

  it.each([
    ['REFUSED', rcode('REFUSED'), whole(), 'absent', ['refused', 'empty'], 'empty'],
    ['NOTAUTH', rcode('NOTAUTH'), whole(), 'absent', ['refused', 'empty'], 'empty'],
    ['NOTIMP', rcode('NOTIMP'), whole(), 'absent', ['failed', 'empty'], 'empty'],
    ['FORMERR', rcode('FORMERR'), whole(), 'absent', ['failed', 'empty'], 'empty'],
    ['SERVFAIL', rcode('SERVFAIL'), whole(), 'undetermined', ['failed', 'empty'], 'failed'],
    ['no TCP', 'closed', whole(), 'undetermined', ['unreachable', 'empty'], 'unreachable'],
    ['rubbish', () => Buffer.of(1, 2, 3), whole(), 'undetermined', ['malformed', 'empty'], 'malformed'],
    ['an end', 'end', whole(), 'undetermined', ['failed', 'empty'], 'failed'],
    ['REFUSED', rcode('REFUSED'), rcode('REFUSED'), 'undetermined', ['refused', 'refused'], 'refused'],
    ['REFUSED', rcode('REFUSED'), whole(alpha), 'found', ['refused', 'found'], 'found'],
    ['SERVFAIL', rcode('SERVFAIL'), whole(alpha), 'found', ['failed', 'found'], 'found'],
    [
      'REFUSED',
      rcode('REFUSED'),
      whole({ ...cut, name: `sub.${domain}` }),
      'undetermined',
      ['refused', 'failed'],
      'failed',
    ],
  ] as const)('deny where one of resolv.conf says %s, or not: %#', async (_, tcp, own, outcome, statuses, status) => {
    await using server = await hostileServer({ udp: (query) => answer(query, ownZone), tcp })
    await using authoritative = await hostileServer({ tcp: own })
    const report = await transferred(server, authoritative.port)
    expect(report).toMatchObject({ outcome, attempts: [{ status }] })
    const [attempt] = report.attempts
    expect(attempt?.servers?.map((each) => each.status)).toEqual(statuses)
    expect(attempt?.servers?.map((each) => each.server)).toEqual([server.server, authoritative.server])
  })

  it('are those whose denial counts also where a resolver before them refuses the transfer', async () => {
    await using authoritative = await hostileServer({ udp: (query) => answer(query, ownZone), tcp: whole() })
    await using resolver = await hostileServer({ udp: (query) => answer(query, ownZone), tcp: refusing })
    const report = await transferred([resolver, authoritative], authoritative.port)
    expect(report).toMatchObject({ outcome: 'absent', attempts: [{ status: 'empty', server: authoritative.server }] })
    expect(report.attempts[0]?.servers).toMatchObject([{ status: 'refused' }, { status: 'empty' }])
    expect(authoritative.queries.filter(({ type }) => type === 252)).toHaveLength(1)
  })

  it('are asked where a resolver before the one that denies refuses the transfer, and it is none of theirs', async () => {
    await using first = await hostileServer({ udp: (query) => answer(query, ownZone), tcp: refusing })
    await using second = await hostileServer({ udp: (query) => answer(query, ownZone), tcp: whole() })
    await using authoritative = await hostileServer({ tcp: whole(alpha) })
    const report = await transferred([first, second], authoritative.port)
    expect(report).toMatchObject({ outcome: 'found', attempts: [{ server: authoritative.server }] })
  })

  it('are not asked for when one of resolv.conf helps', async () => {
    await using server = await hostileServer({ udp: (query) => answer(query, []), tcp: whole() })
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

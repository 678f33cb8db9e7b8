import { seededRandom } from '@pstorage/discovery-core'
import { type DnsRecord, type HostileQuery, hostileServer, type ReplyOptions, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type AskOptions, attemptsOf, codesOf, endpointsOf, resolved } from './asked.js'
import { answer, domain, soaOf } from './good-zone.js'

const owner = `_pstorage._tcp.alpha.${domain}`
const srv = (target: string, port = 2510, priority = 0) =>
  ({ name: owner, type: 'SRV', port, priority, target }) as const
const a = (name: string, address: string) => ({ name, type: 'A', address }) as const
const aaaa = (name: string, address: string) => ({ name, type: 'AAAA', address }) as const
const h1 = `h1.${domain}`
const h2 = `h2.${domain}`

interface Row {
  readonly id: string
  readonly what: string
  readonly records: readonly DnsRecord[]
  /** The additional section of the SRV answer. */
  readonly glue?: readonly DnsRecord[]
  /** Another answer for some names. */
  readonly replies?: Readonly<Record<string, ReplyOptions>>
  readonly options?: AskOptions
  readonly outcome?: string
  readonly endpoints?: readonly string[]
  readonly warnings?: readonly string[]
  /** Status of the SRV attempt; default `found`. */
  readonly status?: string
  /** The most queries that it takes, where that matters. */
  readonly queries?: number
}

const rows: readonly Row[] = [
  {
    id: 'SRV-0',
    what: 'addresses of both families, asked for',
    records: [srv(h1), a(h1, '192.0.2.1'), aaaa(h1, '2001:db8::1')],
    endpoints: ['192.0.2.1:2510', '[2001:db8::1]:2510'],
    queries: 3,
  },
  {
    id: 'SRV-0',
    what: 'addresses that came along are not asked for',
    records: [srv(h1)],
    glue: [a('H1.PStorage.test', '192.0.2.1'), aaaa(h1, '2001:db8::1')],
    endpoints: ['192.0.2.1:2510', '[2001:db8::1]:2510'],
    queries: 1,
  },
  {
    id: 'SRV-1',
    what: 'the target "." says that it is not there',
    records: [srv('.', 0)],
    outcome: 'known',
    status: 'empty',
    warnings: ['srv-not-available'],
    queries: 1,
  },
  {
    id: 'SRV-2',
    what: 'port 0',
    records: [srv(h1, 0), srv(h2), a(h1, '192.0.2.1'), a(h2, '192.0.2.2')],
    endpoints: ['192.0.2.2:2510'],
    warnings: ['srv-port-invalid'],
  },
  {
    id: 'SRV-2',
    what: 'port 0 alone',
    records: [srv(h1, 0), a(h1, '192.0.2.1')],
    outcome: 'known',
    status: 'empty',
    warnings: ['srv-port-invalid'],
  },
  {
    id: 'SRV-3',
    what: 'a target that is an alias',
    records: [srv(h1)],
    replies: {
      [h1]: { answers: [{ name: h1, type: 'CNAME', target: 'real.other.test' }, a('real.other.test', '192.0.2.1')] },
    },
    endpoints: ['192.0.2.1:2510'],
    warnings: ['srv-target-alias'],
  },
  {
    id: 'SRV-4',
    what: 'a target that does not exist, among others',
    records: [srv(h1), srv(h2), a(h2, '192.0.2.2')],
    endpoints: ['192.0.2.2:2510'],
    warnings: ['srv-target-unresolved'],
  },
  {
    id: 'SRV-4',
    what: 'a target without an address',
    records: [srv(h1), { name: h1, type: 'TXT', strings: ['x'] }],
    outcome: 'known',
    status: 'empty',
    warnings: ['srv-target-unresolved'],
  },
  {
    id: 'SRV-4',
    what: 'a target that nobody can be asked about',
    records: [srv(h1)],
    replies: { [h1]: { rcode: 'SERVFAIL' } },
    outcome: 'known',
    status: 'failed',
    warnings: ['srv-target-unresolved'],
  },
  {
    id: 'SRV-4',
    what: 'a target whose IPv6 address nobody can be asked about',
    records: [srv(h1), a(h1, '192.0.2.1')],
    replies: { [`${h1} AAAA`]: { rcode: 'SERVFAIL' } },
    endpoints: ['192.0.2.1:2510'],
    warnings: ['srv-target-incomplete'],
  },
  {
    id: 'SRV-5',
    what: 'a target outside of the domain',
    records: [srv('mds.other.test'), a('mds.other.test', '192.0.2.1')],
    endpoints: ['192.0.2.1:2510'],
  },
  {
    id: 'SRV-5',
    what: 'targets: same-domain',
    records: [
      srv('mds.other.test'),
      srv('mds.evilpstorage.test'),
      srv(h1),
      a(h1, '192.0.2.1'),
      a('mds.other.test', '192.0.2.66'),
    ],
    options: { targets: 'same-domain' },
    endpoints: ['192.0.2.1:2510'],
    warnings: ['srv-target-foreign', 'srv-target-foreign'],
  },
  {
    id: 'SRV-5',
    what: 'targets: same-domain, and all are outside',
    records: [srv('mds.other.test')],
    options: { targets: 'same-domain' },
    outcome: 'known',
    status: 'empty',
    warnings: ['srv-target-foreign'],
    queries: 1,
  },
  {
    id: 'SRV-6',
    what: 'a target that is an address',
    records: [srv('192.0.2.1')],
    endpoints: ['192.0.2.1:2510'],
    warnings: ['srv-target-address'],
    queries: 1,
  },
  {
    id: 'SRV-8',
    what: 'the same host and port twice, and two hosts with one address',
    records: [srv(h1), srv('H1.pstorage.test', 2510, 5), srv(h2, 2510, 7), a(h1, '192.0.2.1'), a(h2, '192.0.2.1')],
    endpoints: ['192.0.2.1:2510'],
  },
  {
    id: 'SRV-8',
    what: 'the same host with two ports',
    records: [srv(h1, 2510, 1), srv(h1, 2511, 2), a(h1, '192.0.2.1')],
    endpoints: ['192.0.2.1:2510', '192.0.2.1:2511'],
  },
  {
    id: 'SRV-8',
    what: 'an IPv4 address inside of an IPv6 address is the IPv4 address',
    records: [srv(h1), a(h1, '192.0.2.1'), aaaa(h1, '::ffff:c000:201'), aaaa(h1, '::ffff:7f00:1')],
    endpoints: ['192.0.2.1:2510', '127.0.0.1:2510'],
    warnings: ['srv-address-local'],
  },
  {
    id: 'SRV-8',
    what: 'also where it came along',
    records: [srv(h1)],
    glue: [aaaa(h1, '::ffff:c000:201')],
    endpoints: ['192.0.2.1:2510'],
  },
  {
    id: 'SRV-9',
    what: 'one family of one target did not come along',
    records: [srv(h1), srv(h2, 2510, 1), a(h2, '192.0.2.2'), aaaa(h2, '2001:db8::2')],
    glue: [a(h1, '192.0.2.1'), aaaa(h1, '2001:db8::1'), a(h2, '192.0.2.2')],
    endpoints: ['192.0.2.1:2510', '[2001:db8::1]:2510', '192.0.2.2:2510', '[2001:db8::2]:2510'],
    queries: 3,
  },
  {
    id: 'SRV-9',
    what: 'one target did not come along, so others may have been cut',
    records: [srv(h1), srv(h2, 2510, 1), a(h1, '192.0.2.1'), aaaa(h1, '2001:db8::1'), a(h2, '192.0.2.2')],
    glue: [a(h1, '192.0.2.1')],
    endpoints: ['192.0.2.1:2510', '[2001:db8::1]:2510', '192.0.2.2:2510'],
    queries: 5,
  },
  {
    id: 'SRV-9',
    what: 'what came along serves where nobody can be asked for the rest',
    records: [srv(h1), srv(h2, 2510, 1)],
    glue: [a(h1, '192.0.2.1'), aaaa(h1, '2001:db8::1'), a(h2, '192.0.2.2')],
    replies: { [h2]: { rcode: 'SERVFAIL' } },
    endpoints: ['192.0.2.1:2510', '[2001:db8::1]:2510', '192.0.2.2:2510'],
    warnings: ['srv-target-incomplete'],
  },
  {
    id: 'SRV-9',
    what: 'addresses of other names came along',
    records: [srv(h1), a(h1, '192.0.2.1')],
    glue: [a(h2, '192.0.2.66'), a(`x.${h1}`, '192.0.2.66'), a(domain, '192.0.2.66')],
    endpoints: ['192.0.2.1:2510'],
    queries: 3,
  },
  {
    id: 'SRV-9',
    what: 'the address of a target outside of the domain came along',
    records: [srv('mds.other.test'), a('mds.other.test', '192.0.2.1')],
    glue: [a('mds.other.test', '192.0.2.66')],
    endpoints: ['192.0.2.1:2510'],
    queries: 3,
  },
  {
    id: 'SRV-9',
    what: 'an address of another class came along',
    records: [srv(h1), a(h1, '192.0.2.1')],
    glue: [{ ...a(h1, '192.0.2.66'), class: 3 }],
    endpoints: ['192.0.2.1:2510'],
    queries: 3,
  },
  ...['0.0.0.0', '0.1.2.3', '224.0.0.251', '255.255.255.255', '240.0.0.1'].map(
    (address): Row => ({
      id: 'DNS-38',
      what: `${address} is refused`,
      records: [srv(h1), srv(h2), a(h1, address), a(h2, '192.0.2.2')],
      endpoints: ['192.0.2.2:2510'],
      warnings: ['srv-address-refused'],
    }),
  ),
  ...['::', 'ff02::fb'].map(
    (address): Row => ({
      id: 'DNS-38',
      what: `${address} alone is refused, and the cluster known`,
      records: [srv(h1), aaaa(h1, address)],
      outcome: 'known',
      status: 'empty',
      warnings: ['srv-address-refused'],
    }),
  ),
  ...['127.0.0.1', '169.254.1.1'].map(
    (address): Row => ({
      id: 'DNS-38',
      what: `${address} is used, and warned of`,
      records: [srv(h1), a(h1, address)],
      endpoints: [`${address}:2510`],
      warnings: ['srv-address-local'],
    }),
  ),
  {
    id: 'DNS-38',
    what: '::1 and fe80::1 are used, and warned of',
    records: [srv(h1), aaaa(h1, '::1'), aaaa(h1, 'fe80::1')],
    endpoints: ['[::1]:2510', '[fe80::1]:2510'],
    warnings: ['srv-address-local', 'srv-address-local'],
  },
]

/** Answers from the records of a row. */
function serverOf({ records, glue = [], replies = {} }: Row) {
  return (query: HostileQuery) => {
    const name = query.name.toLowerCase()
    const special = replies[`${name} ${query.type === 28 ? 'AAAA' : 'A'}`] ?? replies[name]
    if (special !== undefined) return reply(query, { authorities: [soaOf(domain)], ...special })
    return answer(query, records, query.type === 33 ? { additionals: glue } : {})
  }
}

describe('SRV records', () => {
  it.each(rows)('$id: $what', async (row) => {
    await using server = await hostileServer({ udp: serverOf(row) })
    const report = await resolved([server], { random: seededRandom(2782), ...row.options })
    const { outcome = 'found', endpoints = [], warnings = [], status = 'found', queries } = row
    expect(report.outcome).toBe(outcome)
    expect(endpointsOf(report)).toEqual(endpoints)
    expect(codesOf(report)).toEqual(warnings)
    expect(attemptsOf(report)).toEqual([`dns-srv ${status}`])
    expect(report.attempts[0]?.count).toBe(endpoints.length)
    if (queries !== undefined) expect(server.queries).toHaveLength(queries)
  })

  it.each([
    ['IPv4 alone', ['192.0.2.10'], ['192.0.2.1', '192.0.2.9', '[2001:db8::1]']],
    ['IPv6 too', ['192.0.2.10', '2001:db8::10'], ['[2001:db8::1]', '192.0.2.1', '192.0.2.9']],
    ['IPv6 for the link only', ['192.0.2.10', 'fe80::10'], ['192.0.2.1', '192.0.2.9', '[2001:db8::1]']],
  ])(
    'CONF-4 RFC 6724: orders the addresses of a target by what this host has: %s',
    async (_, ownAddresses, expected) => {
      const records = [srv(h1), a(h1, '192.0.2.1'), a(h1, '192.0.2.9'), aaaa(h1, '2001:db8::1')]
      await using server = await hostileServer({ udp: (query) => answer(query, records) })
      const endpoints = endpointsOf(await resolved([server], { ownAddresses }))
      expect(endpoints).toEqual(expected.map((address) => `${address}:2510`))
    },
  )

  it('say where they came from', async () => {
    const records = [
      { ...srv(h1, 2511, 10), weight: 20, ttl: 60 },
      { ...a(h1, '192.0.2.1'), ttl: 30 },
    ]
    await using server = await hostileServer({ udp: (query) => answer(query, records) })
    const { endpoints, cluster } = await resolved([server], { cluster: 'Alpha' })
    expect(cluster).toBe('Alpha')
    expect(endpoints).toEqual([
      {
        address: '192.0.2.1',
        port: 2511,
        host: h1,
        priority: 10,
        weight: 20,
        ttl: 30,
        sources: [
          {
            backend: 'dns',
            method: 'dns-srv',
            origin: `_pstorage._tcp.Alpha.${domain} @${server.server}`,
            ttl: 30,
            authenticated: false,
          },
        ],
      },
    ])
  })

  it('SRV-7: come in the order of priorities, and the same seed draws the same order', async () => {
    const hosts = Array.from({ length: 12 }, (_, index) => `m${index}.${domain}`)
    const records = hosts.flatMap((host, index) => [
      { ...srv(host, 2510, index % 2), weight: index * 100 },
      a(host, `192.0.2.${index}`),
    ])
    await using server = await hostileServer({
      udp: (query) => reply(query, { truncated: true }),
      tcp: (query) => answer(query, records),
    })
    const order = async (seed: number) => endpointsOf(await resolved([server], { random: seededRandom(seed) }))
    const first = await order(1)
    expect(await order(1)).toEqual(first)
    expect(await order(2)).not.toEqual(first)
    const { endpoints } = await resolved([server])
    expect(endpoints.map(({ priority }) => priority)).toEqual([...Array(6).fill(0), ...Array(6).fill(1)])
  })

  it('SRV-8: a hundred addresses of one host are all there, in the order of the answer', async () => {
    const addresses = Array.from({ length: 100 }, (_, index) => `192.0.2.${index}`)
    const records = [srv(h1), ...addresses.map((address) => a(h1, address))]
    await using server = await hostileServer({ udp: (query) => answer(query, records) })
    expect(endpointsOf(await resolved([server]))).toEqual(addresses.map((address) => `${address}:2510`))
  })
})

describe('a cluster without SRV records', () => {
  const names = (text: string) => ({ name: `pstorage_clusters.${domain}`, type: 'TXT', strings: [text] }) as const

  it.each([
    ['SRV-10', 'that is listed is known', [names('beta,alpha')], 'known', ['dns-srv empty', 'dns-txt found']],
    [
      'SRV-10',
      'that is listed in other letter case is known',
      [names('ALPHA')],
      'known',
      ['dns-srv empty', 'dns-txt found'],
    ],
    ['SRV-10', 'that is not listed is absent', [names('beta')], 'absent', ['dns-srv empty', 'dns-txt empty']],
    ['SRV-10', 'where nothing is listed is absent', [], 'absent', ['dns-srv empty', 'dns-txt empty']],
  ] as const)('%s: %s', async (_, __, records, outcome, attempts) => {
    await using server = await hostileServer({ udp: (query) => answer(query, records) })
    const report = await resolved([server])
    expect(report).toMatchObject({ outcome, endpoints: [] })
    expect(attemptsOf(report)).toEqual(attempts)
  })

  it('SRV-10: is undetermined where the names could not be asked for', async () => {
    await using server = await hostileServer({
      udp: (query) => (query.type === 16 ? reply(query, { rcode: 'REFUSED' }) : answer(query, [])),
    })
    const report = await resolved([server])
    expect(report.outcome).toBe('undetermined')
    expect(attemptsOf(report)).toEqual(['dns-srv empty', 'dns-txt refused'])
  })
})

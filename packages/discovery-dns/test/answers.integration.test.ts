import {
  type DnsRecord,
  type HostileQuery,
  hostileServer,
  type RcodeName,
  type ReplyOptions,
  reply,
} from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { attemptsOf, codesOf, discovered, endpointsOf, namesOf, resolved } from './asked.js'
import { answer, domain, goodEndpoint, goodRecords, soaOf } from './good-zone.js'

const SRV = 33
const TXT = 16
const owner = `_pstorage._tcp.alpha.${domain}`

interface FaultyRow {
  readonly id: string
  readonly what: string
  readonly options: (query: HostileQuery) => ReplyOptions
  readonly status: string
  readonly code: string
}

const rcode = (code: RcodeName, status: string): FaultyRow => ({
  id: 'DNS-17',
  what: code,
  options: () => ({ rcode: code }),
  status,
  code,
})
const another = { name: `other.${domain}`, type: 'SRV', port: 666, target: `evil.${domain}` } as const

function askedFor({ name, type }: HostileQuery): DnsRecord {
  if (type === SRV) return { ...another, name }
  return type === TXT
    ? { name, type: 'TXT', strings: ['evil'] }
    : { name, type, data: Buffer.alloc(type === 28 ? 16 : 4, 1) }
}

const faulty: readonly FaultyRow[] = [
  rcode('FORMERR', 'failed'),
  rcode('SERVFAIL', 'failed'),
  rcode('NOTIMP', 'failed'),
  rcode('REFUSED', 'refused'),
  rcode('NOTAUTH', 'refused'),
  { ...rcode('BADVERS', 'failed'), id: 'DNS-16', options: () => ({ rcode: 'BADVERS', edns: { version: 1 } }) },
  {
    id: 'DNS-18',
    what: 'a lame server that is empty',
    options: () => ({ authoritative: false }),
    status: 'failed',
    code: 'LAME',
  },
  {
    id: 'DNS-18',
    what: 'a lame server that refers upward',
    options: () => ({ authoritative: false, authorities: [{ name: '.', type: 'NS', target: 'a.root-servers.test' }] }),
    status: 'failed',
    code: 'LAME',
  },
  {
    id: 'DNS-24',
    what: 'records of another name',
    options: () => ({ answers: [another] }),
    status: 'malformed',
    code: 'EBADREPLY',
  },
  {
    id: 'DNS-24',
    what: 'records of another class',
    options: ({ name }) => ({ answers: [{ ...another, name, class: 3 }] }),
    status: 'malformed',
    code: 'EBADREPLY',
  },
  {
    id: 'DNS-24',
    what: 'records of another type',
    options: ({ name }) => ({ answers: [{ name, type: 65_280, data: Buffer.of(1) }] }),
    status: 'malformed',
    code: 'EBADREPLY',
  },
  {
    id: 'DNS-24',
    what: 'the records in the authority section',
    options: (query) => ({ authorities: [askedFor(query)] }),
    status: 'malformed',
    code: 'EBADREPLY',
  },
  {
    id: 'DNS-24',
    what: 'the records in the additional section',
    options: (query) => ({ additionals: [askedFor(query)] }),
    status: 'malformed',
    code: 'EBADREPLY',
  },
]

describe('an answer that is none', () => {
  it.each(faulty)('$id: $what, is undetermined, by resolve and discover', async ({ options, status, code }) => {
    await using server = await hostileServer({ udp: (query) => reply(query, options(query)) })
    const expected = { status, server: server.server, error: { code } }
    expect(await resolved([server])).toMatchObject({ outcome: 'undetermined', attempts: [expected] })
    const report = await discovered([server])
    expect(report).toMatchObject({ outcome: 'undetermined', clusters: [], attempts: [expected, { status: 'skipped' }] })
  })

  it.each(faulty)('$id: $what, is passed over when the next server answers', async ({ options }) => {
    await using first = await hostileServer({ udp: (query) => reply(query, options(query)) })
    await using second = await hostileServer({ udp: answer })
    const report = await resolved([first, second])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(codesOf(report)).toContain('dns-server-fault')
    expect(report.warnings[0]?.message).toContain(first.server)
    expect(report.attempts[0]).toMatchObject({ status: 'found', server: second.server })
    expect(report.attempts[0]?.detail).toContain(first.server)
  })

  it.each(faulty)(
    '$id: $what, is not made good by the denial of the next server',
    async ({ options, status, code }) => {
      await using first = await hostileServer({ udp: (query) => reply(query, options(query)) })
      await using second = await hostileServer({ udp: answer })
      const report = await resolved([first, second], { cluster: 'nosuch' })
      expect(report).toMatchObject({
        outcome: 'undetermined',
        attempts: [
          {
            status,
            server: first.server,
            error: { code },
            servers: [
              { server: first.server, status, error: { code } },
              { server: second.server, status: 'empty', error: null, detail: 'NXDOMAIN' },
            ],
          },
        ],
      })
      for (const { server } of [first, second]) expect(report.attempts[0]?.error?.message).toContain(server)
    },
  )

  it('DNS-17: of several faults the one that tells most is shown, and all are named', async () => {
    await using silent = await hostileServer({ udp: 'closed' })
    await using failing = await hostileServer({ udp: (query) => reply(query, { rcode: 'SERVFAIL' }) })
    await using refusing = await hostileServer({ udp: (query) => reply(query, { rcode: 'REFUSED' }) })
    const { outcome, attempts } = await resolved([silent, failing, refusing])
    expect(outcome).toBe('undetermined')
    expect(attempts).toMatchObject([{ status: 'refused', server: refusing.server, error: { code: 'REFUSED' } }])
    for (const { server } of [silent, failing, refusing]) expect(attempts[0]?.error?.message).toContain(server)
  })
})

describe('an answer', () => {
  it('DNS-4: may repeat the question in other letter case', async () => {
    const shouted = (query: HostileQuery) =>
      answer(query, goodRecords, { questions: [{ name: query.name.toUpperCase(), type: query.type }] })
    await using server = await hostileServer({ udp: shouted })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
  })

  it.each([
    ['NXDOMAIN', []],
    ['NODATA', [{ name: `_pstorage._tcp.nosuch.${domain}`, type: 'A', address: '192.0.2.1' }]],
  ] as const)('DNS-19: %s is a no, and says so', async (why, records) => {
    await using server = await hostileServer({ udp: (query) => answer(query, records) })
    const report = await resolved([server], { cluster: 'nosuch' })
    expect(report).toMatchObject({
      outcome: 'absent',
      attempts: [{ status: 'empty', detail: why }, { status: 'empty' }],
    })
  })

  it('DNS-20: a "no" of the first server is not asked about again', async () => {
    await using first = await hostileServer({ udp: (query) => answer(query, []) })
    await using second = await hostileServer({ udp: answer })
    expect(await resolved([first, second])).toMatchObject({ outcome: 'absent' })
    expect(second.queries).toEqual([])
  })

  it('DNS-27: may be larger than what was announced', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `cluster-${index}`)
    const strings = Array.from({ length: 10 }, (_, index) => names.slice(index * 10, index * 10 + 10).join())
    const records = [{ name: `pstorage_clusters.${domain}`, type: 'TXT', strings: [...strings, ...strings] }] as const
    await using server = await hostileServer({
      udp: (query) => answer(query, records, { edns: { payloadSize: 65_535 } }),
    })
    expect(namesOf(await discovered([server])).toSorted()).toEqual(names.toSorted())
  })

  it('DNS-33: may have compressed names in SRV records', async () => {
    await using server = await hostileServer({ udp: (query) => answer(query, goodRecords, { compress: 'all' }) })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
  })

  it('DNS-35: may have records of DNSSEC and of unknown types around', async () => {
    const around = (name: string) => [46, 47, 65_280].map((type) => ({ name, type, data: Buffer.of(1, 2, 3) }))
    const withMore = (query: HostileQuery) => {
      const answers = goodRecords.filter(
        ({ name, type }) => name === query.name && query.type === (type === 'SRV' ? SRV : 1),
      )
      return reply(query, {
        answers: [...around(query.name), ...answers],
        authorities: around(domain),
        additionals: around('x.test'),
      })
    }
    await using server = await hostileServer({ udp: withMore })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
  })

  it('DNS-26: has the least TTL; above 2^31 - 1 means 0', async () => {
    const txt = { name: `pstorage_clusters.${domain}`, type: 'TXT' } as const
    const records = (ttl: number) => [
      { ...txt, ttl: 300, strings: ['alpha'] },
      { ...txt, ttl, strings: ['beta'] },
    ]
    for (const [sent, expected] of [
      [60, 60],
      [0, 0],
      [0x8000_0000, 0],
    ] as const) {
      await using server = await hostileServer({ udp: (query) => answer(query, records(sent)) })
      const { clusters } = await discovered([server])
      expect(clusters.map(({ sources }) => sources[0]?.ttl)).toEqual([expected, expected])
    }
  })
})

describe('EDNS', () => {
  it('announces 1,232 octets, and asks for no DNSSEC records', async () => {
    await using server = await hostileServer({ udp: answer })
    await resolved([server])
    const [query] = server.queries
    expect(query?.edns).toBe(true)
    // The record, and the one option in it: a cookie of eight octets.
    const opt = Buffer.of(0, 0, 41, 1232 >> 8, 1232 & 255, 0, 0, 0, 0, 0, 12, 0, 10, 0, 8)
    expect(query?.bytes.subarray(-23, -8)).toEqual(opt)
  })

  it.each([
    ['FORMERR with the question', (query: HostileQuery) => reply(query, { rcode: 'FORMERR' })],
    ['FORMERR without the question', (query: HostileQuery) => reply(query, { rcode: 'FORMERR', questions: [] })],
    [
      'FORMERR as a header alone',
      (query: HostileQuery) => reply(query, { rcode: 'FORMERR', questions: [] }).subarray(0, 12),
    ],
    ['NOTIMP', (query: HostileQuery) => reply(query, { rcode: 'NOTIMP' })],
    ['NOTIMP without the question', (query: HostileQuery) => reply(query, { rcode: 'NOTIMP', questions: [] })],
    ['BADVERS', (query: HostileQuery) => reply(query, { rcode: 'BADVERS', edns: {} })],
  ] as const)('DNS-15: is left out at once for a server that says %s', async (_, dislike) => {
    await using server = await hostileServer({ udp: (query) => (query.edns ? dislike(query) : answer(query)) })
    const report = await resolved([server], { timeout: 2_000 })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.warnings).toEqual([])
    expect(server.queries.slice(0, 2)).toMatchObject([
      { name: owner, edns: true },
      { name: owner, edns: false },
    ])
    expect(server.queries[0]?.id).not.toBe(server.queries[1]?.id)
  })

  it('DNS-15: is left out over TCP too', async () => {
    await using server = await hostileServer({
      udp: (query) => reply(query, { truncated: true }),
      tcp: (query) => (query.edns ? reply(query, { rcode: 'FORMERR' }) : answer(query)),
    })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
  })

  it('DNS-15: a server that also dislikes the plain question has failed', async () => {
    await using server = await hostileServer({ udp: (query) => reply(query, { rcode: 'FORMERR', questions: [] }) })
    const report = await resolved([server])
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'failed', error: { code: 'FORMERR' } }],
    })
    expect(server.queries).toHaveLength(2)
  })

  it('DNS-16: unknown options are passed over', async () => {
    const options = Buffer.of(0xff, 0xf0, 0, 2, 1, 2)
    await using server = await hostileServer({ udp: (query) => answer(query, goodRecords, { edns: { options } }) })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
  })
})

describe('an alias', () => {
  const link = (from: string, to: string) => ({ name: from, type: 'CNAME', target: to }) as const
  const service = (name: string) => ({ name, type: 'SRV', port: 2510, target: `h1.${domain}` }) as const
  const host = { name: `h1.${domain}`, type: 'A', address: '192.0.2.1' } as const
  const step = (index: number) => (index === 0 ? owner : `a${index}.${domain}`)
  const chain = (length: number) => Array.from({ length }, (_, index) => link(step(index), step(index + 1)))

  /** Answers SRV questions with everything in one message. */
  const atOnce =
    (records: readonly (ReturnType<typeof link> | ReturnType<typeof service>)[]) => (query: HostileQuery) =>
      query.type === SRV ? reply(query, { answers: records }) : answer(query, [host])
  /** Answers with one alias a time. */
  const oneByOne =
    (records: readonly (ReturnType<typeof link> | ReturnType<typeof service>)[]) => (query: HostileQuery) => {
      const own = records.filter(({ name }) => name === query.name)
      return query.type === SRV && own.length > 0 ? reply(query, { answers: own }) : answer(query, [host])
    }

  it.each([
    ['DNS-21', 'in the same message', atOnce([...chain(1), service(step(1))])],
    ['DNS-21', 'in the same message, eight of them', atOnce([...chain(8), service(step(8))])],
    ['DNS-22', 'alone', oneByOne([...chain(1), service(step(1))])],
    ['DNS-22', 'eight of them, one by one', oneByOne([...chain(8), service(step(8))])],
  ] as const)('%s: %s, is followed', async (_, __, udp) => {
    await using server = await hostileServer({ udp })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.endpoints[0]?.sources[0]?.origin).toBe(`${owner} @${server.server}`)
  })

  it.each([
    ['of itself', atOnce([link(owner, owner)])],
    ['of itself, asked for', oneByOne([link(owner, owner)])],
    ['of one another, in one message', atOnce([link(owner, step(1)), link(step(1), owner)])],
    ['of one another, one by one', oneByOne([link(owner, step(1)), link(step(1), owner)])],
    ['nine of them', oneByOne([...chain(9), service(step(9))])],
    ['a hundred of them, in one message', atOnce(chain(100))],
    ['a hundred of them, one by one', oneByOne(chain(100))],
  ] as const)('DNS-23: %s, leads nowhere', async (_, udp) => {
    await using server = await hostileServer({ udp })
    const report = await resolved([server], { timeout: 2_000 })
    // The owner exists, wherever it leads.
    expect(report).toMatchObject({
      outcome: 'known',
      attempts: [{ status: 'malformed', error: { code: 'EALIAS' } }],
      warnings: [{ code: 'srv-alias-dangling' }],
    })
    expect(server.queries.length).toBeLessThanOrEqual(9)
  })

  it('DNS-22: whose target does not exist shows that the cluster exists', async () => {
    const dangling = (query: HostileQuery) => {
      const answers = query.name === owner ? [link(owner, `gone.${domain}`)] : []
      return reply(query, { answers, rcode: 'NXDOMAIN', authorities: [soaOf(domain)] })
    }
    await using server = await hostileServer({ udp: dangling })
    const report = await resolved([server])
    expect(report).toMatchObject({ outcome: 'known', attempts: [{ method: 'dns-srv', status: 'empty' }] })
    expect(report.warnings).toEqual([
      {
        code: 'srv-alias-dangling',
        message: `${owner} is an alias of gone.${domain}, which has no SRV records (NXDOMAIN)`,
      },
    ])
  })

  it('DNS-22: of the list whose target does not exist is no denial', async () => {
    const list = `pstorage_clusters.${domain}`
    const dangling = (query: HostileQuery) => {
      const answers = query.name === list ? [link(list, `gone.${domain}`)] : []
      return reply(query, { answers, rcode: 'NXDOMAIN', authorities: [soaOf(domain)] })
    }
    await using server = await hostileServer({ udp: dangling })
    const report = await resolved([server], { cluster: 'nosuch' })
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [
        { method: 'dns-srv', status: 'empty' },
        { method: 'dns-txt', status: 'failed', error: { code: 'EALIAS' } },
      ],
    })
  })

  it.each([
    ['the search domain', domain],
    ['a domain above it', 'test'],
  ])('made by a DNAME record of %s shows nothing', async (_, redirected) => {
    const away = (query: HostileQuery) => {
      const target = query.name.replace(domain, 'elsewhere.test')
      const answers = [
        { name: redirected, type: 39, data: Buffer.from('\x09elsewhere\x04test\0') },
        link(query.name, target),
      ]
      return reply(query, { answers, rcode: 'NXDOMAIN', authorities: [soaOf('elsewhere.test')] })
    }
    await using server = await hostileServer({ udp: away })
    const report = await resolved([server], { cluster: 'nosuch' })
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'failed', error: { code: 'EREDIRECTED' } }],
    })
  })

  it('DNS-22: whose target no server answers for shows that the cluster exists', async () => {
    const elsewhere = (query: HostileQuery) =>
      query.name === owner
        ? reply(query, { answers: [link(owner, 'alpha.other.test')] })
        : reply(query, { rcode: 'REFUSED' })
    await using server = await hostileServer({ udp: elsewhere })
    const report = await resolved([server])
    expect(report.outcome).toBe('known')
    expect(attemptsOf(report)).toEqual(['dns-srv refused'])
  })

  it('of the names is followed, and its TTL counts', async () => {
    const records = [
      { name: `pstorage_clusters.${domain}`, type: 'CNAME', ttl: 5, target: 'names.other.test' },
      { name: 'names.other.test', type: 'TXT', strings: ['alpha'] },
    ] as const
    await using server = await hostileServer({ udp: (query) => reply(query, { answers: records }) })
    const report = await discovered([server])
    expect(namesOf(report)).toEqual(['alpha'])
    expect(report.clusters[0]?.sources[0]).toMatchObject({
      ttl: 5,
      origin: `pstorage_clusters.${domain} @${server.server}`,
    })
  })
})

describe('a large answer', () => {
  it('DNS-34: has 14,000 names, 63 KiB over TCP', async () => {
    const names = Array.from({ length: 14_000 }, (_, index) => index.toString(36))
    const strings = Array.from({ length: 280 }, (_, index) => names.slice(index * 50, index * 50 + 50).join())
    const records = strings.map(
      (each) => ({ name: `pstorage_clusters.${domain}`, type: 'TXT', strings: [each] }) as const,
    )
    await using server = await hostileServer({
      udp: (query) => reply(query, { truncated: true }),
      tcp: (query) => answer(query, records),
    })
    const report = await discovered([server])
    expect(report.clusters).toHaveLength(14_000)
    expect(report.attempts[0]).toMatchObject({ status: 'found', count: 14_000, detail: 'by TCP after truncation' })
  })

  it('DNS-34: has 1,300 targets, of which the best 1,000 are used', async () => {
    const targets = Array.from({ length: 1_300 }, (_, index) => ({
      host: `h${index}.${domain}`,
      address: `10.0.${index >> 8}.${index & 255}`,
    }))
    const answers = targets.map(
      ({ host }, index) => ({ name: owner, type: 'SRV', port: 2510, priority: index, target: host }) as const,
    )
    const additionals = targets.map(({ host, address }) => ({ name: host, type: 'A', address }) as const)
    await using server = await hostileServer({
      udp: (query) => reply(query, { truncated: true }),
      tcp: (query) => reply(query, { answers, additionals, compress: 'all' }),
    })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual(targets.slice(0, 1_000).map(({ address }) => `${address}:2510`))
    expect(codesOf(report)).toEqual(['srv-too-many'])
  })

  const targetsOf = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      return { name: owner, type: 'SRV', port: 2510, priority: index, target: `h${index}.${domain}` } as const
    })

  it('SEC-5: has 1,000 targets without addresses, of which the best 128 are asked for', async () => {
    const address = { type: 'A', address: '192.0.2.1' } as const
    await using server = await hostileServer({
      udp: (query) => {
        if (query.type === SRV) return reply(query, { truncated: true })
        return answer(query, query.type === 1 ? [{ ...address, name: query.name }] : [])
      },
      tcp: (query) => reply(query, { answers: targetsOf(1_000), compress: 'all' }),
    })
    const report = await resolved([server], { timeout: 30_000 })
    expect(report.outcome).toBe('found')
    const hosts = new Set(server.queries.flatMap(({ name, type }) => (type === 1 || type === 28 ? [name] : [])))
    expect([...hosts]).toEqual(targetsOf(128).map(({ target }) => target))
    expect(codesOf(report)).toEqual(['dns-too-many-questions'])
    expect(report.attempts[0]).toMatchObject({ status: 'found', incomplete: true })
  })

  it.each([
    ['addresses', 'A'],
    ['aliases', 'CNAME'],
  ] as const)('SEC-5: has 100 targets whose %s are eight aliases away', async (_, end) => {
    // h1 is an alias of 1.h1, that of 2.h1, and so on: an answer for each.
    const next = (name: string): string => {
      const [, step = '0', host] = /^(?:(\d+)\.)?(h.*)$/.exec(name) ?? []
      return `${Number(step) + 1}.${host}`
    }
    await using server = await hostileServer({
      udp: (query) => {
        if (query.type === SRV) return reply(query, { truncated: true })
        const isEnd = end === 'A' && query.name.startsWith('7.')
        if (isEnd) return answer(query, [{ name: query.name, type: 'A', address: '192.0.2.1' }])
        return reply(query, { answers: [{ name: query.name, type: 'CNAME', target: next(query.name) }] })
      },
      tcp: (query) => reply(query, { answers: targetsOf(100), compress: 'all' }),
    })
    const report = await resolved([server], { timeout: 30_000 })
    expect(['found', 'known', 'undetermined']).toContain(report.outcome)
    const questions = new Set(server.queries.map(({ name, type }) => `${name} ${type}`))
    // And that for SRV.
    expect(questions.size).toBeLessThanOrEqual(256 + 1)
    expect(codesOf(report)).toContain('dns-too-many-questions')
  })

  it('SEC-5: has 1,000 addresses of one target, of which 256 are used', async () => {
    const addresses = Array.from({ length: 1_000 }, (_, index) => {
      return { name: `h0.${domain}`, type: 'A', address: `10.0.${index >> 8}.${index & 255}` } as const
    })
    await using server = await hostileServer({
      udp: (query) => (query.type === 1 ? reply(query, { truncated: true }) : answer(query, targetsOf(1))),
      tcp: (query) => reply(query, { answers: addresses, compress: 'all' }),
    })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual(addresses.slice(0, 256).map(({ address }) => `${address}:2510`))
    expect(codesOf(report)).toEqual(['srv-too-many-addresses'])
    expect(report.attempts[0]).toMatchObject({ status: 'found', count: 256, incomplete: true })
  })
})

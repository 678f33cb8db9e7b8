import { discoverClusters, formatEndpoint, simulatedClock } from '@pstorage/discovery-core'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { nameFromText, nameToWire } from '@pstorage/dns-message'
import {
  type DnsRecord,
  framed,
  type HostileQuery,
  hostileServer,
  type RcodeName,
  reply,
  type TcpScript,
  type TcpStep,
} from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { type AskOptions, attemptsOf, codesOf, discovered, namesOf } from './asked.js'
import { answer, domain, soaOf } from './good-zone.js'

const service = (cluster: string, zone = domain): DnsRecord => {
  return { name: `_pstorage._tcp.${cluster}.${zone}`, type: 'SRV', port: 2510, target: `h1.${domain}` }
}
const start = soaOf(domain)
const names = [{ name: `pstorage_clusters.${domain}`, type: 'TXT', strings: ['listed'] }] as const
/** Answers for the zone, with one listed name, and leaves transfers to the script. */
const udp = (query: HostileQuery) => answer(query, names)
const message = (query: HostileQuery, ...answers: readonly DnsRecord[]) => reply(query, { answers })
const whole = (query: HostileQuery) => message(query, start, service('alpha'), service('beta'), start)

interface Row {
  readonly id: string
  readonly what: string
  readonly tcp: TcpScript
  readonly status?: string
  readonly code?: string
  readonly options?: AskOptions
}

const rcode = (code: RcodeName, status: string, id = 'AX-1'): Row => ({
  id,
  what: code,
  tcp: (query) => reply(query, { rcode: code }),
  status,
  code,
})
const malformed = { status: 'malformed', code: 'EBADTRANSFER' } as const

const failing: readonly Row[] = [
  rcode('REFUSED', 'refused'),
  rcode('NOTAUTH', 'refused'),
  rcode('NOTIMP', 'failed'),
  rcode('SERVFAIL', 'failed'),
  rcode('FORMERR', 'failed'),
  { id: 'AX-1', what: 'no TCP', tcp: 'closed', status: 'unreachable', code: 'ECONNREFUSED' },
  {
    id: 'AX-2',
    what: 'first record not SOA',
    tcp: (query) => message(query, service('alpha'), start, start),
    ...malformed,
  },
  {
    id: 'AX-2',
    what: 'SOA of another zone',
    tcp: (query) => message(query, soaOf('test'), service('alpha'), soaOf('test')),
    ...malformed,
  },
  {
    id: 'AX-3',
    what: 'no final SOA, then FIN',
    tcp: (query) => [message(query, start, service('alpha')), message(query, service('beta')), 'end'],
    status: 'failed',
    code: 'ECLOSED',
  },
  {
    id: 'AX-3',
    what: 'no final SOA, then RST',
    tcp: (query) => [message(query, start, service('alpha')), { pause: 20 }, 'reset'],
    status: 'unreachable',
    code: 'ECONNRESET',
  },
  {
    id: 'AX-3',
    what: 'no final SOA, then silence',
    tcp: (query) => message(query, start, service('alpha')),
    options: { transferLimits: { silence: 100 } },
    status: 'timeout',
    code: 'ELIMIT',
  },
  {
    id: 'AX-3',
    what: 'half of the last message',
    tcp: (query) => [{ raw: framed(whole(query)).subarray(0, -10) }, 'end'],
    status: 'failed',
    code: 'ECLOSED',
  },
  {
    id: 'AX-4',
    what: 'another final SOA, twice',
    tcp: (query) => message(query, start, service('alpha'), soaOf(domain, 2)),
    status: 'failed',
    code: 'EZONECHANGED',
  },
  {
    id: 'AX-5',
    what: 'a third SOA',
    tcp: (query) => message(query, start, service('alpha'), start, start),
    ...malformed,
  },
  {
    id: 'AX-5',
    what: 'records after the final SOA',
    tcp: (query) => message(query, start, start, service('alpha')),
    ...malformed,
  },
  {
    id: 'AX-6',
    what: 'another id in the second message',
    tcp: (query) => [message(query, start, service('alpha')), reply(query, { id: query.id ^ 1, answers: [start] })],
    ...malformed,
  },
  {
    id: 'AX-7',
    what: 'another question in the second message',
    tcp: (query) => [
      message(query, start, service('alpha')),
      reply(query, { questions: [{ name: 'other.test', type: 252 }], answers: [start] }),
    ],
    ...malformed,
  },
  {
    id: 'AX-7',
    what: 'no question in the first message',
    tcp: (query) => reply(query, { questions: [], answers: [start, start] }),
    ...malformed,
  },
  {
    id: 'AX-8',
    what: 'SERVFAIL in the third message',
    tcp: (query) => [message(query, start), message(query, service('alpha')), reply(query, { rcode: 'SERVFAIL' })],
    status: 'failed',
    code: 'SERVFAIL',
  },
  {
    id: 'AX-10',
    what: 'messages without a record, without end',
    *tcp(query): Generator<TcpStep> {
      yield message(query, start)
      for (;;) yield message(query)
    },
    ...malformed,
  },
  {
    id: 'AX-11',
    what: 'records without end, more than allowed',
    *tcp(query): Generator<TcpStep> {
      yield message(query, start)
      for (let index = 0; ; index += 1) yield message(query, service(`c${index}`))
    },
    options: { transferLimits: { records: 1_000 } },
    status: 'failed',
    code: 'ELIMIT',
  },
  {
    id: 'AX-11',
    what: 'octets without end, more than allowed',
    *tcp(query): Generator<TcpStep> {
      yield message(query, start)
      for (;;) yield message(query, { name: domain, type: 'TXT', strings: [Buffer.alloc(255, 'x')] })
    },
    options: { transferLimits: { bytes: 100_000 } },
    status: 'failed',
    code: 'ELIMIT',
  },
  {
    id: 'SEC-2',
    what: 'names without end, for more memory than allowed',
    *tcp(query): Generator<TcpStep> {
      yield message(query, start)
      for (let index = 0; ; index += 1) yield message(query, service(`c${index}`))
    },
    options: { transferLimits: { memory: 100_000 } },
    status: 'failed',
    code: 'ELIMIT',
  },
  {
    id: 'AX-11',
    what: 'records without end, longer than allowed',
    *tcp(query): Generator<TcpStep> {
      yield message(query, start)
      for (;;) {
        yield message(query, service('alpha'))
        yield { pause: 10 }
      }
    },
    options: { transferLimits: { time: 200 } },
    status: 'timeout',
    code: 'ELIMIT',
  },
  { id: 'AX-12', what: 'TC', tcp: (query) => reply(query, { truncated: true, answers: [start, start] }), ...malformed },
  {
    id: 'AX-23',
    what: 'differences as in IXFR',
    tcp: (query) =>
      message(query, soaOf(domain, 3), start, service('alpha'), soaOf(domain, 3), service('beta'), soaOf(domain, 3)),
    status: 'failed',
    code: 'EZONECHANGED',
  },
  { id: 'TCP-2', what: 'a length of 0', tcp: () => ({ raw: Buffer.of(0, 0) }), ...malformed },
  { id: 'DNS-30', what: 'rubbish', tcp: (query) => Buffer.concat([whole(query), Buffer.of(0)]), ...malformed },
]

const working: readonly Row[] = [
  { id: 'AX-0', what: 'one message', tcp: whole },
  {
    id: 'AX-7',
    what: 'later messages without a question',
    tcp: (query) => [
      message(query, start, service('alpha')),
      reply(query, { questions: [], answers: [service('beta')] }),
      reply(query, { questions: [], answers: [start] }),
    ],
  },
  {
    id: 'AX-10',
    what: 'a record a message',
    tcp: (query) => [start, service('alpha'), service('beta'), start].map((record) => message(query, record)),
  },
  { id: 'AX-10', what: 'octet by octet', tcp: (query) => ({ slowly: framed(whole(query)), every: 0 }) },
  {
    id: 'AX-12',
    what: 'AA=0, RA=1',
    tcp: (query) =>
      reply(query, {
        authoritative: false,
        recursionAvailable: true,
        answers: [start, service('alpha'), service('beta'), start],
      }),
  },
  {
    id: 'AX-14',
    what: 'compression in every name, mixed case, names below a delegation',
    tcp: (query) =>
      reply(query, {
        compress: 'all',
        answers: [
          start,
          { name: `beta.${domain}`, type: 'NS', target: `ns.beta.${domain}` },
          { ...service('alpha'), name: `_PSTORAGE._Tcp.alpha.PStorage.TEST` },
          service('beta'),
          service('alpha'),
          soaOf('PSTORAGE.test'),
        ],
      }),
  },
  {
    id: 'AX-15',
    what: 'the same record 100,000 times',
    *tcp(query): Generator<TcpStep> {
      yield message(query, start, service('beta'))
      const many = message(query, ...Array<DnsRecord>(500).fill(service('alpha')))
      for (let count = 0; count < 200; count += 1) yield many
      yield message(query, start)
    },
  },
  {
    id: 'AX-4',
    what: 'a zone that changes during the first transfer',
    tcp: (query) => (query.index === 0 ? message(query, start, service('old'), soaOf(domain, 2)) : whole(query)),
  },
]

describe('a transfer', () => {
  it.each(failing)('$id: $what, fails alone, and nothing of it is used', async ({ tcp, options, status, code }) => {
    await using server = await hostileServer({ udp, tcp })
    const report = await discovered([server], { axfr: 'always', timeout: 2_000, ...options })
    expect(namesOf(report)).toEqual(['listed'])
    expect(report.outcome).toBe('found')
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ target: domain, server: server.server, status, count: 0, error: { code } })
    expect(codesOf(report)).toEqual(code === 'ELIMIT' ? ['axfr-limit'] : [])
    if (tcp !== 'closed') await server.disconnected(code === 'EZONECHANGED' ? 2 : 1)
    // No cycle of retries: once, and once more where the zone has changed.
    expect(server.queries.filter(({ transport }) => transport === 'tcp').length).toBeLessThanOrEqual(2)
  })

  it.each(failing)('$id: $what, makes nothing absent', async ({ tcp, options }) => {
    await using server = await hostileServer({ udp: (query) => answer(query, []), tcp })
    const report = await discovered([server], { axfr: 'always', timeout: 2_000, ...options })
    expect(report).toMatchObject({ outcome: 'undetermined', clusters: [] })
  })

  it.each(working)('$id: $what, is used', async ({ tcp }) => {
    await using server = await hostileServer({ udp: (query) => answer(query, []), tcp })
    const report = await discovered([server])
    expect(namesOf(report)).toEqual(['alpha', 'beta'])
    expect(attemptsOf(report)).toEqual(['dns-txt empty', 'dns-axfr found'])
    expect(report.attempts[1]).toMatchObject({ target: domain, server: server.server, count: 2 })
    expect(report.clusters[0]?.sources).toEqual([
      { backend: 'dns', method: 'dns-axfr', origin: `${domain} @${server.server}`, ttl: 300, authenticated: false },
    ])
  })

  it('SEC-2: shares the memory for names with the transfers of the other search domains', async () => {
    // Of 1,000 names in each zone, which count for 100 octets each.
    const tcp = function* (query: HostileQuery): Generator<TcpStep> {
      const begin = soaOf(query.name)
      yield message(query, begin)
      for (let first = 1_000; first < 2_000; first += 100) {
        yield message(query, ...Array.from({ length: 100 }, (_, index) => service(String(first + index), query.name)))
      }
      yield message(query, begin)
    }
    const zones = ['a.test', 'b.test', 'c.test']
    const udp = (query: HostileQuery) => answer(query, [], {}, query.name.split('.').slice(-2).join('.'))
    const statusesFor = async (memory: number): Promise<readonly string[]> => {
      await using server = await hostileServer({ udp, tcp })
      const report = await discovered([server], { domains: zones, axfr: 'always', transferLimits: { memory } })
      return report.attempts.flatMap(({ method, status }) => (method === 'dns-axfr' ? [status] : [])).toSorted()
    }
    expect(await statusesFor(300_000)).toEqual(['found', 'found', 'found'])
    expect(await statusesFor(150_000)).toContain('failed')
  })

  it('AX-9: drops records outside of the zone, and counts them', async () => {
    const foreign = [service('x', 'other.test'), service('y', 'test'), service('z', 'evilpstorage.test')]
    await using server = await hostileServer({
      udp: (query) => answer(query, []),
      tcp: (query) => message(query, start, ...foreign, service('alpha'), start),
    })
    const report = await discovered([server])
    expect(namesOf(report)).toEqual(['alpha'])
    expect(report.attempts[1]?.detail).toBe('3 SRV records outside of the zone were dropped')
  })

  it('AX-17: warns of wildcards and of names that are none', async () => {
    const records = [service('*'), service('a\\.b'), service('alpha')]
    await using server = await hostileServer({
      udp: (query) => answer(query, []),
      tcp: (query) => message(query, start, ...records, start),
    })
    const report = await discovered([server])
    expect(namesOf(report)).toEqual(['alpha'])
    expect(codesOf(report)).toEqual(['axfr-wildcard', 'axfr-name-invalid'])
  })

  it('AX-13: is never asked for by UDP, and without EDNS or recursion', async () => {
    await using server = await hostileServer({ udp, tcp: whole })
    await discovered([server], { axfr: 'always' })
    const transfers = server.queries.filter(({ type }) => type === 252)
    expect(transfers).toMatchObject([{ transport: 'tcp', name: domain, edns: false, recursionDesired: false }])
  })

  const dname = (owner: string, target: string): DnsRecord => ({
    name: owner,
    type: 39,
    data: nameToWire(nameFromText(target)),
  })
  const below = `lab.sub.${domain}`
  /** Answers for a zone in which all domains exist. */
  const existing = (query: HostileQuery) => {
    if (query.type === 6 && query.name !== domain) return reply(query, { authorities: [start] })
    return answer(query, [])
  }

  interface CutRow {
    readonly what: string
    readonly records: readonly DnsRecord[]
    readonly within?: string
    readonly code: string
  }

  it.each<CutRow>([
    {
      what: 'a delegated label',
      records: [{ name: `sub.${domain}`, type: 'NS', target: 'ns.other.test' }],
      code: 'EZONECUT',
    },
    { what: 'a redirected label', records: [dname(`sub.${domain}`, 'other.test')], code: 'EZONECUT' },
    { what: 'a redirected zone', records: [dname(domain, 'other.test')], code: 'EZONECUT' },
    {
      what: 'a delegated owner',
      records: [{ name: `_pstorage._tcp.alpha.${domain}`, type: 'NS', target: 'ns.other.test' }],
      code: 'EZONECUT',
    },
    {
      what: 'a delegation above the domain',
      records: [{ name: `sub.${domain}`, type: 'NS', target: 'ns.other.test' }],
      within: below,
      code: 'EZONECUT',
    },
    {
      what: 'a delegated domain with its address beside it',
      records: [
        { name: below, type: 'NS', target: `ns.${below}` },
        { name: `ns.${below}`, type: 'A', address: '192.0.2.1' },
      ],
      within: below,
      code: 'EZONECUT',
    },
    { what: 'a wildcard', records: [{ ...service('x'), name: `*.${domain}` }], code: 'EWILDCARD' },
    {
      what: 'an alias of all',
      records: [{ name: `*.${domain}`, type: 'CNAME', target: 'other.test' }],
      code: 'EWILDCARD',
    },
    {
      what: 'an owner with other records',
      records: [{ name: `_pstorage._tcp.alpha.${domain}`, type: 'TXT', strings: ['x'] }],
      code: 'ENOSRV',
    },
  ])('a whole zone with $what denies nothing', async ({ records, within = domain, code }) => {
    await using server = await hostileServer({
      udp: existing,
      tcp: (query) => message(query, start, ...records, start),
    })
    const report = await discovered([server], { domains: [within], axfr: 'always' })
    expect(report.outcome).toBe('undetermined')
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({
      status: 'failed',
      error: { code },
      servers: [{ status: 'failed', error: { code } }],
    })
  })

  it('a whole zone without the search domain denies nothing', async () => {
    await using server = await hostileServer({
      udp: existing,
      tcp: (query) => message(query, start, { name: domain, type: 'TXT', strings: ['x'] }, start),
    })
    const report = await discovered([server], { domains: [below], axfr: 'always' })
    expect(report.outcome).toBe('undetermined')
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ status: 'unavailable', error: { code: 'ENOSUCHDOMAIN' } })
  })

  it('names by CNAME are names, and names beside a zone cut are found with a warning', async () => {
    await using server = await hostileServer({
      udp: (query) => answer(query, []),
      tcp: (query) =>
        message(
          query,
          start,
          { name: `_pstorage._tcp.alias.${domain}`, type: 'CNAME', target: 'elsewhere.test' },
          { name: `sub.${domain}`, type: 'NS', target: 'ns.other.test' },
          start,
        ),
    })
    const report = await discovered([server])
    expect(namesOf(report)).toEqual(['alias'])
    expect(codesOf(report)).toEqual(['zone-cut'])
    expect(report.attempts[1]).toMatchObject({ status: 'found', servers: [{ status: 'found' }] })
  })

  it('an empty zone is a no', async () => {
    await using server = await hostileServer({
      udp: (query) => answer(query, []),
      tcp: (query) => message(query, start, start),
    })
    const report = await discovered([server])
    expect(report.outcome).toBe('absent')
    expect(attemptsOf(report)).toEqual(['dns-txt empty', 'dns-axfr empty'])
  })

  it('AX-24: an abort closes the connection at once, and nothing comes after', async () => {
    await using server = await hostileServer({ udp, tcp: (query) => message(query, start, service('alpha')) })
    const aborting = new AbortController()
    const report = discovered([server], { axfr: 'always', signal: aborting.signal })
    await server.received(1, 'tcp')
    const reason = new Error('the user has left')
    aborting.abort(reason)
    await expect(report).rejects.toBe(reason)
    await server.disconnected(1)
    expect(server.openConnections).toBe(0)
  })

  it('the time of the question ends it, and what TXT said stays', async () => {
    await using server = await hostileServer({ udp, tcp: (query) => message(query, start, service('alpha')) })
    const report = await discovered([server], { axfr: 'always', timeout: 300 })
    expect(namesOf(report)).toEqual(['listed'])
    expect(report.attempts.find(({ method }) => method === 'dns-axfr')).toMatchObject({ status: 'timeout' })
    await server.disconnected(1)
  })
})

describe('transfers from several servers', () => {
  it('the next one is asked when one refuses, and the attempt says so', async () => {
    await using first = await hostileServer({ udp, tcp: (query) => reply(query, { rcode: 'REFUSED' }) })
    await using second = await hostileServer({ udp, tcp: whole })
    const report = await discovered([first, second], { axfr: 'always' })
    expect(namesOf(report)).toEqual(['alpha', 'beta', 'listed'])
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({
      status: 'found',
      server: second.server,
      count: 2,
      detail: `but ${first.server} said REFUSED`,
    })
  })

  it('TCP-9: a silent one does not use up the time of the next', async () => {
    await using first = await hostileServer({ udp, tcp: 'silent' })
    await using second = await hostileServer({ udp, tcp: whole })
    const clock = simulatedClock()
    await using resolver = dnsResolver({
      servers: [first, second].map(formatEndpoint),
      domains: [domain],
      axfr: 'always',
      clock,
    })
    const report = discoverClusters(resolver, { timeout: 4_000 })
    await first.received(1, 'tcp')
    await clock.advance(2_000)
    expect(namesOf(await report)).toEqual(['alpha', 'beta', 'listed'])
    expect(clock.now()).toBe(2_000)
  })

  interface DenialRow {
    readonly first: TcpScript
    readonly second: TcpScript
    readonly status: string
    readonly servers: readonly string[]
  }
  const empty: TcpScript = (query) => message(query, start, start)
  const refusal: TcpScript = (query) => reply(query, { rcode: 'REFUSED' })
  const delegating: TcpScript = (query) => {
    return message(query, start, { name: `sub.${domain}`, type: 'NS', target: 'ns.other.test' }, start)
  }

  it.each<DenialRow>([
    { first: empty, second: whole, status: 'empty', servers: ['empty'] },
    { first: refusal, second: empty, status: 'refused', servers: ['refused', 'empty'] },
    { first: 'end', second: empty, status: 'failed', servers: ['failed', 'empty'] },
    { first: 'closed', second: empty, status: 'unreachable', servers: ['unreachable', 'empty'] },
    { first: 'silent', second: empty, status: 'timeout', servers: ['timeout', 'empty'] },
    { first: refusal, second: delegating, status: 'failed', servers: ['refused', 'failed'] },
    { first: delegating, second: empty, status: 'failed', servers: ['failed'] },
  ])('a denial waits for the servers before it: $#, $status', async ({ first, second, status, servers }) => {
    await using preferred = await hostileServer({ udp: (query) => answer(query, []), tcp: first })
    await using other = await hostileServer({ udp: (query) => answer(query, []), tcp: second })
    const report = await discovered([preferred, other], { axfr: 'always', timeout: 2_000 })
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(report.outcome).toBe(status === 'empty' ? 'absent' : 'undetermined')
    expect(transfer?.status).toBe(status)
    expect(transfer?.servers?.map((each) => each.status)).toEqual(servers)
    expect(transfer?.servers?.map(({ server }) => server)).toEqual(
      [preferred, other].map(({ server }) => server).slice(0, servers.length),
    )
    if (status === 'empty' || status === 'failed') return
    for (const { server } of [preferred, other]) expect(transfer?.error?.message).toContain(server)
  })

  it('a server that was silent is heard before a later one denies, and its names count', async () => {
    let isSilent = true
    const own = (query: HostileQuery) => (isSilent ? [] : answer(query, []))
    await using preferred = await hostileServer({ udp: own, tcp: whole })
    await using other = await hostileServer({ udp: (query) => answer(query, []), tcp: empty })
    await using resolver = dnsResolver({
      servers: [preferred, other].map(formatEndpoint),
      domains: [domain],
      axfr: 'always',
    })
    await discoverClusters(resolver, { timeout: 1_000 })
    isSilent = false
    const report = await discoverClusters(resolver, { timeout: 2_000 })
    expect(namesOf(report)).toEqual(['alpha', 'beta'])
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer?.servers?.[0]).toMatchObject({ server: preferred.server, status: 'found' })
  })

  it('a denial of a zone above the domain does not count while a server before it was not heard', async () => {
    const sub = `sub.${domain}`
    const above = (query: HostileQuery) => {
      return reply(query, { rcode: query.type === 6 ? 'NOERROR' : 'NXDOMAIN', authorities: [soaOf(domain)] })
    }
    const zone: TcpScript = (query) => message(query, start, { name: sub, type: 'TXT', strings: ['x'] }, start)
    await using preferred = await hostileServer({ udp: 'silent', tcp: refusal })
    await using other = await hostileServer({ udp: above, tcp: zone })
    const report = await discovered([preferred, other], { axfr: 'always', domains: [sub], timeout: 2_000 })
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ status: 'refused', server: preferred.server })
  })

  it('that all fail, are all named', async () => {
    await using first = await hostileServer({ udp, tcp: 'end' })
    await using second = await hostileServer({ udp, tcp: (query) => reply(query, { rcode: 'REFUSED' }) })
    const report = await discovered([first, second], { axfr: 'always' })
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ status: 'refused', server: second.server, error: { code: 'REFUSED' } })
    for (const { server } of [first, second]) expect(transfer?.error?.message).toContain(server)
  })
})

describe('axfr', () => {
  const zone = (txt: string) => `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
 NS ns
ns A 127.0.0.1
${txt}
_pstorage._tcp.alpha SRV 0 1 2510 h1
_pstorage._tcp.gamma.sub SRV 0 1 2510 h1
h1 A 192.0.2.1
`
  const listed = zone('pstorage_clusters TXT "listed"')
  const unlisted = zone('')
  const invalid = zone('pstorage_clusters TXT "in.valid"')

  it.each([
    ['auto', listed, ['listed'], ['dns-txt found', 'dns-axfr skipped']],
    ['auto', unlisted, ['alpha'], ['dns-txt empty', 'dns-axfr found']],
    ['auto', invalid, ['alpha'], ['dns-txt malformed', 'dns-axfr found']],
    ['always', listed, ['alpha', 'listed'], ['dns-axfr found', 'dns-txt found']],
    ['never', listed, ['listed'], ['dns-axfr skipped', 'dns-txt found']],
    ['never', unlisted, [], ['dns-axfr skipped', 'dns-txt empty']],
  ] as const)('%s', async (axfr, text, expected, attempts) => {
    await using server = await clusterNameServer({ origin: domain, zone: text })
    const report = await discovered([server], { axfr })
    expect(namesOf(report)).toEqual(expected)
    expect(attemptsOf(report).toSorted()).toEqual([...attempts].toSorted())
  })

  it('auto does not transfer where TXT was not answered', async () => {
    await using server = await hostileServer({
      udp: (query) => (query.type === 16 ? reply(query, { rcode: 'SERVFAIL' }) : answer(query, [])),
      tcp: whole,
    })
    const report = await discovered([server])
    expect(report.outcome).toBe('undetermined')
    expect(attemptsOf(report)).toEqual(['dns-txt failed', 'dns-axfr skipped'])
    expect(server.queries).toHaveLength(1)
  })

  it('finds the names of a search domain inside a larger zone', async () => {
    await using server = await clusterNameServer({ origin: domain, zone: unlisted })
    const report = await discovered([server], { domains: [`sub.${domain}`], axfr: 'always' })
    expect(namesOf(report)).toEqual(['gamma'])
    expect(report.clusters[0]?.sources[0]?.origin).toBe(`${domain} @${formatEndpoint(server)}`)
    expect(report.attempts.find(({ method }) => method === 'dns-axfr')).toMatchObject({ target: `sub.${domain}` })
  })

  it('a domain that does not exist has no zone to transfer', async () => {
    await using server = await clusterNameServer({ origin: domain, zone: unlisted })
    const report = await discovered([server], { domains: [`nosuch.${domain}`] })
    expect(report.outcome).toBe('undetermined')
    expect(report.attempts).toContainEqual(expect.objectContaining({ method: 'dns-txt', status: 'unavailable' }))
    expect(report.warnings).toMatchObject([{ code: 'search-domain-missing' }])
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ status: 'unavailable', error: { code: 'ENOSUCHDOMAIN' } })
  })

  it.each([
    [
      'the zone cannot be found',
      (query: HostileQuery) => reply(query, { recursionAvailable: true }),
      'failed',
      'ENOZONE',
    ],
    [
      'only the root says something',
      (query: HostileQuery) => reply(query, { authorities: [soaOf('.')] }),
      'failed',
      'ENOZONE',
    ],
    [
      'another zone says something',
      (query: HostileQuery) => reply(query, { authorities: [soaOf('other.test')] }),
      'failed',
      'ENOZONE',
    ],
    [
      'nobody says where the zone is',
      (query: HostileQuery) => reply(query, { rcode: 'REFUSED' }),
      'refused',
      'REFUSED',
    ],
  ] as const)('%s: undetermined', async (_, zoneReply, status, code) => {
    await using server = await hostileServer({
      udp: (query) => (query.type === 6 ? zoneReply(query) : answer(query, [])),
      tcp: whole,
    })
    const report = await discovered([server])
    expect(report).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'empty' }, { status, error: { code } }],
    })
    expect(server.queries.some(({ transport }) => transport === 'tcp')).toBe(false)
  })

  it('keeps to the servers that were given', async () => {
    await using server = await hostileServer({ udp, tcp: (query) => reply(query, { rcode: 'REFUSED' }) })
    await discovered([server], { axfr: 'always' })
    expect(server.queries.filter(({ type }) => type === 2)).toEqual([])
  })
})

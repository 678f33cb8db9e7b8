import { framed, type HostileQuery, hostileServer, reply, type TcpScript, type TcpStep } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { endpointsOf, resolved } from './asked.js'
import { answer, domain, goodEndpoint } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

const truncating = (query: HostileQuery) => reply(query, { truncated: true })
const head = (...octets: readonly number[]) => ({ raw: Buffer.from(octets) })
const wrongId = (query: HostileQuery) => reply(query, { id: query.id ^ 1, rcode: 'NXDOMAIN' })

interface BrokenRow {
  readonly id: string
  readonly what: string
  readonly tcp: TcpScript
  readonly status: string
  /** The message of the error without the server. */
  readonly says: RegExp
}

const broken: readonly BrokenRow[] = [
  {
    id: 'DNS-11',
    what: 'refused',
    tcp: 'closed',
    status: 'unreachable',
    says: /cannot be reached by TCP: ECONNREFUSED/,
  },
  { id: 'DNS-11', what: 'silent', tcp: 'silent', status: 'timeout', says: /gave none by TCP/ },
  { id: 'DNS-12', what: 'truncated again', tcp: truncating, status: 'malformed', says: /also by TCP/ },
  {
    id: 'DNS-17',
    what: 'SERVFAIL',
    tcp: (query) => reply(query, { rcode: 'SERVFAIL' }),
    status: 'failed',
    says: /said SERVFAIL/,
  },
  { id: 'TCP-1', what: 'reset at once', tcp: 'reset', status: 'unreachable', says: /ECONNRESET/ },
  { id: 'TCP-1', what: 'reset after the query', tcp: () => 'reset', status: 'unreachable', says: /ECONNRESET/ },
  { id: 'TCP-1', what: 'closed at once', tcp: 'end', status: 'failed', says: /closed the connection/ },
  {
    id: 'TCP-1',
    what: 'closed within the length',
    tcp: () => [head(0), 'end'],
    status: 'failed',
    says: /after half of a length/,
  },
  {
    id: 'TCP-1',
    what: 'closed after the length',
    tcp: () => [head(0, 212), 'end'],
    status: 'failed',
    says: /after 0 of 212 octets of a message/,
  },
  {
    id: 'TCP-1',
    what: 'closed within the message',
    tcp: (query) => [{ raw: framed(answer(query)).subarray(0, 19) }, 'end'],
    status: 'failed',
    says: /after 17 of \d+ octets of a message/,
  },
  { id: 'TCP-2', what: 'length 0', tcp: () => head(0, 0), status: 'malformed', says: /sent rubbish/ },
  { id: 'TCP-2', what: 'length 1', tcp: () => head(0, 1, 0), status: 'malformed', says: /sent rubbish/ },
  { id: 'TCP-2', what: 'length 11', tcp: () => Buffer.alloc(11), status: 'malformed', says: /sent rubbish/ },
  {
    id: 'TCP-2',
    what: 'length 65,535, then silence',
    tcp: () => head(255, 255),
    status: 'timeout',
    says: /gave none by TCP/,
  },
  {
    id: 'TCP-4',
    what: 'an octet now and then',
    tcp: (query) => ({ slowly: framed(answer(query)), every: 100 }),
    status: 'timeout',
    says: /gave none by TCP/,
  },
  {
    id: 'TCP-6',
    what: 'endless replies to other questions',
    *tcp(query): Generator<TcpStep> {
      for (;;) yield wrongId(query)
    },
    status: 'malformed',
    says: /only replies to other questions/,
  },
  { id: 'TCP-7', what: 'never read', tcp: 'deaf', status: 'timeout', says: /gave none by TCP/ },
  {
    id: 'DNS-29',
    what: 'a malformed reply',
    tcp: (query) => Buffer.concat([answer(query), Buffer.of(0)]),
    status: 'malformed',
    says: /sent rubbish/,
  },
]

interface WorkingRow {
  readonly id: string
  readonly what: string
  readonly tcp: (query: HostileQuery) => TcpStep | readonly TcpStep[]
}

const working: readonly WorkingRow[] = [
  { id: 'DNS-10', what: 'the whole answer', tcp: (query) => answer(query) },
  { id: 'TCP-3', what: 'octet by octet', tcp: (query) => ({ slowly: framed(answer(query)), every: 0 }) },
  {
    id: 'TCP-5',
    what: 'two messages in one segment, the other one first',
    tcp: (query) => ({ raw: Buffer.concat([framed(wrongId(query)), framed(answer(query))]) }),
  },
  {
    id: 'TCP-5',
    what: '50 replies to others first',
    tcp: (query) => [...Array<Buffer>(50).fill(wrongId(query)), answer(query)],
  },
  { id: 'TCP-8', what: 'the answer, and the connection left open', tcp: (query) => [answer(query), { pause: 60_000 }] },
]

describe('truncation', () => {
  it('DNS-10: asks the same by TCP, and uses nothing of what was truncated', async () => {
    await using server = await hostileServer({
      udp: (query) =>
        reply(query, { truncated: true, answers: [{ name: query.name, type: 'SRV', port: 666, target: '.' }] }),
      tcp: answer,
    })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.attempts[0]).toMatchObject({ status: 'found', detail: 'by TCP after truncation' })
    expect(report.warnings).toEqual([])
    const [first, second] = server.queries
    expect([first?.transport, second?.transport]).toEqual(['udp', 'tcp'])
    expect(second?.question).toEqual(first?.question)
  })

  it('DNS-10: also of a "no"', async () => {
    await using server = await hostileServer({
      udp: (query) => reply(query, { truncated: true, rcode: 'NXDOMAIN' }),
      tcp: answer,
    })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
  })

  it('DNS-3: is believed of replies to the question only', async () => {
    await using server = await hostileServer({
      udp: (query) => [reply(query, { truncated: true, id: query.id ^ 1 }), answer(query)],
      tcp: 'closed',
    })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
  })
})

describe.concurrent('by TCP, after truncation', () => {
  it.each(working)('$id: $what', async ({ tcp }) => {
    await using server = await hostileServer({ udp: truncating, tcp })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
    // One for SRV, one each for A and AAAA: none of them stays open, whatever the server does.
    await server.disconnected(3)
    expect(server.openConnections).toBe(0)
  })

  it.each(broken)('$id: $what, is neither found nor absent', async ({ tcp, status, says }) => {
    await using server = await hostileServer({ udp: truncating, tcp })
    const { outcome, attempts } = await resolved([server], status === 'timeout' ? { timeout: 500 } : {})
    expect(outcome).toBe('undetermined')
    expect(attempts).toMatchObject([{ method: 'dns-srv', status, server: server.server }])
    expect(attempts[0]?.error?.message).toMatch(says)
    // A server that does not read does not see either that the connection is gone.
    if (tcp !== 'closed' && tcp !== 'deaf') await server.disconnected(1)
  })

  it.each(broken)('$id: $what, and the next server is asked', async ({ tcp }) => {
    await using first = await hostileServer({ udp: truncating, tcp })
    await using second = await hostileServer({ udp: answer })
    const report = await resolved([first, second])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.attempts[0]).toMatchObject({ status: 'found', server: second.server })
  })
})

describe('use-vc', () => {
  it('asks by TCP at once', async () => {
    await using server = await hostileServer({ udp: 'closed', tcp: answer })
    await using file = await resolvConfFile(`search ${domain}\noptions use-vc\n`)
    const report = await resolved([server], { domains: undefined, resolvConf: file.path })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.attempts[0]).toMatchObject({ status: 'found', detail: null })
  })
})

import { setTimeout } from 'node:timers/promises'
import { type ResolveReport, resolveCluster, type SimulatedClock, simulatedClock } from '@pstorage/discovery-core'
import { ednsOf, readMessage } from '@pstorage/dns-message'
import {
  type HostileQuery,
  type HostileServer,
  hostileServer,
  type ReplyOptions,
  reply,
  type TcpScript,
  type UdpStep,
} from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type DnsResolverOptions, dnsResolver } from '../src/index.js'
import { codesOf, endpointsOf } from './asked.js'
import { answer, domain, goodEndpoint, goodRecords, soaOf } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

const COOKIE = 10
const serverCookie = Buffer.from('0123456789abcdef')
/** Milliseconds of simulated time between looks. */
const STEP = 25

const cookieOf = ({ bytes }: HostileQuery): Buffer | undefined => {
  const option = ednsOf(readMessage(bytes))?.options.find(({ code }) => code === COOKIE)
  return option === undefined ? undefined : Buffer.from(option.data)
}
const carrying = (cookie: Buffer, ...more: Buffer[]): ReplyOptions => {
  return { edns: { options: Buffer.concat([Buffer.of(0, COOKIE, 0, cookie.length), cookie, ...more]) } }
}
const ours = (query: HostileQuery): ReplyOptions => {
  const cookie = cookieOf(query)
  return cookie === undefined ? { edns: {} } : carrying(Buffer.concat([cookie.subarray(0, 8), serverCookie]))
}
const ofAnother = carrying(Buffer.concat([Buffer.alloc(8, 7), serverCookie]))
/** Its own reply to a query without EDNS has none either. */
const good = (query: HostileQuery): Buffer => answer(query, goodRecords, query.edns ? ours(query) : {})
/** The OPT record was taken out, and its count was not. */
const miscounted = (query: HostileQuery): Buffer => {
  const bytes = answer(query)
  bytes.writeUInt16BE(query.edns ? 1 : 0, 10)
  return bytes
}

type UdpReply = (query: HostileQuery) => UdpStep | undefined

interface TimedReport {
  readonly report: ResolveReport
  /** Milliseconds of simulated time. */
  readonly time: number
}

/** Lets simulated time pass, and what it causes happen on loopback, until the report is there. */
async function passing(clock: SimulatedClock, report: Promise<ResolveReport>): Promise<TimedReport> {
  const startedAt = clock.now()
  let isOver = false
  const over = report.finally(() => {
    isOver = true
  })
  while (!isOver) {
    for (let turns = 0; turns < 40; turns += 1) await new Promise(setImmediate)
    // A busy kernel hands on what is sent on loopback a moment later.
    await setTimeout(2)
    if (!isOver) await clock.advance(STEP)
  }
  return { report: await over, time: clock.now() - startedAt }
}

/** Asks a server one time after the other, in simulated time. */
async function resolving(server: HostileServer, times: number, options: DnsResolverOptions = {}) {
  const clock = simulatedClock()
  await using resolver = dnsResolver({ domains: [domain], servers: [server.server], ...options, clock })
  const reports: TimedReport[] = []
  while (reports.length < times) reports.push(await passing(clock, resolveCluster(resolver, 'alpha')))
  return reports
}

interface Row {
  readonly what: string
  readonly udp: UdpReply
  /** Default `closed`. */
  readonly tcp?: TcpScript
  readonly detail: string | null
  /** Of the questions after the first one. */
  readonly later: string | null
  /** Milliseconds that a question after the first one may take. */
  readonly laterTime: number
}

const silence = 'as there was no answer'
const rows: readonly Row[] = [
  {
    what: "a forwarder replays another client's cookie, and serves no TCP",
    udp: (query) => (cookieOf(query) === undefined ? good(query) : answer(query, goodRecords, ofAnother)),
    detail: 'without a cookie after a reply with another cookie',
    later: null,
    laterTime: STEP,
  },
  {
    what: "a forwarder replays another client's cookie whatever is asked, and serves no TCP",
    udp: (query) => answer(query, goodRecords, query.edns ? ofAnother : {}),
    detail: 'without a cookie after a reply with another cookie',
    later: null,
    laterTime: STEP,
  },
  {
    what: "a forwarder replays another client's cookie, and TCP is dropped on the way",
    udp: (query) => (cookieOf(query) === undefined ? good(query) : answer(query, goodRecords, ofAnother)),
    tcp: 'silent',
    detail: 'without a cookie after a reply with another cookie',
    later: null,
    laterTime: STEP,
  },
  {
    what: "a forwarder replays another client's cookie, and TCP brings the right one",
    udp: (query) => answer(query, goodRecords, ofAnother),
    tcp: good,
    detail: 'by TCP after a reply with another cookie',
    later: 'by TCP after a reply with another cookie',
    laterTime: STEP,
  },
  {
    what: 'a server or a forwarder wants a newer cookie each time, and serves no TCP',
    udp: (query) => (cookieOf(query) === undefined ? good(query) : reply(query, { rcode: 23, ...ours(query) })),
    detail: 'without a cookie after BADCOOKIE',
    later: null,
    laterTime: STEP,
  },
  {
    what: 'queries with a cookie vanish, and there is no TCP',
    udp: (query) => (cookieOf(query) === undefined ? good(query) : undefined),
    detail: `without a cookie ${silence}`,
    later: null,
    laterTime: STEP,
  },
  {
    what: 'queries with EDNS vanish, and there is no TCP',
    udp: (query) => (query.edns ? undefined : answer(query)),
    detail: `without EDNS ${silence}`,
    later: `without EDNS ${silence}`,
    laterTime: 200,
  },
  {
    what: 'queries with EDNS vanish, and TCP is dropped on the way',
    udp: (query) => (query.edns ? undefined : answer(query)),
    tcp: 'silent',
    detail: `without EDNS ${silence}`,
    later: `without EDNS ${silence}`,
    laterTime: 200,
  },
  {
    what: 'replies by UDP vanish (large, in fragments)',
    udp: () => undefined,
    tcp: (query) => answer(query),
    detail: `by TCP ${silence}`,
    later: `by TCP ${silence}`,
    laterTime: 200,
  },
  {
    what: 'a reply without OPT counts one, and there is no TCP',
    udp: miscounted,
    detail: 'without EDNS after an unreadable reply',
    later: 'without EDNS after an unreadable reply',
    laterTime: 200,
  },
  {
    what: 'a reply without OPT counts one, by TCP too',
    udp: miscounted,
    tcp: miscounted,
    detail: 'without EDNS after an unreadable reply',
    later: 'without EDNS after an unreadable reply',
    laterTime: 200,
  },
  {
    what: 'a reply without OPT counts one, and TCP is good',
    udp: miscounted,
    tcp: (query) => answer(query),
    detail: 'by TCP after an unreadable reply',
    later: 'by TCP after an unreadable reply',
    laterTime: STEP,
  },
  {
    what: 'octets behind the end of a reply with EDNS, and there is no TCP',
    udp: (query) => (query.edns ? Buffer.concat([answer(query), Buffer.of(0)]) : answer(query)),
    detail: 'without EDNS after an unreadable reply',
    later: 'without EDNS after an unreadable reply',
    laterTime: 200,
  },
]

describe.concurrent('a server that gives no usable answer is asked in another way', () => {
  it.each(rows)('DNS-39: $what', async ({ udp, tcp = 'closed', detail, later, laterTime }) => {
    await using server = await hostileServer({ udp, tcp })
    const reports = await resolving(server, 3)
    for (const { report } of reports) {
      expect(endpointsOf(report)).toEqual([goodEndpoint])
      expect(codesOf(report)).toEqual([])
    }
    expect(reports.map(({ report }) => report.attempts[0]?.detail)).toEqual([detail, later, later])
    expect(reports[0]?.time).toBeLessThan(2_000)
    for (const { time } of reports.slice(1)) expect(time).toBeLessThanOrEqual(laterTime)
  })

  it.each([
    ['drops the cookie from now on', () => false],
    ['passes it on now and then', (index: number) => index % 2 === 0],
  ] as const)('DNS-39: a forwarder without TCP that %s', async (_, passes) => {
    let isForwarder = false
    await using server = await hostileServer({
      udp: (query) => answer(query, goodRecords, isForwarder && !passes(query.index) ? {} : ours(query)),
      tcp: 'closed',
    })
    await using resolver = dnsResolver({ domains: [domain], servers: [server.server], clock: simulatedClock() })
    await resolveCluster(resolver, 'alpha')
    isForwarder = true
    // Time stands still, so nothing can have been waited for.
    for (let round = 0; round < 5; round += 1) {
      expect(endpointsOf(await resolveCluster(resolver, 'alpha'))).toEqual([goodEndpoint])
    }
  })

  it.each(['timeout:5', 'timeout:1', 'timeout:1 attempts:1', 'timeout:2 attempts:1', 'attempts:3'])(
    'DNS-39: within the time of "options %s" of resolv.conf',
    async (options) => {
      await using file = await resolvConfFile(`search ${domain}\noptions ${options}\n`)
      await using server = await hostileServer({
        udp: (query) => (query.edns ? undefined : answer(query)),
        tcp: 'closed',
      })
      const [first] = await resolving(server, 1, { domains: undefined, resolvConf: file.path })
      expect(first?.report).toMatchObject({ outcome: 'found', attempts: [{ detail: `without EDNS ${silence}` }] })
      expect(first?.time).toBeLessThan(2_000)
    },
  )

  it('DNS-39: over TCP alone, without EDNS after an unreadable reply', async () => {
    await using file = await resolvConfFile(`search ${domain}\noptions use-vc\n`)
    await using server = await hostileServer({ udp: 'closed', tcp: miscounted })
    const [first] = await resolving(server, 1, { domains: undefined, resolvConf: file.path })
    expect(first?.report.outcome).toBe('found')
    expect(first?.report.attempts[0]?.detail).toBe('without EDNS after an unreadable reply')
  })

  it('DNS-39: over TCP alone, without EDNS where queries with it get no answer', async () => {
    await using file = await resolvConfFile(`search ${domain}\noptions use-vc\n`)
    await using server = await hostileServer({ udp: 'closed', tcp: (query) => (query.edns ? [] : answer(query)) })
    const [first] = await resolving(server, 1, { domains: undefined, resolvConf: file.path })
    expect(first?.report.outcome).toBe('found')
    expect(first?.report.attempts[0]?.detail).toBe(`without EDNS ${silence}`)
  })

  it('DNS-39: a truncated reply without EDNS is asked for by TCP in the same form', async () => {
    await using server = await hostileServer({
      udp: (query) => (query.edns ? undefined : reply(query, { truncated: true })),
      tcp: (query) => (query.edns ? [] : answer(query)),
    })
    const [first] = await resolving(server, 1)
    expect(first?.report.outcome).toBe('found')
    expect(first?.report.attempts[0]?.detail).toBe(`without EDNS ${silence}, by TCP after truncation`)
  })

  it.each([600, 1_500, 2_500])('DNS-39: a server that takes %d ms is heard as usual', async (pause) => {
    const clock = simulatedClock()
    await using server = await hostileServer({
      async *udp(query) {
        await clock.sleep(pause)
        yield good(query)
      },
      tcp: 'closed',
    })
    await using resolver = dnsResolver({ domains: [domain], servers: [server.server], clock })
    const { report } = await passing(clock, resolveCluster(resolver, 'alpha', { timeout: 15_000 }))
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.attempts[0]?.detail).toBeNull()
  })
})

describe.concurrent('nothing is given up that protects', () => {
  const evil = (query: HostileQuery): ReplyOptions => {
    return { answers: [{ name: query.name, type: 'SRV', port: 666, target: `evil.${domain}` }] }
  }

  it('DNS-40: a reply with another cookie does not win over the one that comes by TCP', async () => {
    const asked: boolean[] = []
    await using server = await hostileServer({
      udp(query) {
        asked.push(cookieOf(query) !== undefined)
        return reply(query, { ...evil(query), ...ofAnother })
      },
      tcp: good,
    })
    for (const { report } of await resolving(server, 2)) expect(endpointsOf(report)).toEqual([goodEndpoint])
    // TCP has shown that the server does cookies, so they are kept.
    expect(asked).not.toContain(false)
  })

  it('DNS-40: in a flood of replies the cookie is kept, also where there is no TCP', async () => {
    const asked: boolean[] = []
    await using server = await hostileServer({
      *udp(query) {
        asked.push(cookieOf(query) !== undefined)
        for (let guess = 1; guess <= 20; guess += 1) yield reply(query, { ...evil(query), id: query.id ^ guess })
        yield reply(query, { ...evil(query), ...ofAnother })
      },
      tcp: 'closed',
    })
    const [first] = await resolving(server, 1)
    expect(first?.report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'malformed' }] })
    expect(asked).not.toContain(false)
  })

  it('DNS-40: what is sent without a cookie after a bad reply has a port and an id of its own', async () => {
    await using server = await hostileServer({
      udp: (query) => (cookieOf(query) === undefined ? good(query) : answer(query, goodRecords, ofAnother)),
      tcp: 'closed',
    })
    await resolving(server, 1)
    const [first, second] = server.queries
    expect(second?.from.port).not.toBe(first?.from.port)
    expect(second?.id).not.toBe(first?.id)
  })

  it('DNS-40: a denial without EDNS waits for one with EDNS, which can say that it is stale', async () => {
    const stale = Buffer.of(0, 15, 0, 2, 0, 3)
    const clock = simulatedClock()
    const denial: ReplyOptions = { rcode: 'NXDOMAIN', authorities: [soaOf(domain)] }
    await using server = await hostileServer({
      async *udp(query) {
        await clock.sleep(query.edns ? 1_800 : 0)
        const cookie = cookieOf(query)
        const remarks = cookie === undefined ? { edns: { options: stale } } : carrying(cookie.subarray(0, 8), stale)
        yield reply(query, query.edns ? { ...denial, ...remarks } : denial)
      },
      tcp: 'closed',
    })
    await using resolver = dnsResolver({ domains: [domain], servers: [server.server], clock })
    const { report } = await passing(clock, resolveCluster(resolver, 'alpha'))
    expect(JSON.stringify(report.attempts[0])).toContain('Stale Answer')
  })

  it('DNS-40: a denial without EDNS counts where nothing better comes', async () => {
    await using server = await hostileServer({
      udp: (query) => (query.edns ? undefined : answer(query, [])),
      tcp: 'closed',
    })
    const [first] = await resolving(server, 1)
    expect(first?.report).toMatchObject({ outcome: 'absent', attempts: [{ status: 'empty' }, { status: 'empty' }] })
  })
})

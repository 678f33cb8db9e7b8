import { type ResolveReport, resolveCluster } from '@pstorage/discovery-core'
import { ednsOf, readMessage } from '@pstorage/dns-message'
import { type HostileQuery, type HostileServer, hostileServer, type ReplyOptions, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { endpointsOf } from './asked.js'
import { answer, domain, goodEndpoint, goodRecords } from './good-zone.js'

const COOKIE = 10
const BADCOOKIE = 23
const serverCookie = Buffer.from('0123456789abcdef')

const cookieOf = ({ bytes }: HostileQuery): Buffer => {
  const option = ednsOf(readMessage(bytes))?.options.find(({ code }) => code === COOKIE)
  return Buffer.from(option?.data ?? [])
}
const carrying = (cookie: Buffer): ReplyOptions => {
  return { edns: { options: Buffer.concat([Buffer.of(0, COOKIE, 0, cookie.length), cookie]) } }
}
const right = (query: HostileQuery, server = serverCookie): ReplyOptions => {
  return carrying(Buffer.concat([cookieOf(query).subarray(0, 8), server]))
}
const wrong = carrying(Buffer.concat([Buffer.alloc(8), serverCookie]))
const forged = (query: HostileQuery, options: ReplyOptions): Buffer => {
  return reply(query, { ...options, answers: [{ name: query.name, type: 'SRV', port: 666, target: `evil.${domain}` }] })
}
const resolving = async (server: HostileServer, times: number, timeout = 1_000): Promise<readonly ResolveReport[]> => {
  await using resolver = dnsResolver({ servers: [server.server], domains: [domain] })
  const reports: ResolveReport[] = []
  while (reports.length < times) reports.push(await resolveCluster(resolver, 'alpha', { timeout }))
  return reports
}

describe('cookies (RFC 7873)', () => {
  it('the one of the server goes with the next query', async () => {
    await using server = await hostileServer({ udp: (query) => answer(query, goodRecords, right(query)) })
    for (const report of await resolving(server, 2)) expect(endpointsOf(report)).toEqual([goodEndpoint])
    const cookies = server.queries.map(cookieOf)
    expect(cookies[0]).toHaveLength(8)
    for (const cookie of cookies.slice(1)) expect(cookie).toEqual(Buffer.concat([cookies[0] ?? cookie, serverCookie]))
  })

  it('a server that knows of none is asked as ever', async () => {
    await using server = await hostileServer({ udp: answer })
    for (const report of await resolving(server, 2)) expect(endpointsOf(report)).toEqual([goodEndpoint])
    for (const query of server.queries) expect(cookieOf(query)).toHaveLength(8)
  })

  it('DNS-1: a reply with another cookie is ignored', async () => {
    await using server = await hostileServer({
      udp: (query) => [forged(query, wrong), answer(query, goodRecords, right(query))],
    })
    expect(endpointsOf((await resolving(server, 1))[0] as ResolveReport)).toEqual([goodEndpoint]) // there is one
    await using liar = await hostileServer({ udp: (query) => forged(query, wrong) })
    // TCP, which is silent here, gets a second before the server is asked without a cookie.
    expect((await resolving(liar, 1, 500))[0]).toMatchObject({
      outcome: 'undetermined',
      attempts: [{ status: 'malformed' }],
    })
  })

  it('DNS-1: a reply without the cookie that it should have is looked into by TCP', async () => {
    let attacked = false
    await using server = await hostileServer({
      udp: (query) => (attacked ? forged(query, {}) : answer(query, goodRecords, right(query))),
      tcp: (query) => answer(query, goodRecords, right(query)),
    })
    await using resolver = dnsResolver({ servers: [server.server], domains: [domain] })
    await resolveCluster(resolver, 'alpha')
    attacked = true
    expect(endpointsOf(await resolveCluster(resolver, 'alpha'))).toEqual([goodEndpoint])
  })

  it.each(['closed', 'answering'] as const)(
    'a server that does none any more is believed again, TCP %s',
    async (tcp) => {
      let isNew = false
      await using server = await hostileServer({
        udp: (query) => answer(query, goodRecords, isNew ? {} : right(query)),
        tcp: tcp === 'closed' ? 'closed' : (query) => answer(query),
      })
      await using resolver = dnsResolver({ servers: [server.server], domains: [domain] })
      await resolveCluster(resolver, 'alpha')
      isNew = true
      const reports = [await resolveCluster(resolver, 'alpha'), await resolveCluster(resolver, 'alpha')]
      expect(reports.map(({ outcome }) => outcome)).toEqual(['found', 'found'])
    },
  )

  it('BADCOOKIE: once more with the new cookie', async () => {
    await using server = await hostileServer({
      udp: (query) =>
        cookieOf(query).length === 8
          ? reply(query, { rcode: BADCOOKIE, ...right(query) })
          : answer(query, goodRecords, right(query)),
    })
    expect(endpointsOf((await resolving(server, 1))[0] as ResolveReport)).toEqual([goodEndpoint]) // there is one
    expect(cookieOf(server.queries[1] as HostileQuery).subarray(8)).toEqual(serverCookie) // BADCOOKIE was the first
  })

  it('BADCOOKIE: then by TCP', async () => {
    await using server = await hostileServer({
      udp: (query) => reply(query, { rcode: BADCOOKIE, ...right(query) }),
      tcp: (query) => answer(query, goodRecords, right(query)),
    })
    expect(endpointsOf((await resolving(server, 1))[0] as ResolveReport)).toEqual([goodEndpoint]) // there is one
    await using stubborn = await hostileServer({
      udp: (query) => reply(query, { rcode: BADCOOKIE, ...right(query) }),
      tcp: (query) => reply(query, { rcode: BADCOOKIE, ...right(query) }),
    })
    expect((await resolving(stubborn, 1))[0]).toMatchObject({
      attempts: [{ status: 'failed', error: { code: 'BADCOOKIE' } }],
    })
  })

  it('none goes to a server that does not know EDNS', async () => {
    await using server = await hostileServer({
      udp: (query) => (query.edns ? reply(query, { rcode: 'FORMERR' }) : answer(query)),
    })
    expect(endpointsOf((await resolving(server, 1))[0] as ResolveReport)).toEqual([goodEndpoint]) // there is one
  })
})

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { discoverClusters, formatEndpoint, resolveCluster } from '@pstorage/discovery-core'
import { freePort, type MulticastHost, type MulticastService, multicastHost } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type ZeroconfResolverOptions, zeroconfResolver } from '../../src/index.js'
import { multicastResponse } from '../multicast-response.js'
import { packetRecords, servicePacket } from '../service-packets.js'

const alpha: MulticastService = {
  instance: 'mds1',
  host: 'mds1.local',
  addresses: ['192.0.2.21', '2001:db8::21'],
  port: 2510,
  txt: { cluster: 'alpha' },
}

function loopbackResolver({ port }: { readonly port: number }, options: ZeroconfResolverOptions = {}) {
  const times = { quietTime: 60, minimumTime: 60, maximumTime: 2_000 }
  return zeroconfResolver({ interfaces: ['lo'], port, ...times, ...options })
}

/** A host that answers the first question by these datagrams, sent one by one. */
function scriptedHost(send: (host: MulticastHost) => Promise<void>): Promise<MulticastHost> {
  let isAsked = false
  return multicastHost({
    services: [],
    onQuery: ({ questions }, host) => {
      if (isAsked || !questions.some(({ type }) => type === 'PTR')) return
      isAsked = true
      void send(host)
    },
  })
}

describe('on loopback', () => {
  it('MD-37 finds what a host tells', async () => {
    await using host = await multicastHost({ services: [alpha] })
    const report = await resolveCluster(loopbackResolver(host), 'ALPHA')
    // The order depends on the addresses of the host that runs this (RFC 6724).
    expect(report.endpoints.map(formatEndpoint).toSorted()).toEqual(['192.0.2.21:2510', '[2001:db8::21]:2510'])
    expect(report.endpoints[0]?.sources[0]?.origin).toBe('mds1 on lo from 127.0.0.1')
    expect(report.attempts).toMatchObject([{ server: 'lo 127.0.0.1', status: 'found', count: 2, detail: null }])
  })

  it('MD-27 asks a host for what it does not send by itself', async () => {
    await using host = await multicastHost({ services: [alpha], additionals: false })
    const report = await resolveCluster(loopbackResolver(host), 'alpha')
    expect(report.endpoints).toHaveLength(2)
    const queries = host.queries.items.map(({ questions }) => questions.map(({ type }) => type).join(' '))
    expect(queries).toEqual(['PTR', 'SRV TXT', 'PTR', 'TXT SRV', 'A AAAA'])
  })

  it('MD-20 lists the known answers of a host, which then keeps silent', async () => {
    await using host = await multicastHost({ services: [alpha] })
    await resolveCluster(loopbackResolver(host, { minimumTime: 1_000 }), 'alpha')
    expect(host.queries.items.map(({ knownInstances }) => knownInstances)).toEqual([
      [],
      [],
      [],
      [],
      ['mds1._pstorage._tcp.local'],
    ])
    for (const { port } of host.queries.items) expect(port).toBe(host.port)
  })

  it('finds 300 MDS of 100 clusters', async () => {
    const services = Array.from({ length: 300 }, (_, index) => ({
      ...alpha,
      instance: `mds${index}`,
      host: `mds${index}.local`,
      txt: { cluster: `cluster${index % 100}` },
    }))
    await using host = await multicastHost({ services })
    const { clusters, warnings } = await discoverClusters(loopbackResolver(host, { quietTime: 300 }))
    expect(clusters).toHaveLength(100)
    expect(warnings).toEqual([])
  })

  it('several resolvers share the port, and all hear', async () => {
    await using host = await multicastHost({ services: [alpha] })
    const reports = await Promise.all([1, 2, 3].map(() => resolveCluster(loopbackResolver(host), 'alpha')))
    expect(reports.map(({ outcome }) => outcome)).toEqual(['found', 'found', 'found'])
  })

  it('keeps nothing open between questions, and multicasts again', async () => {
    await using host = await multicastHost({ services: [alpha] })
    const resolver = loopbackResolver(host)
    expect((await resolveCluster(resolver, 'alpha')).outcome).toBe('found')
    expect((await resolveCluster(resolver, 'alpha')).outcome).toBe('found')
  })
})

describe('from hosts that do not behave', () => {
  const good = servicePacket({
    instance: 'good',
    txt: ['cluster=alpha'],
    addresses: ['192.0.2.22'],
    host: 'good.local',
  })
  const bad = servicePacket({ instance: 'bad', txt: ['cluster=alpha'], addresses: ['192.0.2.66'], host: 'bad.local' })

  it.each([
    ['MD-1 from another port', (host: MulticastHost) => host.send(bad, { fromOtherPort: true }), '1 foreign port'],
    [
      'MD-9 of 9,001 octets',
      (host: MulticastHost) => host.send(Buffer.concat([bad, Buffer.alloc(9_001 - bad.length)])),
      '1 too long',
    ],
    [
      'MD-5 with a response code',
      (host: MulticastHost) => {
        return host.send(
          multicastResponse(packetRecords({ instance: 'bad', txt: ['cluster=alpha'] }), { rcode: 'SERVFAIL' }),
        )
      },
      '1 not a standard response',
    ],
    ['cut short', (host: MulticastHost) => host.send(bad.subarray(0, -3)), '1 malformed'],
    ['empty', (host: MulticastHost) => host.send(Buffer.alloc(0)), '1 malformed'],
  ] as const)('drops an answer %s, and takes the good one', async (_, misbehave, dropped) => {
    await using host = await scriptedHost(async (host) => {
      await misbehave(host)
      await host.send(good)
    })
    const report = await resolveCluster(loopbackResolver(host), 'alpha')
    expect(report.endpoints.map(formatEndpoint)).toEqual(['192.0.2.22:2510'])
    expect(report.attempts[0]?.detail).toBe(`not used: ${dropped}`)
  })

  it('MD-4 takes an answer whose IP TTL is not 255', async () => {
    await using host = await scriptedHost((host) => host.send(good, { timeToLive: 1 }))
    const report = await resolveCluster(loopbackResolver(host), 'alpha')
    expect(report.endpoints.map(formatEndpoint)).toEqual(['192.0.2.22:2510'])
  })

  it('MD-17 lives through 1,000 packets of rubbish', async () => {
    await using host = await scriptedHost(async (host) => {
      for (let index = 0; index < 1_000; index += 1) {
        // As fast as they can be read; faster, and the system drops the good one as well.
        if (index % 100 === 0) await setImmediate()
        await host.send(Buffer.from(bad.map((octet, place) => (place % 97 === index % 97 ? octet ^ index : octet))))
      }
      await host.send(good)
    })
    const report = await resolveCluster(loopbackResolver(host, { quietTime: 500, maximumTime: 10_000 }), 'alpha', {
      timeout: 15_000,
    })
    expect(report.endpoints.map(formatEndpoint)).toContain('192.0.2.22:2510')
  })
})

describe('where it cannot be queried', () => {
  it('MD-32 the port is kept by a program that does not share it: unavailable', async () => {
    const port = await freePort()
    const selfish = createSocket('udp4')
    selfish.bind(port, '0.0.0.0')
    await once(selfish, 'listening')
    const report = await resolveCluster(loopbackResolver({ port }), 'alpha')
    selfish.close()
    expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'unavailable' }] })
    expect(report.attempts[0]?.error?.code).toBe('EADDRINUSE')
  })
})

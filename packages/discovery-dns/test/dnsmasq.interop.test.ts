import { resolveCluster } from '@pstorage/discovery-core'
import { dnsmasqServer, faultyRelay, type HostileQuery, hostileServer, namedServer, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { endpointsOf } from './asked.js'
import { answer, domain, goodEndpoint } from './good-zone.js'

const head = `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
 NS ns
ns A 127.0.0.1
`
const clusters = Array.from({ length: 600 }, (_, index) => `cluster-${index}`)
const zone = `${head}${clusters.map((name) => `_pstorage._tcp.${name} SRV 0 1 2510 h1\n`).join('')}h1 A 192.0.2.1\n`

describe('dnsmasq before BIND', () => {
  it.each([
    ['', 0],
    [', where TCP does not get through', 1_000],
  ])('gives the same to many resolvers that ask at once, whatever cookies come back%s', async (_, resets) => {
    await using named = await namedServer({ zones: { [domain]: zone } })
    // Late enough for dnsmasq to have the same question of another client, to which it gives the same reply.
    await using upstream = await faultyRelay({ target: named, faults: { delay: 20 }, seed: 1 })
    await using dnsmasq = await dnsmasqServer({ forwardTo: upstream })
    await using relay = await faultyRelay({ target: dnsmasq, faults: { resets }, seed: 1 })
    const resolvers = Array.from({ length: 6 }, () => dnsResolver({ servers: [relay.server], domains: [domain] }))
    const details = new Set<string | null>()
    for (let round = 0; round < 5; round += 1) {
      const reports = await Promise.all(resolvers.map((resolver) => resolveCluster(resolver, `cluster-${round}`)))
      for (const report of reports) {
        expect(endpointsOf(report)).toEqual([goodEndpoint])
        expect(report.attempts[0]?.elapsedMs).toBeLessThan(2_000)
        details.add(report.attempts[0]?.detail ?? null)
      }
    }
    const way = resets === 0 ? 'by TCP' : 'without a cookie'
    expect(details).toContain(`${way} after a reply with another cookie`)
    await Promise.all(resolvers.map((resolver) => resolver[Symbol.asyncDispose]()))
  })

  it('answers all of 600 questions at once, 150 at a time', async () => {
    await using named = await namedServer({ zones: { [domain]: zone } })
    await using dnsmasq = await dnsmasqServer({ forwardTo: named })
    await using resolver = dnsResolver({ servers: [dnsmasq.server], domains: [domain] })
    const reports = await Promise.all(clusters.map((cluster) => resolveCluster(resolver, cluster)))
    expect(reports.filter(({ outcome }) => outcome !== 'found')).toHaveLength(0)
  })
})

describe('dnsmasq before a slow server', () => {
  const slow = async function* (query: HostileQuery) {
    yield { pause: 100 }
    yield query.type === 33 && query.name.startsWith('_pstorage._tcp.cluster-')
      ? reply(query, {
          answers: [{ name: query.name, type: 'SRV', port: 2510, target: `h1.${domain}` }],
          additionals: [{ name: `h1.${domain}`, type: 'A', address: '192.0.2.1' }],
        })
      : answer(query)
  }

  it('answers all of 300 questions at once, 150 at a time', async () => {
    await using upstream = await hostileServer({ udp: slow })
    await using dnsmasq = await dnsmasqServer({ forwardTo: upstream })
    await using resolver = dnsResolver({ servers: [dnsmasq.server], domains: [domain] })
    const reports = await Promise.all(clusters.slice(300).map((cluster) => resolveCluster(resolver, cluster)))
    expect(reports.filter(({ outcome }) => outcome !== 'found')).toHaveLength(0)
  })

  it('refuses more, which does not make one of them wait for its deadline', async () => {
    await using upstream = await hostileServer({ udp: slow })
    await using dnsmasq = await dnsmasqServer({ forwardTo: upstream, lines: ['dns-forward-max=20'] })
    await using resolver = dnsResolver({ servers: [dnsmasq.server], domains: [domain] })
    const some = clusters.slice(0, 120)
    const reports = await Promise.all(some.map((cluster) => resolveCluster(resolver, cluster)))
    expect(reports.filter(({ outcome }) => outcome !== 'found')).toHaveLength(0)
  })
})

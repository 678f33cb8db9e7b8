import { resolveCluster } from '@pstorage/discovery-core'
import { type DnsRecord, type HostileQuery, hostileServer, type TcpScript } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { endpointsOf } from './asked.js'
import { answer, domain } from './good-zone.js'
import { resolvConfFile } from './resolv-conf-file.js'

const clusters = Array.from({ length: 20 }, (_, index) => `c${index}`)
const records = clusters.flatMap((cluster, index): readonly DnsRecord[] => [
  { name: `_pstorage._tcp.${cluster}.${domain}`, type: 'SRV', port: 2510, target: `h${index}.${domain}` },
  { name: `h${index}.${domain}`, type: 'A', address: `192.0.2.${index}` },
])

/** Resolves all clusters at once over TCP alone. */
async function resolveAll(tcp: TcpScript) {
  await using server = await hostileServer({ udp: 'closed', tcp })
  await using file = await resolvConfFile(`search ${domain}\noptions use-vc\n`)
  await using resolver = dnsResolver({ servers: [server.server], resolvConf: file.path })
  const reports = await Promise.all(clusters.map((cluster) => resolveCluster(resolver, cluster)))
  expect(reports.map(endpointsOf)).toEqual(clusters.map((_, index) => [`192.0.2.${index}:2510`]))
  const services = server.queries.filter((query) => query.type === 33)
  return { services, connections: new Set(server.queries.map(({ connection }) => connection)).size }
}

describe('questions over TCP alone at the same time', () => {
  it('TCP-5: share a connection, and are told apart by id, in whatever order they are answered', async () => {
    const held: { readonly query: HostileQuery; readonly answered: () => void }[] = []
    const { services } = await resolveAll(async function* (query) {
      if (query.type === 33) {
        // The first is answered last: all have to be there before any is answered.
        await new Promise<void>((resolve) => {
          held.push({ query, answered: resolve })
          if (held.length === clusters.length) for (const { answered } of held.toReversed()) answered()
        })
      }
      yield answer(query, records)
    })
    expect(new Set(services.map(({ connection }) => connection)).size).toBe(1)
    expect(new Set(services.map(({ id }) => id)).size).toBe(clusters.length)
  })

  it('TCP-5: are put again over connections of their own where a server answers only the first of a connection', async () => {
    const seen = new Set<number>()
    await resolveAll((query) => {
      if (seen.has(query.connection)) return undefined
      seen.add(query.connection)
      return answer(query, records)
    })
  })

  it('TCP-5: are waited for where a server is slow, and closes further connections', async () => {
    await resolveAll(async function* (query) {
      if (query.connection > 0 && query.type === 33) return yield 'end'
      if (query.type === 33) yield { pause: 600 }
      yield answer(query, records)
    })
  })

  it.each<[string, TcpScript]>([
    ['closes after each answer', (query) => [answer(query, records), 'end']],
    ['answers octet by octet', (query) => ({ slowly: framed(answer(query, records)), every: 0 })],
  ])('TCP-5: are answered by a server that %s', async (_, tcp) => {
    await resolveAll(tcp)
  })
})

function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message])
}

import { describe, expect, it } from 'vitest'
import {
  clusterListZone,
  clusterZone,
  type KnotServerOptions,
  knotServer,
  namedServer,
  nsdServer,
  type RealServer,
} from '../src/index.js'
import { outcome, printed } from './dig.js'

type Start = (options: KnotServerOptions) => Promise<RealServer>

describe.each<[string, Start]>([
  ['named', namedServer],
  ['knotd', knotServer],
  ['nsd', nsdServer],
])('%s', (_, start) => {
  it('transfers 100,000 clusters', async () => {
    const zones = { 'large.test': clusterZone({ clusters: 100_000 }) }
    await using server = await start({ zones, allowTransfer: 'any' })
    // With the addresses of hosts and the name server, NS, and SOA at both ends.
    expect(outcome(await printed('dig', server, 'large.test', 'AXFR'))).toBe('101004 records')
  })

  it.each([
    ['more than 20,000', 2_000, 20_000],
    ['nearly 65,535', 4_500, 57_000],
  ])('truncates an answer of %s octets over UDP, and gives it over TCP', async (_, clusters, octets) => {
    await using server = await start({ zones: { 'list.test': clusterListZone({ clusters }) } })
    const question = ['+norecurse', 'pstorage_clusters.list.test', 'TXT']
    expect(await printed('dig', server, '+ignore', ...question)).toMatch(/flags: qr aa tc;/)
    const text = await printed('dig', server, ...question)
    expect(Number(/MSG SIZE {2}rcvd: (\d+)/.exec(text)?.[1])).toBeGreaterThan(octets)
    expect(text.match(/cluster-\d+/g)).toHaveLength(clusters)
  })
})

import { randomBytes } from 'node:crypto'
import { discoverClusters, resolveCluster } from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { faultyRelay } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { domain, entries } from './world.js'

const RUNS = 100

describe('octets that change on the way, where checksums do not tell', { timeout: 60_000 }, () => {
  it('never make a question fail otherwise than as an attempt, or last beyond its time', async () => {
    await using server = await clusterNameServer({ origin: domain, clusters: entries })
    await using relay = await faultyRelay({ target: server, faults: { corruption: 700 }, seed: 1 })
    const reports = await Promise.all(
      Array.from({ length: RUNS }, async () => {
        await using resolver = dnsResolver({ servers: [relay.server], domains: [domain] })
        const startedAt = performance.now()
        const { outcome } = await resolveCluster(resolver, 'my-cluster', { timeout: 1_500 })
        return { outcome, elapsed: performance.now() - startedAt }
      }),
    )
    for (const { outcome, elapsed } of reports) {
      expect(['found', 'known', 'absent', 'undetermined']).toContain(outcome)
      expect(elapsed).toBeLessThan(2_000)
    }
    // Most changes are noticed, and asked about again.
    expect(reports.filter(({ outcome }) => outcome === 'found').length).toBeGreaterThan(RUNS / 2)
  })

  it('never change a transfer that is signed: it is whole and true, or not used', async () => {
    const key = { name: 'transfer', algorithm: 'hmac-sha256', secret: randomBytes(32).toString('base64') } as const
    const clusters = Array.from({ length: 2_000 }, (_, index) => ({
      name: `cluster-${index}`,
      mds: [{ address: '192.0.2.1' }],
    }))
    await using server = await clusterNameServer({
      origin: domain,
      clusters,
      keys: [key],
      allowTransfer: [{ key: key.name }],
    })
    await using relay = await faultyRelay({ target: server, faults: { corruption: 100 }, seed: 7 })
    const outcomes: string[] = []
    for (let run = 0; run < 40; run += 1) {
      await using resolver = dnsResolver({
        servers: [relay.server],
        domains: [domain],
        axfr: 'always',
        tsigKey: key,
      })
      const report = await discoverClusters(resolver, { timeout: 1_500 })
      const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
      outcomes.push(transfer?.status ?? 'none')
      if (transfer?.status !== 'found') continue
      const names = report.clusters
        .filter(({ sources }) => sources.some(({ method }) => method === 'dns-axfr'))
        .map(({ name }) => name)
      expect(new Set(names)).toEqual(new Set(clusters.map(({ name }) => name)))
    }
    // Both were seen, or nothing was put to the test.
    expect(outcomes).toContain('found')
    expect(outcomes.some((status) => status !== 'found')).toBe(true)
  })
})

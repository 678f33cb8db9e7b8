import { discoverClusters, type Outcome, type Random, resolveCluster, seededRandom } from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { faultyRelay, type LinkFaults } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { domain, entries, truth, type WorldCluster } from './world.js'

const TIMEOUT = 1_500

/** Milliseconds by which a query may exceed its time on a busy machine. */
const SLACK = 500

/** Anything that honest networks do. */
function drawFaults(random: Random): LinkFaults {
  const some = (most: number): number => (random.below(2) === 0 ? 0 : random.below(most))
  return { loss: some(900), delay: some(400), jitter: some(200), duplication: some(600), resets: some(500) }
}

/** Two relays with faults of their own, which change while questions are under way. */
async function network(seed: number) {
  const random = seededRandom(seed)
  const server = await clusterNameServer({ origin: domain, clusters: entries })
  const relays = await Promise.all(
    [1, 2].map((number) => faultyRelay({ target: server, faults: drawFaults(random), seed: seed * 10 + number })),
  )
  const weather = setInterval(() => {
    for (const relay of relays) relay.faults = drawFaults(random)
  }, 250)
  return {
    servers: relays.map((relay) => relay.server),
    async [Symbol.asyncDispose]() {
      clearInterval(weather)
      for (const each of [...relays, server]) await each[Symbol.asyncDispose]()
    },
  }
}

describe.each([1, 2, 3, 4])('networks whose faults change at random, by seed %i', { timeout: 60_000 }, (seed) => {
  it('never make a report untrue, and never keep it beyond its time', async () => {
    await using way = await network(seed)
    const clusters = Object.keys(truth) as readonly WorldCluster[] // exactly the keys written there
    const questions = Array.from({ length: 90 }, (_, index) => clusters[index % clusters.length] ?? 'nosuch')
    const answers = questions.map(async (cluster) => {
      await using resolver = dnsResolver({ servers: way.servers, domains: [domain] })
      const startedAt = performance.now()
      const report = await resolveCluster(resolver, cluster, { timeout: TIMEOUT })
      return { cluster, report, elapsed: performance.now() - startedAt }
    })
    for (const { cluster, report, elapsed } of await Promise.all(answers)) {
      const { outcome, addresses } = truth[cluster]
      const honest: readonly Outcome[] = [outcome, 'undetermined']
      expect(honest).toContain(report.outcome)
      const found = report.endpoints.map(({ address, port }) => `${address}:${port}`)
      expect(addresses).toEqual(expect.arrayContaining(found))
      // A no is the word of a server, and every failure has a reason.
      if (report.outcome === 'absent') expect(report.attempts.map(({ status }) => status)).toContain('empty')
      for (const { status, error } of report.attempts) {
        if (status === 'timeout' || status === 'unreachable') expect(error).not.toBeNull()
      }
      expect(elapsed).toBeLessThan(TIMEOUT + SLACK)
    }
  })

  it('never show a part of a zone as the whole', async () => {
    await using way = await network(seed + 100)
    const answers = Array.from({ length: 30 }, async () => {
      await using resolver = dnsResolver({ servers: way.servers, domains: [domain], axfr: 'always' })
      return await discoverClusters(resolver, { timeout: TIMEOUT })
    })
    for (const { outcome, clusters, attempts } of await Promise.all(answers)) {
      expect(['found', 'undetermined']).toContain(outcome)
      expect(['my-cluster', 'no-address']).toEqual(expect.arrayContaining(clusters.map(({ name }) => name)))
      for (const { method, status, count } of attempts) {
        if (method === 'dns-axfr' && status === 'found') expect(count).toBe(1)
      }
    }
  })
})

import { resolveCluster } from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { faultyRelay } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { runCommand } from './run-command.js'
import { domain, entries, truth } from './world.js'

/** Three of ten packets are lost in each direction, and the others take a tenth of a second. */
const faults = { loss: 300, delay: 100 }

const RUNS = 100

/** All at once, since the time goes into waiting. */
function inParallel<T>(run: () => Promise<T>): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: RUNS }, run))
}

/** Counts the reports. */
function tally(words: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[String(word)] = (counts[String(word)] ?? 0) + 1
  return counts
}

describe('a network that loses 30 % and delays by 100 ms in each direction', { timeout: 60_000 }, () => {
  it('is no reason not to find what exists: 99 of 100 times, and never is it called absent', async () => {
    await using server = await clusterNameServer({ origin: domain, clusters: entries })
    await using relay = await faultyRelay({ target: server, faults, seed: 1 })
    const reports = await inParallel(async () => {
      // As in a process of its own: nothing is learnt from the runs before.
      await using resolver = dnsResolver({ servers: [relay.server], domains: [domain] })
      return await resolveCluster(resolver, 'my-cluster')
    })
    const outcomes = tally(reports.map(({ outcome }) => outcome))
    expect(outcomes.found).toBeGreaterThanOrEqual(99)
    expect(outcomes).not.toHaveProperty('absent')
    expect(outcomes).not.toHaveProperty('known')
    for (const { endpoints } of reports) {
      if (endpoints.length === 0) continue
      const addresses = endpoints.map(({ address, port }) => `${address}:${port}`)
      expect(addresses.toSorted()).toEqual(truth['my-cluster'].addresses)
    }
    expect(relay.lost / relay.packets).toBeGreaterThan(0.2)
  })

  it('does the same to the command', async () => {
    await using server = await clusterNameServer({ origin: domain, clusters: entries })
    await using relay = await faultyRelay({ target: server, faults, seed: 2 })
    const runs = await inParallel(() =>
      runCommand('resolve', 'my-cluster', '--backend', 'dns', '--server', relay.server, '--domain', domain),
    )
    const codes = tally(runs.map(({ code }) => code))
    expect(codes['0']).toBeGreaterThanOrEqual(99)
    expect((codes['0'] ?? 0) + (codes['3'] ?? 0)).toBe(RUNS)
  })

  it('says absent of what does not exist, or that it could not find out', async () => {
    await using server = await clusterNameServer({ origin: domain, clusters: entries })
    await using relay = await faultyRelay({ target: server, faults, seed: 3 })
    const reports = await inParallel(async () => {
      await using resolver = dnsResolver({ servers: [relay.server], domains: [domain] })
      return await resolveCluster(resolver, 'nosuch')
    })
    const outcomes = tally(reports.map(({ outcome }) => outcome))
    expect(outcomes.absent).toBeGreaterThanOrEqual(90)
    expect((outcomes.absent ?? 0) + (outcomes.undetermined ?? 0)).toBe(RUNS)
  })
})

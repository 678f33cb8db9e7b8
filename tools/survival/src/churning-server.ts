import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '@pstorage/discovery-core'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { faultyRelay } from '@pstorage/testbed'

/** Number of clusters of the server, and the interval of changes. */
export interface ChurnPlan {
  readonly clusters: number
  /** Milliseconds. */
  readonly changeEvery: number
  readonly seed: number
}

/** The name of a cluster of the plan. */
export function clusterAt(index: number): string {
  return `cluster-${index}`
}

/** The domain of them all. */
export const churnDomain = 'pstorage.test'

/**
 * Serves clusters whose metadata servers come and go, behind a relay that loses and delays: for a process of its own, so that
 * what it needs is not counted. Writes the address of the relay first; ends with its input.
 */
export async function serveChurn({ clusters, changeEvery, seed }: ChurnPlan): Promise<void> {
  const random = seededRandom(seed)
  const stopped = new AbortController()
  process.stdin.on('end', () => stopped.abort()).resume()
  const entries = Array.from({ length: clusters }, (_, index) => ({
    name: clusterAt(index),
    ttl: 1,
    mds: [{ address: `192.0.2.${1 + (index % 200)}` }],
  }))
  await using server = await clusterNameServer({ origin: churnDomain, clusters: entries })
  // Every twentieth packet is lost, which is much for a network and little for a test.
  await using relay = await faultyRelay({ target: server, faults: { loss: 50, delay: 2, jitter: 5 }, seed })
  console.log(relay.server)
  for (;;) {
    try {
      await sleep(changeEvery, undefined, { signal: stopped.signal })
    } catch {
      return
    }
    const entry = entries[random.below(clusters)]
    if (entry === undefined) continue
    entry.mds = Array.from({ length: random.below(4) }, () => ({ address: `198.51.100.${1 + random.below(250)}` }))
    server.update({ clusters: entries })
  }
}

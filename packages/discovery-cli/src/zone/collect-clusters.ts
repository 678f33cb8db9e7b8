import {
  type Attempt,
  type DiscoverReport,
  discoverFold,
  type ResolveEvent,
  type Resolver,
  resolveFold,
} from '@pstorage/discovery-core'
import { couldNotAsk } from '../terminal/summary.js'
import type { PublishedCluster } from './zone-record.js'

export interface CollectOptions {
  readonly resolver: Resolver
  readonly signal: AbortSignal | undefined
  /** Milliseconds for each question. */
  readonly timeout: number
  /** Gets each event as it comes. */
  readonly hear: (event: ResolveEvent) => void
}

/** All clusters with all their addresses. */
export interface Collected {
  readonly discovered: DiscoverReport
  readonly clusters: readonly PublishedCluster[]
  /** Those because of which something may be missing. */
  readonly failed: readonly Attempt[]
}

/** How many clusters are asked for at once. */
const AT_ONCE = 32

/** Asks for the names, and for the addresses of each. Rejects with the reason of the signal when that comes. */
export async function collectClusters({ resolver, signal, timeout, hear }: CollectOptions): Promise<Collected> {
  const query = { signal, timeout }
  const names = discoverFold()
  for await (const event of resolver.discover(query)) {
    names.add(event)
    hear(event)
  }
  const discovered = names.report()
  const failed = discovered.attempts.filter(couldNotAsk)
  const clusters: PublishedCluster[] = []
  const waiting = [...discovered.clusters.entries()]
  const askInTurn = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { name }] = next
      const fold = resolveFold(name)
      for await (const event of resolver.resolve(name, query)) {
        fold.add(event)
        hear(event)
      }
      const { endpoints, attempts } = fold.report()
      clusters[index] = { name, endpoints }
      failed.push(...attempts.filter(couldNotAsk))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn))
  return { discovered, clusters, failed }
}

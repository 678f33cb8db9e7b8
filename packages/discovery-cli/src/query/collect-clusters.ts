import {
  type Attempt,
  type ClusterName,
  clusterNameFault,
  discoverReportBuilder,
  type Outcome,
  type ResolvedEndpoint,
  type ResolveEvent,
  type ResolveReport,
  type Resolver,
  resolveReportBuilder,
  type Source,
} from '@pstorage/discovery-core'

export interface CollectOptions {
  readonly resolver: Resolver
  readonly signal: AbortSignal | undefined
  /** Milliseconds for each query. */
  readonly timeout: number
  /** Gets each event as it comes. */
  readonly onEvent: (event: ResolveEvent) => void
}

/** All clusters with all their addresses. */
export interface CollectedClusters {
  /** The outcome of the query for names. */
  readonly outcome: Outcome
  readonly clusters: readonly CollectedCluster[]
  /** The attempts of all queries. */
  readonly attempts: readonly Attempt[]
}

/** A cluster, its sources, and its endpoints. */
export interface CollectedCluster {
  readonly name: string
  readonly sources: readonly Source[]
  readonly endpoints: readonly ResolvedEndpoint[]
  /** The outcome of resolving it; `undefined` where its name cannot be resolved. */
  readonly outcome?: Outcome
}

/** The number of clusters that are resolved at once. */
const AT_ONCE = 32

/** Queries the names, and the endpoints of each. Rejects with the reason of the signal when that is aborted. */
export async function collectClusters(options: CollectOptions): Promise<CollectedClusters> {
  const { resolver, signal, timeout, onEvent } = options
  const names = discoverReportBuilder()
  for await (const event of resolver.discover({ signal, timeout })) {
    names.add(event)
    onEvent(event)
  }
  const discovered = names.report()
  const attempts = [...discovered.attempts]
  const clusters: CollectedCluster[] = []
  const waiting = discovered.clusters.entries()
  const resolveNext = async (): Promise<void> => {
    for (const [index, { name, sources }] of waiting) {
      // A backend that does not check its names may emit one that cannot be resolved.
      if (clusterNameFault(name) !== undefined) {
        clusters[index] = { name, sources, endpoints: [] }
        continue
      }
      const { report } = await collectCluster(name, options)
      clusters[index] = { name, sources, endpoints: report.endpoints, outcome: report.outcome }
      attempts.push(...report.attempts)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, resolveNext))
  signal?.throwIfAborted()
  return { outcome: discovered.outcome, clusters, attempts }
}

/** Queries the endpoints of one cluster; `sources` are those that name it. */
export async function collectCluster(
  name: ClusterName,
  { resolver, signal, timeout, onEvent }: CollectOptions,
): Promise<{ readonly report: ResolveReport; readonly sources: readonly Source[] }> {
  const fold = resolveReportBuilder(name)
  const sources: Source[] = []
  for await (const event of resolver.resolve(name, { signal, timeout })) {
    fold.add(event)
    if (event.type === 'cluster') sources.push(event.source)
    onEvent(event)
  }
  signal?.throwIfAborted()
  return { report: fold.report(), sources }
}

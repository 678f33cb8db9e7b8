import {
  type Attempt,
  type ClusterName,
  clusterNameFault,
  discoverFold,
  type Outcome,
  type ResolvedEndpoint,
  type ResolveEvent,
  type ResolveReport,
  type Resolver,
  resolveFold,
  type Source,
} from '@pstorage/discovery-core'

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
  /** Of the question for names. */
  readonly outcome: Outcome
  readonly clusters: readonly CollectedCluster[]
  /** Of all questions. */
  readonly attempts: readonly Attempt[]
}

/** A cluster, who named it, and where its metadata servers listen. */
export interface CollectedCluster {
  readonly name: string
  readonly sources: readonly Source[]
  readonly endpoints: readonly ResolvedEndpoint[]
}

/** How many clusters are asked for at once. */
const AT_ONCE = 32

/** Asks for the names, and for the addresses of each. Rejects with the reason of the signal when that comes. */
export async function collectClusters(options: CollectOptions): Promise<Collected> {
  const { resolver, signal, timeout, hear } = options
  const names = discoverFold()
  for await (const event of resolver.discover({ signal, timeout })) {
    names.add(event)
    hear(event)
  }
  const discovered = names.report()
  const attempts = [...discovered.attempts]
  const clusters: CollectedCluster[] = []
  const waiting = discovered.clusters.entries()
  const askInTurn = async (): Promise<void> => {
    for (const [index, { name, sources }] of waiting) {
      // A backend that does not check its names: nobody can be asked for such a one.
      if (clusterNameFault(name) !== undefined) {
        clusters[index] = { name, sources, endpoints: [] }
        continue
      }
      const { report } = await collectCluster(name, options)
      clusters[index] = { name, sources, endpoints: report.endpoints }
      attempts.push(...report.attempts)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn))
  signal?.throwIfAborted()
  return { outcome: discovered.outcome, clusters, attempts }
}

/** Asks for the addresses of one cluster; `witnesses` are those who say that it exists. */
export async function collectCluster(
  name: ClusterName,
  { resolver, signal, timeout, hear }: CollectOptions,
): Promise<{ readonly report: ResolveReport; readonly witnesses: readonly Source[] }> {
  const fold = resolveFold(name)
  const witnesses: Source[] = []
  for await (const event of resolver.resolve(name, { signal, timeout })) {
    fold.add(event)
    if (event.type === 'cluster') witnesses.push(event.source)
    hear(event)
  }
  signal?.throwIfAborted()
  return { report: fold.report(), witnesses }
}

import {
  type ClusterName,
  closestWord,
  clusterNameFault,
  clusterNameKey,
  discoverClusters,
  type ResolveReport,
  type Resolver,
  resolveCluster,
} from '@pstorage/discovery-core'
import type { BackendLoaders, BackendName, BackendSettings } from '../context.js'

/** The number of clusters that are compared. */
const MAX_CLUSTERS = 200

/** The reports of one backend about each cluster. */
export interface BackendReports {
  readonly backend: BackendName
  /** By the key of the name; of every cluster that any source names. */
  readonly reports: ReadonlyMap<string, ResolveReport>
}

/** The reports of all backends. */
export interface SourceReports {
  readonly backends: readonly BackendReports[]
  /** The clusters that are compared, as first spelt. */
  readonly clusters: readonly ClusterName[]
  /** Set where there are more. */
  readonly isCut: boolean
  /** The name that was likely meant, where no source knows the cluster in question. */
  readonly similar?: ClusterName | undefined
  /** The backends that could not list their clusters. */
  readonly unanswered: readonly BackendName[]
}

/** The query to all backends. */
export interface SourcesQuery {
  readonly backends: readonly BackendName[]
  readonly settings: BackendSettings
  readonly loaders: BackendLoaders
  /** Only this one. */
  readonly cluster: ClusterName | undefined
  readonly timeout: number
  readonly signal: AbortSignal
}

/** Open resolvers, one for each backend. */
export interface OpenSources extends AsyncDisposable {
  /** Queries the clusters, and the addresses of each that any backend names. */
  query(): Promise<SourceReports>
}

/** Opens the resolvers; nothing is queried yet. Rejects where a backend refuses its settings, with nothing left open. */
export async function openSources(query: SourcesQuery): Promise<OpenSources> {
  const { backends, settings, loaders } = query
  const opened: OpenSource[] = []
  const close = async (): Promise<void> => {
    await Promise.all(opened.map(({ resolver }) => resolver[Symbol.asyncDispose]()))
  }
  try {
    for (const backend of backends) opened.push({ backend, resolver: await loaders[backend](settings) })
  } catch (error) {
    await close()
    throw error
  }
  return { query: () => queryAll(opened, query), [Symbol.asyncDispose]: close }
}

interface OpenSource {
  readonly backend: BackendName
  readonly resolver: Resolver
}

async function queryAll(
  opened: readonly OpenSource[],
  { cluster, timeout, signal }: SourcesQuery,
): Promise<SourceReports> {
  const options = { timeout, signal }
  const named =
    cluster === undefined ? await Promise.all(opened.map(({ resolver }) => discoverClusters(resolver, options))) : []
  const all = cluster === undefined ? named.flatMap(({ clusters }) => clusters.map(({ name }) => name)) : [cluster]
  const names = new Map<string, ClusterName>()
  for (const name of all) {
    // A backend that does not keep the contract may give any text.
    if (clusterNameFault(name) === undefined && !names.has(clusterNameKey(name))) names.set(clusterNameKey(name), name)
  }
  const clusters = [...names.values()].slice(0, MAX_CLUSTERS)
  const views = await Promise.all(
    opened.map(async ({ backend, resolver }): Promise<BackendReports> => {
      const reports = await Promise.all(clusters.map((name) => resolveCluster(resolver, name, options)))
      return { backend, reports: new Map(reports.map((report) => [clusterNameKey(report.cluster), report])) }
    }),
  )
  const unanswered = opened.filter((_, index) => named[index]?.outcome === 'undetermined').map(({ backend }) => backend)
  const similar = cluster === undefined ? undefined : await findSimilar(opened, views, { cluster, timeout, signal })
  return { backends: views, clusters, isCut: names.size > clusters.length, unanswered, similar }
}

/** The longest time for a hint, in milliseconds. */
const HINT_TIMEOUT = 1_000

/** Resolves to the name that is closest to a cluster that no source knows; multicast would take too long for a hint. */
async function findSimilar(
  opened: readonly OpenSource[],
  views: readonly BackendReports[],
  {
    cluster,
    timeout,
    signal,
  }: { readonly cluster: ClusterName; readonly timeout: number; readonly signal: AbortSignal },
): Promise<ClusterName | undefined> {
  const isKnown = views.some(({ reports }) =>
    [...reports.values()].some(({ outcome }) => outcome === 'found' || outcome === 'known'),
  )
  if (isKnown) return undefined
  const quick = opened.filter(({ backend }) => backend !== 'zeroconf')
  const options = { timeout: Math.min(timeout, HINT_TIMEOUT), signal }
  const reports = await Promise.all(quick.map(({ resolver }) => discoverClusters(resolver, options)))
  const names = reports.flatMap(({ clusters }) => clusters.map(({ name }) => name))
  const closest = closestWord(clusterNameKey(cluster), names.map(clusterNameKey))
  return names.find((name) => clusterNameFault(name) === undefined && clusterNameKey(name) === closest)
}

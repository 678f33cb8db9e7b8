import {
  type ClusterName,
  clusterNameFault,
  clusterNameKey,
  discoverClusters,
  type ResolveReport,
  type Resolver,
  resolveCluster,
} from '@pstorage/discovery-core'
import type { BackendLoaders, BackendName, BackendSettings } from '../ask/backends.js'

/** How many clusters are compared. */
const MAX_CLUSTERS = 200

/** What one source says about each cluster. */
export interface SourceView {
  readonly backend: BackendName
  /** By the key of the name; of every cluster that any source names. */
  readonly reports: ReadonlyMap<string, ResolveReport>
}

/** What all sources say. */
export interface AllSources {
  readonly views: readonly SourceView[]
  /** The clusters that are compared, as first spelt. */
  readonly clusters: readonly ClusterName[]
  /** Whether there are more. */
  readonly isCut: boolean
  /** Whether every source could be asked which clusters there are. */
  readonly isComplete: boolean
}

/** What is asked. */
export interface ViewQuestion {
  readonly backends: readonly BackendName[]
  readonly settings: BackendSettings
  readonly loaders: BackendLoaders
  /** Only this one. */
  readonly cluster: ClusterName | undefined
  readonly timeout: number
  readonly signal: AbortSignal
}

/** Sources that are open, to be asked each by itself. */
export interface OpenSources extends AsyncDisposable {
  /** For the clusters, and for the addresses of each that any of them names. */
  ask(): Promise<AllSources>
}

/** Opens the sources; nothing is asked yet. Rejects where a backend refuses its settings, with nothing left open. */
export async function openSources(question: ViewQuestion): Promise<OpenSources> {
  const { backends, settings, loaders } = question
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
  return { ask: () => askAll(opened, question), [Symbol.asyncDispose]: close }
}

interface OpenSource {
  readonly backend: BackendName
  readonly resolver: Resolver
}

async function askAll(opened: readonly OpenSource[], { cluster, timeout, signal }: ViewQuestion): Promise<AllSources> {
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
    opened.map(async ({ backend, resolver }): Promise<SourceView> => {
      const reports = await Promise.all(clusters.map((name) => resolveCluster(resolver, name, options)))
      return { backend, reports: new Map(reports.map((report) => [clusterNameKey(report.cluster), report])) }
    }),
  )
  const isComplete = named.every(({ outcome }) => outcome !== 'undetermined')
  return { views, clusters, isCut: names.size > clusters.length, isComplete }
}

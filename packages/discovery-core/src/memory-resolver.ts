import type { Clock } from './clock.js'
import type { ClusterName } from './cluster-name.js'
import { clusterNameKey, parseClusterName } from './cluster-name.js'
import { createResolver } from './create-resolver.js'
import type { Endpoint } from './endpoint.js'
import { parseEndpoint } from './endpoint.js'
import type { Resolver } from './resolver.js'
import type { Source } from './source.js'

/** What a {@link memoryResolver} knows. */
export interface MemoryResolverOptions {
  /** Cluster names and their endpoints, as `IP[:PORT]` or whole. A cluster without endpoints is `known`. */
  readonly clusters: Readonly<Record<string, readonly (string | Endpoint)[]>>
  /** The `backend` of its sources and attempts; default `memory`. */
  readonly name?: string
  readonly clock?: Clock | undefined
}

/**
 * Answers from memory: the reference of the contract, and a stand-in for a backend in tests.
 *
 * @throws DiscoveryError `ERR_CLUSTER_NAME_INVALID` or `ERR_ENDPOINT_INVALID`, at once, when the clusters are not right.
 */
export function memoryResolver({ clusters, name = 'memory', clock }: MemoryResolverOptions): Resolver {
  const method = 'memory'
  const source: Source = { backend: name, method, origin: 'memory', ttl: null, authenticated: false }
  const known = new Map<string, { readonly name: ClusterName; readonly endpoints: readonly Endpoint[] }>()
  for (const [text, endpoints] of Object.entries(clusters)) {
    const cluster = parseClusterName(text)
    const parsed = endpoints.map((endpoint) => (typeof endpoint === 'string' ? parseEndpoint(endpoint) : endpoint))
    known.set(clusterNameKey(cluster), { name: cluster, endpoints: parsed })
  }

  return createResolver({
    name,
    clock,
    async discover({ asking, emit }) {
      const asked = asking({ method, target: 'names' })
      for (const cluster of known.values()) emit({ type: 'cluster', name: cluster.name, source })
      asked.ended(known.size > 0 ? 'found' : 'empty', { count: known.size })
    },
    async resolve(name, { asking, emit }) {
      const asked = asking({ method, target: name })
      const cluster = known.get(clusterNameKey(name))
      if (cluster === undefined) return asked.ended('empty')
      emit({ type: 'cluster', name: cluster.name, source })
      for (const [index, endpoint] of cluster.endpoints.entries()) {
        emit({ type: 'endpoint', ...endpoint, source, preference: [index] })
      }
      asked.ended(cluster.endpoints.length > 0 ? 'found' : 'empty', { count: cluster.endpoints.length })
    },
  })
}

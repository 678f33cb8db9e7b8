import { type ClusterName, clusterNameKey, parseClusterName } from '../model/cluster-name.js'
import { type Endpoint, parseEndpoint } from '../model/endpoint.js'
import type { Source } from '../model/source.js'
import { createResolver } from '../query/create-resolver.js'
import type { Resolver } from '../query/resolver.js'
import type { Clock } from '../runtime/clock.js'
import { checkOptionNames } from '../runtime/option-checks.js'

/** Options of {@link memoryResolver}. */
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
 * @throws DiscoveryError `ERR_CLUSTER_NAME_INVALID`, `ERR_ENDPOINT_INVALID` or `ERR_OPTION_INVALID`, at once, when the options are not right.
 */
export function memoryResolver(options: MemoryResolverOptions): Resolver {
  checkOptionNames('memoryResolver', options, { clusters: 'other', name: 'other', clock: 'other' })
  const { clusters, name = 'memory', clock } = options
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
    async discover({ startAttempt, emit }) {
      const attempt = startAttempt({ method, target: 'names' })
      for (const cluster of known.values()) emit({ type: 'cluster', name: cluster.name, source })
      attempt.finish(known.size > 0 ? 'found' : 'empty', { count: known.size })
    },
    async resolve(name, { startAttempt, emit }) {
      const attempt = startAttempt({ method, target: name })
      const cluster = known.get(clusterNameKey(name))
      if (cluster === undefined) return attempt.finish('empty')
      emit({ type: 'cluster', name: cluster.name, source })
      for (const [index, endpoint] of cluster.endpoints.entries()) {
        emit({ type: 'endpoint', ...endpoint, source, preference: [index] })
      }
      attempt.finish(cluster.endpoints.length > 0 ? 'found' : 'empty', { count: cluster.endpoints.length })
    },
  })
}

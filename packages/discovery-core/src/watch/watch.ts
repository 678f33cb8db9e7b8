import { type ClusterName, parseClusterName } from '../model/cluster-name.js'
import type { DiscoverEvent, ResolveEvent } from '../model/events.js'
import type { Resolver } from '../query/resolver.js'
import type { Report } from '../report/report.js'
import type { ClusterWatchEvent, EndpointWatchEvent } from './watch-events.js'
import { type WatchOptions, type WatchPolicy, watchPolicyOf } from './watch-options.js'
import { WatchRun } from './watch-run.js'
import { clusterNames, endpointsOf, type WatchSubject } from './watch-subject.js'

/** A watch: a loop over it yields what is known, and then every change. */
export interface Watch<Event> extends AsyncIterable<Event>, AsyncDisposable {
  /**
   * Asks now, past every cache that the resolver is made of; for callers that find that an endpoint is not what it was.
   * Resolves when that is answered, whatever the answer; at once where no loop is under way.
   */
  refresh(): Promise<void>
}

/**
 * Watches the endpoints of one cluster: `snapshot` with all that is known, then `added`, `updated`, `removed`, `stale`
 * and `recovered` as things change.
 *
 * Nothing is asked before the first event is awaited. It asks again after the least TTL, between `floor` and `ceiling`,
 * or when the resolver gives a hint; later and later while there is no answer. An error, silence or an unconfirmed no never
 * removes anything ({@link WatchOptions} names the policy): `stale` tells it. A consumer that does not come misses no
 * state, only what came and went meanwhile. Leaving the loop, aborting and disposing release everything at once; the
 * resolver stays the caller's.
 *
 * The loop rejects with `signal.reason`, and with `ERR_RESOLVER_DISPOSED` when the resolver is disposed of.
 *
 * @throws DiscoveryError `ERR_CLUSTER_NAME_INVALID`, `ERR_OPTION_INVALID`, at once.
 */
export function watch(
  resolver: Resolver,
  cluster: ClusterName | string,
  options?: WatchOptions<ResolveEvent>,
): Watch<EndpointWatchEvent>
/** Watches the names of the clusters around here. */
export function watch(
  resolver: Resolver,
  cluster: undefined,
  options?: WatchOptions<DiscoverEvent>,
): Watch<ClusterWatchEvent>
export function watch(
  resolver: Resolver,
  cluster: ClusterName | string | undefined,
  options?: WatchOptions<DiscoverEvent>,
): Watch<EndpointWatchEvent> | Watch<ClusterWatchEvent>
export function watch(
  resolver: Resolver,
  cluster: ClusterName | string | undefined,
  options: WatchOptions<never> = {},
): Watch<EndpointWatchEvent> | Watch<ClusterWatchEvent> {
  const policy = watchPolicyOf(options)
  if (cluster === undefined) return watching(resolver, undefined, clusterNames, policy, options)
  const name = parseClusterName(cluster)
  return watching(resolver, name, endpointsOf(name), policy, options)
}

function watching<Whole extends Report, Item, Event>(
  resolver: Resolver,
  cluster: ClusterName | undefined,
  subject: WatchSubject<Whole, Item, Event>,
  policy: WatchPolicy,
  { signal, onEvent }: WatchOptions<never>,
): Watch<Event> {
  const runs = new Set<WatchRun<Whole, Item, Event>>()
  let isDisposed = false
  // The events are those of the query that the caller has chosen.
  const onAnyEvent = onEvent as ((event: ResolveEvent) => void) | undefined
  return {
    [Symbol.asyncIterator]() {
      const onOver = (): boolean => runs.delete(run)
      const run: WatchRun<Whole, Item, Event> = new WatchRun({
        ...{ resolver, cluster, subject, policy, signal, onEvent: onAnyEvent, onOver },
      })
      runs.add(run)
      if (isDisposed) run.end()
      return run
    },
    async refresh() {
      resolver.shortcuts?.expire?.(cluster)
      await Promise.all([...runs].map((run) => run.refresh()))
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true
      await Promise.all([...runs].map((run) => run.return()))
    },
  }
}

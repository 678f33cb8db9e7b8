import type { ClusterName } from '../model/cluster-name.js'
import type { DiscoverEvent, ResolveEvent } from '../model/events.js'
import type { DiscoverReport, ResolveReport } from '../report/report.js'

/** The time a query gets when it does not say: milliseconds. */
export const DEFAULT_TIMEOUT = 5_000

/** Options of one query. */
export interface QueryOptions {
  /** Ends the query at once; the stream rejects with `signal.reason`, and results not yet read are dropped. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for the whole query; default {@link DEFAULT_TIMEOUT}. What is open then ends as `timeout`. */
  readonly timeout?: number | undefined
}

/** Every option of a query, for the check of their names. */
export const queryOptionNames: Readonly<Record<keyof QueryOptions, 'list' | 'other'>> = {
  signal: 'other',
  timeout: 'other',
}

/**
 * Finds clusters. A backend is a resolver; several composed are a resolver; a cached one is a resolver.
 *
 * Nothing is asked before the first event is awaited. Leaving the loop, aborting and disposing close every socket and
 * timer. What goes wrong outside is an attempt with a status; exceptions are for wrong arguments
 * (`ERR_CLUSTER_NAME_INVALID`, `ERR_OPTION_INVALID`), a disposed resolver (`ERR_RESOLVER_DISPOSED`) and an abort.
 */
export interface Resolver extends AsyncDisposable {
  /** Short and stable: the `backend` of its sources and attempts. */
  readonly name: string
  /** Lists the names of the clusters on the network. */
  discover(options?: QueryOptions): AsyncIterable<DiscoverEvent>
  /** Turns one cluster name into the endpoints of its metadata servers. */
  resolve(cluster: ClusterName, options?: QueryOptions): AsyncIterable<ResolveEvent>
  /** Hints that a new query is worth it, for one cluster or of the names; where a backend can tell. */
  changes?(cluster: ClusterName | undefined, options?: QueryOptions): AsyncIterable<void>
  /**
   * Shortcuts beside the streams. A resolver of `createResolver` has them, and a backend written without it can do without:
   * everything works over the streams alone.
   */
  readonly shortcuts?: ResolverShortcuts
}

/** Services of a resolver that need no stream of events. A copy of the resolver, which may differ, gets only `expire`. */
export interface ResolverShortcuts {
  /** The resolver that they belong to, with its methods as they were made. */
  readonly resolver: Resolver
  readonly methods: Pick<Resolver, 'discover' | 'resolve'>
  /** Runs a query for its report alone, by the same rules as the stream. */
  readonly reports: {
    /** Lists the names of the clusters. */
    discover(options: QueryOptions): Promise<DiscoverReport>
    /** Turns a cluster name into endpoints. */
    resolve(cluster: ClusterName, options: QueryOptions): Promise<ResolveReport>
  }
  /** Returns the report of a cache at once; `undefined` where the cache has to ask, or has more to do than to repeat it. */
  readonly cachedReports?: CachedReports | undefined
  /** Expires the retained answer about one cluster, or about the names (`undefined`): the next query asks anew. */
  readonly expire?: ((cluster: ClusterName | undefined) => void) | undefined
}

/** Reports that a cache has at hand. */
export interface CachedReports {
  /** Returns the names of the clusters. */
  discover(): DiscoverReport | undefined
  /** Returns the endpoints of a cluster. */
  resolve(cluster: ClusterName): ResolveReport | undefined
}

/** Returns the shortcuts of a resolver that is as it was made. */
export function shortcutsOf(resolver: Resolver): ResolverShortcuts | undefined {
  const { shortcuts } = resolver
  if (shortcuts === undefined || shortcuts.resolver !== resolver) return undefined
  const { discover, resolve } = shortcuts.methods
  return discover === resolver.discover && resolve === resolver.resolve ? shortcuts : undefined
}

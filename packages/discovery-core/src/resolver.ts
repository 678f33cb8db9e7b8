import type { ClusterName } from './cluster-name.js'
import type { DiscoverEvent, ResolveEvent } from './events.js'

/** The time a question gets when it does not say: milliseconds. */
export const DEFAULT_TIMEOUT = 5_000

/** How one question is asked. */
export interface QueryOptions {
  /** Ends the question at once; the stream rejects with `signal.reason`, and results not yet read are dropped. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for the whole question; default {@link DEFAULT_TIMEOUT}. What is open then ends as `timeout`. */
  readonly timeout?: number | undefined
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
  /** Lists the names of the clusters around here. */
  discover(options?: QueryOptions): AsyncIterable<DiscoverEvent>
  /** Turns one cluster name into the endpoints of its metadata servers. */
  resolve(cluster: ClusterName, options?: QueryOptions): AsyncIterable<ResolveEvent>
  /** Hints that asking again is worth it, of one cluster or of the names; where a backend can tell. */
  changes?(cluster: ClusterName | undefined, options?: QueryOptions): AsyncIterable<void>
}

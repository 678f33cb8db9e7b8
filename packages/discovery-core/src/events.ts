import type { Attempt } from './attempt.js'
import type { ClusterName } from './cluster-name.js'
import type { Endpoint } from './endpoint.js'
import type { Outcome } from './outcome.js'
import type { Method, Source } from './source.js'
import type { Warning } from './warning.js'

/** A question is being put to a place: what progress shows. An {@link AttemptEvent} with the same words follows. */
export interface AskingEvent {
  readonly type: 'asking'
  readonly backend: string
  readonly method: Method
  readonly target: string
}

/**
 * One source names one cluster.
 *
 * From `discover` it is a result. From `resolve` it says that this cluster exists, whether or not an endpoint follows.
 */
export interface ClusterEvent {
  readonly type: 'cluster'
  readonly name: ClusterName
  readonly source: Source
  /** Milliseconds since the source last said so; there only on what is kept because the source could not be asked again. */
  readonly staleMs?: number
}

/** One source names one endpoint of the cluster. */
export interface EndpointEvent extends Endpoint {
  readonly type: 'endpoint'
  readonly source: Source
  /**
   * Where this endpoint stands in the order of its resolver, best first; compared number by number, a missing number
   * before any other. Endpoints come as they are found; this says in which order to try them, after what is stale has
   * been put behind what is fresh. Default `[]`.
   */
  readonly preference?: readonly number[]
  /** Milliseconds since the source last said so; there only on what is kept because the source could not be asked again. */
  readonly staleMs?: number
}

/** A question has ended. */
export interface AttemptEvent extends Attempt {
  readonly type: 'attempt'
}

/** Something that an operator should mend. */
export interface WarningEvent extends Warning {
  readonly type: 'warning'
}

/** The last event of every stream, exactly once. A stream that stops without it is `undetermined`. */
export interface EndEvent {
  readonly type: 'end'
  readonly outcome: Outcome
}

/** What `discover` yields. */
export type DiscoverEvent = AskingEvent | ClusterEvent | AttemptEvent | WarningEvent | EndEvent

/** What `resolve` yields. */
export type ResolveEvent = DiscoverEvent | EndpointEvent

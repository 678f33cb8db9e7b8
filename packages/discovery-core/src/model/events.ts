import type { Attempt } from './attempt.js'
import type { Choice } from './choice.js'
import type { ClusterName } from './cluster-name.js'
import type { Endpoint } from './endpoint.js'
import type { Outcome } from './outcome.js'
import type { Method, Source } from './source.js'

/** Says that an attempt is under way. An {@link AttemptFinishedEvent} with the same `id` follows. */
export interface AttemptStartedEvent {
  readonly type: 'attempt-started'
  /** Unique within the process; see {@link newAttemptId}. */
  readonly id: number
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
  /** There only where a resolver has chosen between several that may each have a cluster of this name. */
  readonly choice?: Choice
}

/** One source names one endpoint of the cluster. */
export interface EndpointEvent extends Endpoint {
  readonly type: 'endpoint'
  readonly source: Source
  /**
   * Position of this endpoint in the order of its resolver, best first; compared number by number, a missing number
   * before any other. Endpoints come as they are found; this says in which order to try them, after what is stale has
   * been put behind what is fresh. Default `[]`.
   */
  readonly preference?: readonly number[]
  /** Milliseconds since the source last said so; there only on what is kept because the source could not be asked again. */
  readonly staleMs?: number
  /** There only where a resolver has chosen between several that may each have a cluster of this name. */
  readonly choice?: Choice
}

/** Says how an attempt ended. One that ended before it could begin, such as one that is skipped, was not announced. */
export interface AttemptFinishedEvent extends Attempt {
  readonly type: 'attempt-finished'
  /** The same as of the {@link AttemptStartedEvent} that announced it, if one did. */
  readonly id: number
}

/** A condition that an operator should fix. */
export interface WarningEvent extends Warning {
  readonly type: 'warning'
}

/** The last event of every stream, exactly once. A stream that stops without it is `undetermined`. */
export interface EndEvent {
  readonly type: 'end'
  readonly outcome: Outcome
}

/** Events of `discover`. */
export type DiscoverEvent = AttemptStartedEvent | ClusterEvent | AttemptFinishedEvent | WarningEvent | EndEvent

/** Events of `resolve`. */
export type ResolveEvent = DiscoverEvent | EndpointEvent

/** A condition that an operator should fix. */
export interface Warning {
  /** Stable, kebab-case, for example `txt-name-invalid`; the catalogue is docs/warnings.md. */
  readonly code: string
  /** One escaped line that names the place and, where there is one, the remedy. */
  readonly message: string
}

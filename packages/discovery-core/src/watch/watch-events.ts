import type { Outcome } from '../model/outcome.js'
import type { DiscoveredCluster, DiscoverReport, Report, ResolvedEndpoint, ResolveReport } from '../report/report.js'

/** Events of a watch of one cluster. Every event says in `outcome` what is known after it. */
export type EndpointWatchEvent =
  | EndpointSnapshotEvent
  | EndpointChangeEvent
  | EndpointsStaleEvent
  | EndpointsRecoveredEvent

/** Events of a watch of the names. Every event says in `outcome` what is known after it. */
export type ClusterWatchEvent = ClusterSnapshotEvent | ClusterChangeEvent | ClustersStaleEvent | ClustersRecoveredEvent

/** All that is known: the first event; and again when the outcome changes although there is nothing to add or remove. */
export interface EndpointSnapshotEvent extends ResolveReport {
  readonly type: 'snapshot'
}

/** All that is known: the first event; and again when the outcome changes although there is nothing to add or remove. */
export interface ClusterSnapshotEvent extends DiscoverReport {
  readonly type: 'snapshot'
}

/**
 * One endpoint has come, is not what it was, or is gone; then it is as it was last known.
 *
 * `updated` tells a change of host, priority, weight, or of who says it and how; not that of a TTL, an order or a line.
 */
export interface EndpointChangeEvent extends ResolvedEndpoint {
  readonly type: 'added' | 'updated' | 'removed'
  readonly outcome: Outcome
  /** All that are known once every change of the same poll has come, best first. */
  readonly endpoints: readonly ResolvedEndpoint[]
}

/** One cluster has come, is not what it was, or is gone; `updated` tells a change of spelling, or of who says it. */
export interface ClusterChangeEvent extends DiscoveredCluster {
  readonly type: 'added' | 'updated' | 'removed'
  readonly outcome: Outcome
  /** All that are known once every change of the same poll has come. */
  readonly clusters: readonly DiscoveredCluster[]
}

/**
 * Some of what is known cannot be confirmed any more: it is kept, and may be wrong. Told once, and again when others are
 * concerned. `attempts` and `warnings` say why.
 */
export interface StaleEvent extends Report {
  readonly type: 'stale'
  /** Milliseconds since the oldest of it was last confirmed. */
  readonly staleMs: number
}

/** Endpoints of the cluster cannot be confirmed any more. */
export interface EndpointsStaleEvent extends StaleEvent {
  /** All that are stale now; none where it is the existence of a cluster without endpoints. */
  readonly endpoints: readonly ResolvedEndpoint[]
}

/** Names of clusters cannot be confirmed any more. */
export interface ClustersStaleEvent extends StaleEvent {
  /** All that are stale now. */
  readonly clusters: readonly DiscoveredCluster[]
}

/** Everything that is known is confirmed again. */
export interface EndpointsRecoveredEvent {
  readonly type: 'recovered'
  readonly outcome: Outcome
  /** Those that were stale, and are not. */
  readonly endpoints: readonly ResolvedEndpoint[]
}

/** Everything that is known is confirmed again. */
export interface ClustersRecoveredEvent {
  readonly type: 'recovered'
  readonly outcome: Outcome
  /** Those that were stale, and are not. */
  readonly clusters: readonly DiscoveredCluster[]
}

import type { Attempt } from '../model/attempt.js'
import type { ClusterName } from '../model/cluster-name.js'
import type { Endpoint } from '../model/endpoint.js'
import type { Warning } from '../model/events.js'
import type { Outcome } from '../model/outcome.js'
import type { Source } from '../model/source.js'

/** A cluster name, and who said it. */
export interface DiscoveredCluster {
  /** As first published. */
  readonly name: ClusterName
  /** At least one. */
  readonly sources: readonly Source[]
  /** Milliseconds since any of them last said so; there only when all are kept for want of a fresh answer. */
  readonly staleMs?: number
}

/** An endpoint, and who said it. */
export interface ResolvedEndpoint extends Endpoint {
  /** At least one. */
  readonly sources: readonly Source[]
  /** Milliseconds since any of them last said so; there only when all are kept for want of a fresh answer. */
  readonly staleMs?: number
}

/** Members of every report. */
export interface Report {
  readonly outcome: Outcome
  /** Every place that was asked, in the order in which they ended. */
  readonly attempts: readonly Attempt[]
  /** Conditions that an operator should fix. */
  readonly warnings: readonly Warning[]
}

/** All that is known after one `discover`. Frozen. */
export interface DiscoverReport extends Report {
  /** Each cluster once, sorted by name without case. */
  readonly clusters: readonly DiscoveredCluster[]
}

/** All that is known after one `resolve`. Frozen. */
export interface ResolveReport extends Report {
  /** The name as asked for. */
  readonly cluster: ClusterName
  /** Each address and port once, best first. */
  readonly endpoints: readonly ResolvedEndpoint[]
}

import type { Attempt } from './attempt.js'
import type { ClusterName } from './cluster-name.js'
import type { Endpoint } from './endpoint.js'
import type { Outcome } from './outcome.js'
import type { Source } from './source.js'
import type { Warning } from './warning.js'

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

/** What every report says. */
export interface Report {
  readonly outcome: Outcome
  /** Every place that was asked, in the order in which they ended. */
  readonly attempts: readonly Attempt[]
  /** What an operator should mend. */
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

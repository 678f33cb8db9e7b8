export type { Attempt, AttemptError, AttemptStatus, Withdrawal } from './attempt.js'
export { type CachedResolver, cached } from './cached/cached.js'
export type { CachedOptions } from './cached/cached-options.js'
export { type Clock, systemClock } from './clock.js'
export { type ClusterName, clusterNameFault, clusterNameKey, parseClusterName } from './cluster-name.js'
export { createResolver, type ResolverParts } from './create-resolver.js'
export {
  type AttemptMessage,
  diagnosticsChannels,
  type OutcomeMessage,
  type QuestionMessage,
} from './diagnostics.js'
export { type DiscoverOptions, discoverClusters } from './discover-clusters.js'
export { DiscoveryError, type DiscoveryErrorCode } from './discovery-error.js'
export type { Ending } from './ending.js'
export {
  DEFAULT_MDS_PORT,
  type Endpoint,
  formatEndpoint,
  type ParseEndpointOptions,
  parseEndpoint,
} from './endpoint.js'
export { type EscapeOptions, escapeText, quoteText } from './escape-text.js'
export type {
  AskingEvent,
  AttemptEvent,
  ClusterEvent,
  DiscoverEvent,
  EndEvent,
  EndpointEvent,
  ResolveEvent,
  WarningEvent,
} from './events.js'
export { type FirstOfOptions, firstOf } from './first-of.js'
export { formatAge } from './format-age.js'
export type { Watching } from './hint-stream.js'
export { type AddressConcern, addressConcern, canonicalAddress } from './ip-address.js'
export type { EmptyPolicy, KeepOptions } from './keep/keep-options.js'
export { LazyAbort } from './lazy-abort.js'
export type { AskedMds, MdsPlace } from './master/ask-mds.js'
export {
  type LocateMasterOptions,
  locateMaster,
  type MasterLocation,
  type NoMasterReason,
} from './master/locate-master.js'
export type { MasterAdvice, MasterLocator, MasterLocatorOptions } from './master/master-locator.js'
export { type MemoryResolverOptions, memoryResolver } from './memory-resolver.js'
export { type MergeOfOptions, mergeOf } from './merge-of.js'
export { type Outcome, type OutcomeEvidence, outcomeOf } from './outcome.js'
export type { ProbeResult } from './probe/connect.js'
export { type ProbedEndpoint, type ProbeOptions, probe } from './probe/probe.js'
export type { Asking, AskingResult, AskingTarget, Question } from './question.js'
export { type Random, seededRandom, systemRandom } from './random.js'
export { randomOctets } from './random-octets.js'
export type { DiscoveredCluster, DiscoverReport, Report, ResolvedEndpoint, ResolveReport } from './report.js'
export { discoverFold, type ReportFold, resolveFold } from './report-fold.js'
export { type ResolveOptions, resolveCluster } from './resolve-cluster.js'
export { DEFAULT_TIMEOUT, type QueryOptions, type Resolver } from './resolver.js'
export { type SimulatedClock, simulatedClock } from './simulated-clock.js'
export type { Method, Source } from './source.js'
export { orderByPriorityAndWeight, type SrvRank } from './srv-order.js'
export { startTimer } from './start-timer.js'
export type { Warning } from './warning.js'
export { type Watch, watch } from './watch/watch.js'
export type {
  ClusterChangeEvent,
  ClusterSnapshotEvent,
  ClustersRecoveredEvent,
  ClustersStaleEvent,
  ClusterWatchEvent,
  EndpointChangeEvent,
  EndpointSnapshotEvent,
  EndpointsRecoveredEvent,
  EndpointsStaleEvent,
  EndpointWatchEvent,
  StaleEvent,
} from './watch/watch-events.js'
export type { WatchOptions } from './watch/watch-options.js'

export type { CachedOptions } from './cache/cache-options.js'
export { type CachedResolver, cached } from './cache/cached.js'
export { type FirstOfOptions, firstOf } from './compose/first-of.js'
export { type MemoryResolverOptions, memoryResolver } from './compose/memory-resolver.js'
export { type MergeOfOptions, mergeOf } from './compose/merge-of.js'
export type { MasterAdvice, MasterLocator, MasterLocatorOptions, MdsAddress, MdsReply } from './master/ask-mds.js'
export {
  type LocateMasterOptions,
  locateMaster,
  type MasterLocation,
  type NoMasterReason,
} from './master/locate-master.js'
export {
  type Attempt,
  type AttemptError,
  type AttemptStatus,
  newAttemptId,
  type ServerAttempt,
  type Withdrawal,
} from './model/attempt.js'
export type { Choice } from './model/choice.js'
export { type ClusterName, clusterNameFault, clusterNameKey, parseClusterName } from './model/cluster-name.js'
export { destinationRank } from './model/destination-rank.js'
export {
  DEFAULT_MDS_PORT,
  type Endpoint,
  formatEndpoint,
  type ParseEndpointOptions,
  parseEndpoint,
  readPort,
} from './model/endpoint.js'
export type {
  AttemptFinishedEvent,
  AttemptStartedEvent,
  ClusterEvent,
  DiscoverEvent,
  EndEvent,
  EndpointEvent,
  ResolveEvent,
  Warning,
  WarningEvent,
} from './model/events.js'
export { type AddressConcern, addressConcern, canonicalAddress, isLinkLocalIPv6 } from './model/ip-address.js'
export { type Outcome, type OutcomeEvidence, outcomeOf } from './model/outcome.js'
export type { Method, Source } from './model/source.js'
export { orderByPriorityAndWeight, type SrvRank } from './model/srv-order.js'
export type { ProbeResult } from './probe/connect.js'
export { type ProbedEndpoint, type ProbeOptions, probe } from './probe/probe.js'
export type { ChangesContext } from './query/changes-stream.js'
export { createResolver, type ResolverParts } from './query/create-resolver.js'
export type {
  AttemptHandle,
  AttemptResult,
  AttemptTarget,
  QueryContext,
} from './query/query-context.js'
export { type DiscoverOptions, discoverClusters, type ResolveOptions, resolveCluster } from './query/request-report.js'
export {
  type CachedReports,
  DEFAULT_TIMEOUT,
  type QueryOptions,
  type Resolver,
  type ResolverShortcuts,
} from './query/resolver.js'
export {
  type AttemptMessage,
  diagnosticsChannels,
  type OutcomeMessage,
  type QueryMessage,
} from './report/diagnostics.js'
export type { DiscoveredCluster, DiscoverReport, Report, ResolvedEndpoint, ResolveReport } from './report/report.js'
export { discoverReportBuilder, type ReportBuilder, resolveReportBuilder } from './report/report-builder.js'
export type { EmptyPolicy, RetainOptions } from './retain/retain-options.js'
export { CancellationSource, type CancellationToken } from './runtime/cancellation.js'
export { type Clock, startTimer, systemClock } from './runtime/clock.js'
export { DiscoveryError, type DiscoveryErrorCode } from './runtime/discovery-error.js'
export { checkedCount, checkedPort, checkedTime, checkOptionNames, isPort } from './runtime/option-checks.js'
export { type Random, randomOctets, seededRandom, systemRandom } from './runtime/random.js'
export {
  FileError,
  type FileSize,
  openRegularFile,
  type ReadRegularFileOptions,
  type RegularFile,
  readRegularFile,
  readRegularFileSync,
  readToEnd,
} from './runtime/read-file.js'
export { createFile, type FileAccess, replaceFile } from './runtime/replace-file.js'
export { type SimulatedClock, simulatedClock } from './runtime/simulated-clock.js'
export { closestWord, type EscapeOptions, editDistance, escapeText, formatAge, quoteText } from './runtime/text.js'
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

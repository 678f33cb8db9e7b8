import { type ClusterName, parseClusterName } from '../model/cluster-name.js'
import type { DiscoverEvent, ResolveEvent } from '../model/events.js'
import { hasListeners } from '../report/diagnostics.js'
import type { ResultType } from '../report/outcome-tally.js'
import type { DiscoverReport, ResolveReport } from '../report/report.js'
import { discoverReportBuilder, type ReportBuilder, resolveReportBuilder } from '../report/report-builder.js'
import { isTime } from '../runtime/option-checks.js'
import { composeResolver } from './create-resolver.js'
import type { QueryContext } from './query-context.js'
import { type RelayOptions, relay } from './relay.js'
import {
  type CachedReports,
  type QueryOptions,
  type Resolver,
  type ResolverShortcuts,
  shortcutsOf,
} from './resolver.js'

/** {@link QueryOptions}, and a view of the events on the way. */
export interface DiscoverOptions extends QueryOptions {
  /** Called with each event as it comes, before the report is ready. */
  readonly onEvent?: ((event: DiscoverEvent) => void) | undefined
}

/** {@link QueryOptions}, and a view of the events on the way. */
export interface ResolveOptions extends QueryOptions {
  /** Called with each event as it comes, before the report is ready. */
  readonly onEvent?: ((event: ResolveEvent) => void) | undefined
}

interface ReportOptions<Event> extends QueryOptions {
  readonly onEvent?: ((event: Event) => void) | undefined
}

/**
 * Lists the names of the clusters on the network, in one report with the sources of each and the status of each attempt.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, `ERR_RESOLVER_DISPOSED`; `signal.reason` when aborted.
 */
export async function discoverClusters(resolver: Resolver, options: DiscoverOptions = {}): Promise<DiscoverReport> {
  return cachedReportsOf(resolver, options)?.discover() ?? requestReport(resolver, options, namesRequest)
}

/**
 * Turns a cluster name into the endpoints of its metadata servers, in one report with the sources of each.
 *
 * Any of the endpoints will do: an MDS redirects to the master (pstorage-discovery(7)). Only the outcome `absent` means
 * that there is no such cluster; `undetermined` means that a source could not be asked.
 *
 * @throws DiscoveryError `ERR_CLUSTER_NAME_INVALID` before anything is asked, `ERR_OPTION_INVALID`,
 * `ERR_RESOLVER_DISPOSED`; `signal.reason` when aborted.
 */
export async function resolveCluster(
  resolver: Resolver,
  cluster: ClusterName | string,
  options: ResolveOptions = {},
): Promise<ResolveReport> {
  const name = parseClusterName(cluster)
  const cached = cachedReportsOf(resolver, options)?.resolve(name)
  return cached ?? requestReport(resolver, options, clusterRequest(name))
}

/** Returns the reports of a cache, for a query that needs nothing else. Wrong options are found by the query itself. */
function cachedReportsOf(resolver: Resolver, options: ReportOptions<never>): CachedReports | undefined {
  const { signal, timeout, onEvent } = options
  const isPlain = onEvent === undefined && signal?.aborted !== true && (timeout === undefined || isTime(timeout))
  // While a diagnostics channel has a listener, every query is published.
  return isPlain && !hasListeners() ? shortcutsOf(resolver)?.cachedReports : undefined
}

interface ReportRequest<Event, Report> {
  builder(): ReportBuilder<Event, Report>
  direct(reports: ResolverShortcuts['reports'], options: QueryOptions): Promise<Report>
  stream(resolver: Resolver, options: QueryOptions): AsyncIterable<Event>
}

const namesRequest: ReportRequest<DiscoverEvent, DiscoverReport> = {
  builder: discoverReportBuilder,
  direct: (reports, options) => reports.discover(options),
  stream: (resolver, options) => resolver.discover(options),
}

function clusterRequest(cluster: ClusterName): ReportRequest<ResolveEvent, ResolveReport> {
  return {
    builder: () => resolveReportBuilder(cluster),
    direct: (reports, options) => reports.resolve(cluster, options),
    stream: (resolver, options) => resolver.resolve(cluster, options),
  }
}

/** No async function, as each one more takes three promises (rows srv-sequential and srv-64 of the bench). */
function requestReport<Event, Report>(
  resolver: Resolver,
  options: ReportOptions<Event>,
  request: ReportRequest<Event, Report>,
): Promise<Report> {
  // A resolver may refuse options that it does not know.
  const { onEvent, ...query } = options
  const shortcuts = onEvent === undefined ? shortcutsOf(resolver) : undefined
  if (shortcuts !== undefined) return request.direct(shortcuts.reports, query)
  return readStream(request.stream(guarded(resolver), query), request.builder(), onEvent)
}

async function readStream<Event, Report>(
  events: AsyncIterable<Event>,
  report: ReportBuilder<Event, Report>,
  onEvent: ((event: Event) => void) | undefined,
): Promise<Report> {
  for await (const event of events) {
    report.add(event)
    onEvent?.(event)
  }
  return report.report()
}

/**
 * Returns a resolver that a report can rely on: it ends in time and once, its outcome is what its events show, and its results
 * are whole. A resolver of `createResolver` does all that by itself.
 */
function guarded(resolver: Resolver): Resolver {
  if (resolver.shortcuts?.resolver === resolver) return resolver
  return composeResolver({
    name: resolver.name,
    resolvers: [resolver],
    discover: (context) =>
      relay<DiscoverEvent>(
        resolver,
        (inner, query) => inner.discover(query),
        relayOptions(context, 'cluster'),
        context.emit,
      ),
    resolve: (cluster, context) =>
      relay<ResolveEvent>(
        resolver,
        (inner, query) => inner.resolve(cluster, query),
        relayOptions(context, 'endpoint'),
        context.emit,
      ),
  })
}

function relayOptions(
  context: QueryContext<DiscoverEvent> | QueryContext<ResolveEvent>,
  resultType: ResultType,
): RelayOptions {
  const { callerSignal, signal, clock } = context
  return { signal: callerSignal, over: signal, timeout: context.timeLeft(), clock, resultType, faults: 'throw' }
}

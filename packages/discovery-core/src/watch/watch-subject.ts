import { type ClusterName, clusterNameKey } from '../model/cluster-name.js'
import { formatEndpoint } from '../model/endpoint.js'
import type { ResolveEvent } from '../model/events.js'
import type { Outcome } from '../model/outcome.js'
import type { Source } from '../model/source.js'
import type { SendQuery } from '../query/relay.js'
import type { ResultType } from '../report/outcome-tally.js'
import type { DiscoveredCluster, DiscoverReport, Report, ResolvedEndpoint, ResolveReport } from '../report/report.js'
import { discoverReportBuilder, type ReportBuilder, resolveReportBuilder } from '../report/report-builder.js'
import type { ClusterWatchEvent, EndpointWatchEvent } from './watch-events.js'

/** Kind of results that are watched: its query and its events. */
export interface WatchSubject<Whole extends Report, Item, Event> {
  readonly resultType: ResultType
  readonly sendQuery: SendQuery<ResolveEvent>
  fold(): ReportBuilder<ResolveEvent, Whole>
  itemsOf(report: Whole): readonly Item[]
  keyOf(item: Item): string
  /** Returns the content of an item; an item with another content is an updated one. */
  contentOf(item: Item): string
  snapshot(report: Whole): Event
  changed(type: 'added' | 'updated' | 'removed', report: Whole, item: Item): Event
  stale(report: Report, staleMs: number, items: readonly Item[]): Event
  recovered(outcome: Outcome, items: readonly Item[]): Event
}

/** The endpoints of one cluster. */
export function endpointsOf(cluster: ClusterName): WatchSubject<ResolveReport, ResolvedEndpoint, EndpointWatchEvent> {
  return {
    resultType: 'endpoint',
    sendQuery: (resolver, query) => resolver.resolve(cluster, query),
    fold: () => resolveReportBuilder(cluster),
    itemsOf: ({ endpoints }) => endpoints,
    keyOf: formatEndpoint,
    contentOf: ({ host, priority, weight, sources }) => JSON.stringify([host, priority, weight, sourceKeysOf(sources)]),
    snapshot: (report) => ({ type: 'snapshot', ...report }),
    changed: (type, { outcome, endpoints }, endpoint) => ({ type, outcome, ...endpoint, endpoints }),
    stale: ({ outcome, attempts, warnings }, staleMs, endpoints) => ({
      ...{ type: 'stale', outcome, staleMs, endpoints, attempts, warnings },
    }),
    recovered: (outcome, endpoints) => ({ type: 'recovered', outcome, endpoints }),
  }
}

/** The names of the clusters. */
export const clusterNames: WatchSubject<DiscoverReport, DiscoveredCluster, ClusterWatchEvent> = {
  resultType: 'cluster',
  sendQuery: (resolver, query) => resolver.discover(query),
  fold: discoverReportBuilder,
  itemsOf: ({ clusters }) => clusters,
  keyOf: ({ name }) => clusterNameKey(name),
  contentOf: ({ name, sources }) => JSON.stringify([name, sourceKeysOf(sources)]),
  snapshot: (report) => ({ type: 'snapshot', ...report }),
  changed: (type, { outcome, clusters }, cluster) => ({ type, outcome, ...cluster, clusters }),
  stale: ({ outcome, attempts, warnings }, staleMs, clusters) => ({
    ...{ type: 'stale', outcome, staleMs, clusters, attempts, warnings },
  }),
  recovered: (outcome, clusters) => ({ type: 'recovered', outcome, clusters }),
}

/** Returns the keys of the sources. A TTL counts down, and which server or line said it varies: those are no news. */
function sourceKeysOf(sources: readonly Source[]): readonly string[] {
  return [
    ...new Set(sources.map(({ backend, method, authenticated }) => `${backend} ${method} ${authenticated}`)),
  ].sort()
}

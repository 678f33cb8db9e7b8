import { type ClusterName, clusterNameKey } from '../cluster-name.js'
import { formatEndpoint } from '../endpoint.js'
import type { ResolveEvent } from '../events.js'
import type { Outcome } from '../outcome.js'
import type { ResultType } from '../outcome-tally.js'
import type { Ask } from '../relay.js'
import type { DiscoveredCluster, DiscoverReport, Report, ResolvedEndpoint, ResolveReport } from '../report.js'
import { discoverFold, type ReportFold, resolveFold } from '../report-fold.js'
import type { Source } from '../source.js'
import type { ClusterWatchEvent, EndpointWatchEvent } from './watch-events.js'

/** What is watched, how it is asked for, and how its events are made. */
export interface WatchSubject<Whole extends Report, Item, Event> {
  readonly resultType: ResultType
  readonly ask: Ask<ResolveEvent>
  fold(): ReportFold<ResolveEvent, Whole>
  itemsOf(report: Whole): readonly Item[]
  keyOf(item: Item): string
  /** What makes it an updated one when it differs. */
  contentOf(item: Item): string
  snapshot(report: Whole): Event
  changed(type: 'added' | 'updated' | 'removed', outcome: Outcome, item: Item): Event
  stale(report: Report, staleMs: number, items: readonly Item[]): Event
  recovered(outcome: Outcome, items: readonly Item[]): Event
}

/** The endpoints of one cluster. */
export function endpointsOf(cluster: ClusterName): WatchSubject<ResolveReport, ResolvedEndpoint, EndpointWatchEvent> {
  return {
    resultType: 'endpoint',
    ask: (resolver, query) => resolver.resolve(cluster, query),
    fold: () => resolveFold(cluster),
    itemsOf: ({ endpoints }) => endpoints,
    keyOf: formatEndpoint,
    contentOf: ({ host, priority, weight, sources }) => JSON.stringify([host, priority, weight, voicesOf(sources)]),
    snapshot: (report) => ({ type: 'snapshot', ...report }),
    changed: (type, outcome, endpoint) => ({ type, outcome, ...endpoint }),
    stale: ({ outcome, attempts, warnings }, staleMs, endpoints) => ({
      ...{ type: 'stale', outcome, staleMs, endpoints, attempts, warnings },
    }),
    recovered: (outcome, endpoints) => ({ type: 'recovered', outcome, endpoints }),
  }
}

/** The names of the clusters. */
export const clusterNames: WatchSubject<DiscoverReport, DiscoveredCluster, ClusterWatchEvent> = {
  resultType: 'cluster',
  ask: (resolver, query) => resolver.discover(query),
  fold: discoverFold,
  itemsOf: ({ clusters }) => clusters,
  keyOf: ({ name }) => clusterNameKey(name),
  contentOf: ({ name, sources }) => JSON.stringify([name, voicesOf(sources)]),
  snapshot: (report) => ({ type: 'snapshot', ...report }),
  changed: (type, outcome, cluster) => ({ type, outcome, ...cluster }),
  stale: ({ outcome, attempts, warnings }, staleMs, clusters) => ({
    ...{ type: 'stale', outcome, staleMs, clusters, attempts, warnings },
  }),
  recovered: (outcome, clusters) => ({ type: 'recovered', outcome, clusters }),
}

/** Who says it, and how. A TTL counts down, and which server or line said it varies: those are no news. */
function voicesOf(sources: readonly Source[]): readonly string[] {
  return [
    ...new Set(sources.map(({ backend, method, authenticated }) => `${backend} ${method} ${authenticated}`)),
  ].sort()
}

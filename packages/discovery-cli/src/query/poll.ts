import {
  type ClusterName,
  type DiscoverReport,
  discoverReportBuilder,
  formatEndpoint,
  type ReportBuilder,
  type ResolveEvent,
  type ResolveReport,
  type Resolver,
  resolveReportBuilder,
  type Source,
} from '@pstorage/discovery-core'
import type { Format } from '../args/command.js'
import type { PrintSettings, QuerySettings } from '../args/settings.js'

/** A query of the command line: for all clusters, or for the endpoints of one. */
export type Query = DiscoverQuery | ResolveQuery

export interface DiscoverQuery extends PrintedQuery {
  readonly command: 'discover'
}

export interface ResolveQuery extends PrintedQuery {
  readonly command: 'resolve'
  readonly cluster: ClusterName
  /** The number of endpoints that is enough; at least 1. */
  readonly minEndpoints: number
  /** Milliseconds to poll for; without it, there is one poll. */
  readonly wait: number | undefined
  /** Try a connection to each endpoint. */
  readonly probe: boolean
  /** The most endpoints to print; may be infinite. */
  readonly count: number
}

interface PrintedQuery extends PrintSettings, QuerySettings {
  readonly format: Format
}

/** The result of one poll. */
export interface PollResult {
  readonly report: DiscoverReport | ResolveReport
  /** The sources that name the cluster of a resolve. */
  readonly sources: readonly Source[]
}

export interface PollOptions {
  readonly resolver: Resolver
  readonly signal: AbortSignal | undefined
  /** Milliseconds. */
  readonly timeout: number
  /** Gets each event as it comes. */
  readonly onEvent: (event: ResolveEvent) => Promise<void> | undefined
}

/** Runs a query once. Rejects with the reason of the signal when that is aborted. */
export async function poll(query: Query, options: PollOptions): Promise<PollResult> {
  const { fold, events } = startQuery(query, options)
  const sources: Source[] = []
  for await (const event of events) {
    fold.add(event)
    if (event.type === 'cluster' && query.command === 'resolve') sources.push(event.source)
    // A promise for each of a million names takes longer than the names (rows axfr-bind and axfr-replay of the bench).
    const handled = options.onEvent(event)
    if (handled !== undefined) await handled
  }
  options.signal?.throwIfAborted()
  return { report: fold.report(), sources }
}

interface StartedQuery {
  readonly events: AsyncIterable<ResolveEvent>
  readonly fold: ReportBuilder<ResolveEvent, DiscoverReport | ResolveReport>
}

function startQuery(query: Query, { resolver, signal, timeout }: PollOptions): StartedQuery {
  const options = { signal, timeout }
  if (query.command === 'discover') return { events: resolver.discover(options), fold: discoverReportBuilder() }
  const events = resolver.resolve(query.cluster, options)
  return { events: warnOfTooFew(events, query.minEndpoints), fold: resolveReportBuilder(query.cluster) }
}

/** Returns true where there are endpoints, but fewer than are wanted. */
export function hasTooFew(report: DiscoverReport | ResolveReport, wanted: number): boolean {
  return 'endpoints' in report && report.endpoints.length > 0 && report.endpoints.length < wanted
}

/** Passes events on, and warns before `end` where there are endpoints, but fewer than are wanted. */
async function* warnOfTooFew(
  events: AsyncIterable<ResolveEvent>,
  wanted: number,
): AsyncGenerator<ResolveEvent, void, undefined> {
  const endpoints = new Set<string>()
  for await (const event of events) {
    if (event.type === 'endpoint') endpoints.add(formatEndpoint(event))
    if (event.type === 'end' && endpoints.size > 0 && endpoints.size < wanted) {
      const message = `fewer endpoints than --min-endpoints: ${endpoints.size} of ${wanted}`
      yield { type: 'warning', code: 'too-few-endpoints', message }
    }
    yield event
  }
}

import type { Attempt } from '../model/attempt.js'
import { type ClusterName, clusterNameKey } from '../model/cluster-name.js'
import { formatEndpoint } from '../model/endpoint.js'
import type {
  AttemptFinishedEvent,
  ClusterEvent,
  DiscoverEvent,
  EndpointEvent,
  ResolveEvent,
  Warning,
} from '../model/events.js'
import type { Outcome } from '../model/outcome.js'
import { type Source, sameSource } from '../model/source.js'
import { OutcomeTally, type ResultType } from './outcome-tally.js'
import type { DiscoveredCluster, DiscoverReport, ResolvedEndpoint, ResolveReport } from './report.js'

/** Unites events into a report, one by one. */
export interface ReportBuilder<Event, Report> {
  /** Takes the next event of the stream. */
  add(event: Event): void
  /** Returns what is known so far; the outcome is `undetermined` until `end` has come. */
  report(): Report
}

/** Unites the events of a `discover`: each cluster once, with all who named it. */
export function discoverReportBuilder(): ReportBuilder<DiscoverEvent, DiscoverReport> {
  return new DiscoverFold()
}

class DiscoverFold implements ReportBuilder<DiscoverEvent, DiscoverReport> {
  readonly #common = new CommonFold('cluster')
  readonly #clusters = new UnitedClusters()

  /** Bound, since a reader of a stream may hand it over as it is. */
  readonly add = (event: DiscoverEvent): void => {
    if (this.#common.hasEnded) return
    this.#common.add(event)
    if (event.type === 'cluster') this.#clusters.add(event)
  }

  report(): DiscoverReport {
    const { outcome, attempts, warnings } = this.#common
    return Object.freeze({ outcome, clusters: this.#clusters.sorted, attempts, warnings })
  }
}

interface UnitedEndpoint {
  /** As the source says it whose preference is best. */
  best: EndpointEvent
  readonly events: EndpointEvent[]
}

/** Unites the events of a `resolve`: each address and port once, with all who named it, best first. */
export function resolveReportBuilder(cluster: ClusterName): ReportBuilder<ResolveEvent, ResolveReport> {
  return new ResolveFold(cluster)
}

class ResolveFold implements ReportBuilder<ResolveEvent, ResolveReport> {
  readonly #cluster: ClusterName
  readonly #common = new CommonFold('endpoint')
  readonly #endpoints = new Map<string, UnitedEndpoint>()

  constructor(cluster: ClusterName) {
    this.#cluster = cluster
  }

  /** Bound, since a reader of a stream may hand it over as it is. */
  readonly add = (event: ResolveEvent): void => {
    if (this.#common.hasEnded) return
    this.#common.add(event)
    if (event.type === 'endpoint') this.#addEndpoint(event)
  }

  report(): ResolveReport {
    const ordered = [...this.#endpoints.values()].sort((a, b) => comparePreference(a.best, b.best))
    const endpoints = Object.freeze(ordered.map(unitedEndpoint))
    const { outcome, attempts, warnings } = this.#common
    return Object.freeze({ outcome, cluster: this.#cluster, endpoints, attempts, warnings })
  }

  #addEndpoint(event: EndpointEvent): void {
    const key = formatEndpoint(event)
    const united = this.#endpoints.get(key)
    if (united === undefined) {
      this.#endpoints.set(key, { best: event, events: [event] })
      return
    }
    united.events.push(event)
    // Stryker disable next-line EqualityOperator: of the best only what is compared is used, and what is compared is equal then
    if (comparePreference(event, united.best) < 0) united.best = event
  }
}

function unitedEndpoint({ best, events }: UnitedEndpoint): ResolvedEndpoint {
  // Stryker disable next-line ConditionalExpression: a shortcut: one is in order
  const byPreference = events.length === 1 ? events : events.toSorted(comparePreference)
  const sources: Source[] = []
  let staleMs = Number.POSITIVE_INFINITY
  for (const event of byPreference) {
    addSource(sources, event.source)
    staleMs = Math.min(staleMs, event.staleMs ?? 0)
  }
  const endpoint: ResolvedEndpoint = {
    address: best.address,
    port: best.port,
    host: firstKnown(byPreference, 'host'),
    priority: firstKnown(byPreference, 'priority'),
    weight: firstKnown(byPreference, 'weight'),
    ttl: firstKnown(byPreference, 'ttl'),
    sources: Object.freeze(sources),
  }
  return Object.freeze(staleMs > 0 ? { ...endpoint, staleMs } : endpoint)
}

function firstKnown<Key extends 'host' | 'priority' | 'weight' | 'ttl'>(
  events: readonly EndpointEvent[],
  key: Key,
): EndpointEvent[Key] | null {
  for (const event of events) if (event[key] !== null) return event[key] ?? null
  return null
}

/** Orders what is fresh before what is stale, then by {@link EndpointEvent.preference}, then as it came. */
function comparePreference(a: EndpointEvent, b: EndpointEvent): number {
  const staleness = Number(a.staleMs !== undefined) - Number(b.staleMs !== undefined)
  if (staleness !== 0) return staleness
  // Stryker disable next-line ArrayDeclaration: sorting asks only whether what came later goes first, which nothing does before one without a preference
  const [left, right] = [a.preference ?? [], b.preference ?? []]
  // Stryker disable next-line EqualityOperator: beyond both ends they are equal
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

const NO_WARNINGS: readonly Warning[] = Object.freeze([])

/** Builds the common part of both kinds of report: attempts, warnings (each once), and the outcome. */
class CommonFold {
  readonly #tally: OutcomeTally
  readonly #attempts: Attempt[] = []
  #warnings: Map<string, Warning> | undefined
  #outcome: Outcome | undefined

  constructor(resultType: ResultType) {
    this.#tally = new OutcomeTally(resultType)
  }

  /** Nothing is taken in after the end. */
  get hasEnded(): boolean {
    return this.#outcome !== undefined
  }

  get outcome(): Outcome {
    return this.#outcome ?? 'undetermined'
  }

  get attempts(): readonly Attempt[] {
    return frozen(this.#attempts)
  }

  get warnings(): readonly Warning[] {
    return this.#warnings === undefined ? NO_WARNINGS : frozen([...this.#warnings.values()])
  }

  add(event: ResolveEvent): void {
    this.#tally.add(event)
    if (event.type === 'attempt-finished') this.#attempts.push(attemptOf(event))
    else if (event.type === 'warning') this.#addWarning(event)
    else if (event.type === 'end') this.#outcome = this.#tally.concluded(event.outcome)
  }

  #addWarning({ code, message }: Warning): void {
    this.#warnings ??= new Map()
    this.#warnings.set(`${code} ${message}`, Object.freeze({ code, message }))
  }
}

/** By name, as what is left of an object by destructuring takes V8 ten times as long to make. */
function attemptOf(event: AttemptFinishedEvent): Attempt {
  const { backend, method, target, server, status, count, elapsedMs, error, detail, servers, negativeTtl, withdrawn } =
    event
  const { incomplete } = event
  const attempt =
    servers === undefined
      ? { backend, method, target, server, status, count, elapsedMs, error, detail }
      : { backend, method, target, server, status, count, elapsedMs, error, detail, servers }
  // Stryker disable next-line ConditionalExpression: a shortcut: the long way comes to the same
  if (negativeTtl === undefined && withdrawn === undefined && incomplete === undefined) return Object.freeze(attempt)
  return Object.freeze({
    ...attempt,
    ...(negativeTtl !== undefined && { negativeTtl }),
    ...(withdrawn !== undefined && { withdrawn }),
    ...(incomplete !== undefined && { incomplete }),
  })
}

function addSource(sources: Source[], source: Source): void {
  if (!sources.some((known) => sameSource(known, source))) sources.push(source)
}

function frozen<T>(items: readonly T[]): readonly T[] {
  return Object.freeze([...items])
}

/**
 * Clusters, each once with all who named it, by name.
 *
 * As long as each name comes after those before it, which is how zones are transferred, a list is enough; a table of names would
 * take more than all else.
 */
export class UnitedClusters {
  readonly #clusters: DiscoveredCluster[] = []
  #lastKey = ''
  /** Index of each name in the list; made for the first one that does not come after the others. */
  #places: Map<string, number> | undefined
  /** The voices for the cluster before: nearly always the same as for the next one. */
  // Stryker disable next-line ArrayDeclaration: it is no source, so that the first one is another
  #sources: readonly Source[] = []

  add(event: ClusterEvent): void {
    const key = clusterNameKey(event.name)
    // Stryker disable next-line all: the table finds what the list would: it only takes time and memory
    if (this.#places === undefined && key > this.#lastKey) {
      this.#lastKey = key
      this.#clusters.push(this.#first(event))
      return
    }
    this.#places ??= new Map(this.#clusters.map(({ name }, place) => [clusterNameKey(name), place]))
    const place = this.#places.get(key)
    if (place === undefined) this.#places.set(key, this.#clusters.push(this.#first(event)) - 1)
    else this.#clusters[place] = united(this.#clusters[place] as DiscoveredCluster, event) // each place is of the list
  }

  /** Sorted by name without case. Frozen. */
  get sorted(): readonly DiscoveredCluster[] {
    const places = this.#places
    if (places === undefined) return Object.freeze([...this.#clusters])
    // Stryker disable next-line EqualityOperator: each name is there once
    const inOrder = [...places].sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.freeze(inOrder.map(([, place]) => this.#clusters[place] as DiscoveredCluster)) // as above
  }

  #first({ name, source, staleMs = 0 }: ClusterEvent): DiscoveredCluster {
    if (this.#sources[0] !== source) this.#sources = Object.freeze([source])
    return clusterOf(name, this.#sources, staleMs)
  }
}

/** A result is as fresh as its freshest source, and has no age when that is fresh. */
function united({ name, sources, staleMs = 0 }: DiscoveredCluster, event: ClusterEvent): DiscoveredCluster {
  const isHeard = sources.some((known) => sameSource(known, event.source))
  const all = isHeard ? sources : Object.freeze([...sources, event.source])
  return clusterOf(name, all, Math.min(staleMs, event.staleMs ?? 0))
}

function clusterOf(name: DiscoveredCluster['name'], sources: readonly Source[], staleMs: number): DiscoveredCluster {
  return Object.freeze(staleMs > 0 ? { name, sources, staleMs } : { name, sources })
}

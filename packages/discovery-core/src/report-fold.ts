import type { Attempt } from './attempt.js'
import type { ClusterName } from './cluster-name.js'
import { formatEndpoint } from './endpoint.js'
import type { AttemptEvent, DiscoverEvent, EndpointEvent, ResolveEvent } from './events.js'
import type { Outcome } from './outcome.js'
import { OutcomeTally, type ResultType } from './outcome-tally.js'
import type { DiscoverReport, ResolvedEndpoint, ResolveReport } from './report.js'
import { type Source, sameSource } from './source.js'
import { UnitedClusters } from './united-clusters.js'
import type { Warning } from './warning.js'

/** Unites events into a report, one by one. */
export interface ReportFold<Event, Report> {
  /** Takes the next event of the stream. */
  add(event: Event): void
  /** What is known so far; the outcome is `undetermined` until `end` has come. */
  report(): Report
}

/** Unites the events of a `discover`: each cluster once, with all who named it. */
export function discoverFold(): ReportFold<DiscoverEvent, DiscoverReport> {
  return new DiscoverFold()
}

class DiscoverFold implements ReportFold<DiscoverEvent, DiscoverReport> {
  readonly #common = new CommonFold('cluster')
  readonly #clusters = new UnitedClusters()

  /** Bound, since whoever reads a stream may hand it over as it is. */
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
export function resolveFold(cluster: ClusterName): ReportFold<ResolveEvent, ResolveReport> {
  return new ResolveFold(cluster)
}

class ResolveFold implements ReportFold<ResolveEvent, ResolveReport> {
  readonly #cluster: ClusterName
  readonly #common = new CommonFold('endpoint')
  readonly #endpoints = new Map<string, UnitedEndpoint>()

  constructor(cluster: ClusterName) {
    this.#cluster = cluster
  }

  /** Bound, since whoever reads a stream may hand it over as it is. */
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
    if (comparePreference(event, united.best) < 0) united.best = event
  }
}

function unitedEndpoint({ best, events }: UnitedEndpoint): ResolvedEndpoint {
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
  const [left, right] = [a.preference ?? [], b.preference ?? []]
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

const NO_WARNINGS: readonly Warning[] = Object.freeze([])

/** What both kinds of report have: attempts, warnings (each once), and the outcome. */
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
    if (event.type === 'attempt') this.#attempts.push(attemptOf(event))
    else if (event.type === 'warning') this.#addWarning(event)
    else if (event.type === 'end') this.#outcome = this.#tally.concluded(event.outcome)
  }

  #addWarning({ code, message }: Warning): void {
    this.#warnings ??= new Map()
    this.#warnings.set(`${code} ${message}`, Object.freeze({ code, message }))
  }
}

/** By name, as what is left of an object by destructuring takes V8 ten times as long to make. */
function attemptOf(event: AttemptEvent): Attempt {
  const { backend, method, target, server, status, count, elapsedMs, error, detail, negativeTtl, withdrawn } = event
  const attempt = { backend, method, target, server, status, count, elapsedMs, error, detail }
  if (negativeTtl === undefined && withdrawn === undefined) return Object.freeze(attempt)
  return Object.freeze({
    ...attempt,
    ...(negativeTtl !== undefined && { negativeTtl }),
    ...(withdrawn !== undefined && { withdrawn }),
  })
}

function addSource(sources: Source[], source: Source): void {
  if (!sources.some((known) => sameSource(known, source))) sources.push(source)
}

function frozen<T>(items: readonly T[]): readonly T[] {
  return Object.freeze([...items])
}

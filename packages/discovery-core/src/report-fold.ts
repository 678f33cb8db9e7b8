import type { Attempt } from './attempt.js'
import { type ClusterName, clusterNameKey } from './cluster-name.js'
import { formatEndpoint } from './endpoint.js'
import type { AttemptEvent, ClusterEvent, DiscoverEvent, EndpointEvent, ResolveEvent } from './events.js'
import type { Outcome } from './outcome.js'
import { OutcomeTally, type ResultType } from './outcome-tally.js'
import type { DiscoverReport, ResolvedEndpoint, ResolveReport } from './report.js'
import { type Source, sameSource } from './source.js'
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
  const common = commonFold('cluster')
  const clusters = new Map<string, UnitedCluster>()

  const addCluster = ({ name, source, staleMs = 0 }: ClusterEvent): void => {
    const key = clusterNameKey(name)
    const cluster = clusters.get(key)
    if (cluster === undefined) {
      clusters.set(key, { name, sources: [source], staleMs })
      return
    }
    addSource(cluster.sources, source)
    cluster.staleMs = Math.min(cluster.staleMs, staleMs)
  }

  return {
    add(event) {
      if (common.ended()) return
      common.add(event)
      if (event.type === 'cluster') addCluster(event)
    },
    report() {
      const sorted = [...clusters].sort(([a], [b]) => (a < b ? -1 : 1))
      const found = sorted.map(([, { name, sources, staleMs }]) =>
        Object.freeze({ name, sources: frozen(sources), ...staleness(staleMs) }),
      )
      const { outcome, attempts, warnings } = common.report()
      return Object.freeze({ outcome, clusters: frozen(found), attempts, warnings })
    },
  }
}

interface UnitedCluster {
  readonly name: ClusterName
  readonly sources: Source[]
  staleMs: number
}

interface UnitedEndpoint {
  /** As the source says it whose preference is best. */
  best: EndpointEvent
  readonly events: EndpointEvent[]
}

/** Unites the events of a `resolve`: each address and port once, with all who named it, best first. */
export function resolveFold(cluster: ClusterName): ReportFold<ResolveEvent, ResolveReport> {
  const common = commonFold('endpoint')
  const endpoints = new Map<string, UnitedEndpoint>()

  const addEndpoint = (event: EndpointEvent): void => {
    const key = formatEndpoint(event)
    const united = endpoints.get(key)
    if (united === undefined) {
      endpoints.set(key, { best: event, events: [event] })
      return
    }
    united.events.push(event)
    if (comparePreference(event, united.best) < 0) united.best = event
  }

  return {
    add(event) {
      if (common.ended()) return
      common.add(event)
      if (event.type === 'endpoint') addEndpoint(event)
    },
    report() {
      const ordered = [...endpoints.values()].sort((a, b) => comparePreference(a.best, b.best))
      const found = ordered.map(unitedEndpoint)
      const { outcome, attempts, warnings } = common.report()
      return Object.freeze({ outcome, cluster, endpoints: frozen(found), attempts, warnings })
    },
  }
}

function unitedEndpoint({ best, events }: UnitedEndpoint): ResolvedEndpoint {
  const byPreference = [...events].sort(comparePreference)
  const firstKnown = <Key extends 'host' | 'priority' | 'weight' | 'ttl'>(key: Key): EndpointEvent[Key] | null =>
    byPreference.find((event) => event[key] !== null)?.[key] ?? null
  const sources: Source[] = []
  for (const { source } of byPreference) addSource(sources, source)
  return Object.freeze({
    address: best.address,
    port: best.port,
    host: firstKnown('host'),
    priority: firstKnown('priority'),
    weight: firstKnown('weight'),
    ttl: firstKnown('ttl'),
    sources: frozen(sources),
    ...staleness(events.reduce((least, { staleMs = 0 }) => Math.min(least, staleMs), Number.POSITIVE_INFINITY)),
  })
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

/** What both kinds of report have: attempts, warnings (each once), and the outcome. */
function commonFold(resultType: ResultType) {
  const tally = new OutcomeTally(resultType)
  const attempts: Attempt[] = []
  const warnings = new Map<string, Warning>()
  let outcome: Outcome | undefined
  return {
    /** Nothing is taken in after the end. */
    ended: (): boolean => outcome !== undefined,
    add(event: ResolveEvent): void {
      tally.add(event)
      if (event.type === 'attempt') attempts.push(withoutType(event))
      else if (event.type === 'warning') addWarning(event)
      else if (event.type === 'end') outcome = tally.concluded(event.outcome)
    },
    report() {
      return {
        outcome: outcome ?? ('undetermined' as const),
        attempts: frozen(attempts),
        warnings: frozen([...warnings.values()]),
      }
    },
  }

  function addWarning({ code, message }: Warning): void {
    warnings.set(`${code} ${message}`, Object.freeze({ code, message }))
  }
}

function withoutType({ type: _, ...attempt }: AttemptEvent): Attempt {
  return Object.freeze(attempt)
}

function addSource(sources: Source[], source: Source): void {
  if (!sources.some((known) => sameSource(known, source))) sources.push(source)
}

/** A result is as fresh as the freshest voice for it, and says nothing of age when that is fresh. */
function staleness(staleMs: number): { readonly staleMs?: number } {
  return staleMs > 0 ? { staleMs } : {}
}

function frozen<T>(items: readonly T[]): readonly T[] {
  return Object.freeze([...items])
}

import type {
  Attempt,
  AttemptError,
  DiscoveredCluster,
  DiscoverReport,
  Endpoint,
  ProbeResult,
  ResolvedEndpoint,
  ResolveEvent,
  ResolveReport,
  ServerAttempt,
  Source,
  Warning,
} from '@pstorage/discovery-core'

/** Returns a report as one JSON value, on one line or indented. */
export function jsonOf(report: DiscoverReport | ResolveReport, { pretty }: { readonly pretty: boolean }): string {
  const attempts = report.attempts.map(attemptShape)
  const warnings = report.warnings.map(warningShape)
  const head = { schemaVersion: SCHEMA_VERSION, outcome: report.outcome }
  const value = { ...head, ...resultsOf(report), attempts, warnings }
  return `${asciiJson(value, pretty ? 2 : undefined)}\n`
}

function resultsOf(report: DiscoverReport | ResolveReport): object {
  if ('clusters' in report) return { clusters: report.clusters.map(clusterShape) }
  return { cluster: report.cluster, endpoints: report.endpoints.map(resolvedShape) }
}

/**
 * Returns JSON in ASCII only: safe on every terminal and in every locale, and the same to every reader of JSON. `JSON.stringify`
 * leaves C1 controls, bidirectional overrides and zero-width characters as they are.
 */
export function asciiJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\x7f-\uffff]/g, escapeUnit)
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The version of everything that is printed as JSON; schema/v1.json describes it. */
export const SCHEMA_VERSION = 1

/** Returns a source with its keys in their fixed order, without any other keys. */
export function sourceShape({ backend, method, origin, ttl, authenticated }: Source): Source {
  return { backend, method, origin, ttl, authenticated }
}

/** Returns an endpoint with its keys in their fixed order. */
export function endpointShape({ address, port, host, priority, weight, ttl }: Endpoint): Endpoint {
  return { address, port, host, priority, weight, ttl }
}

/** Returns an attempt with its keys in their fixed order; those of DNS always list their servers. */
export function attemptShape(attempt: Attempt): Attempt {
  const { backend, method, target, server, status, count, elapsedMs, detail } = attempt
  const servers = attempt.servers ?? (backend === 'dns' ? [] : undefined)
  return {
    ...{ backend, method, target, server, status, count, elapsedMs, error: errorShape(attempt.error), detail },
    ...(servers !== undefined && { servers: servers.map(serverShape) }),
  }
}

function serverShape({ server, status, error, detail }: ServerAttempt): ServerAttempt {
  return { server, status, error: errorShape(error), detail }
}

function errorShape(error: AttemptError | null): AttemptError | null {
  return error === null ? null : { code: error.code, message: error.message }
}

/** Returns a cluster of a report with its keys in their fixed order. */
export function clusterShape({ name, sources, staleMs }: DiscoveredCluster): DiscoveredCluster {
  return { name, sources: sources.map(sourceShape), ...(staleMs !== undefined && { staleMs }) }
}

/** Returns an endpoint of a report with its keys in their fixed order, and with the result of its probe if any. */
export function resolvedShape(endpoint: ResolvedEndpoint & Partial<ProbeResult>): object {
  const { sources, staleMs } = endpoint
  return {
    ...endpointShape(endpoint),
    sources: sources.map(sourceShape),
    ...(staleMs !== undefined && { staleMs }),
    ...probeShape(endpoint),
  }
}

/** Returns the result of a probe; no keys where there was none. */
export function probeShape({ reachable, latencyMs, error }: Partial<ProbeResult>): object {
  if (reachable === undefined || latencyMs === undefined) return {}
  return { reachable, latencyMs, error: errorShape(error ?? null) }
}

/** Returns a warning with its keys in their fixed order. */
export function warningShape({ code, message }: Warning): Warning {
  return { code, message }
}

/** An event, with the result of a probe if any. */
export type PrintedEvent = ResolveEvent & Partial<ProbeResult>

/** Returns one event as a line of JSON; nothing for the start of an attempt. */
export function ndjsonOf(event: PrintedEvent): string {
  const value = eventShape(event)
  return value === undefined ? '' : `${asciiJson(value)}\n`
}

function eventShape(event: PrintedEvent): object | undefined {
  const { type } = event
  switch (type) {
    case 'cluster':
      return { type, name: event.name, source: sourceShape(event.source) }
    case 'endpoint':
      return { type, ...endpointShape(event), source: sourceShape(event.source), ...probeShape(event) }
    case 'attempt-finished':
      return { type: 'attempt', ...attemptShape(event) }
    case 'warning':
      return { type, ...warningShape(event) }
    case 'end':
      return { type, outcome: event.outcome, schemaVersion: SCHEMA_VERSION }
    default:
      return undefined
  }
}

import type {
  Attempt,
  DiscoveredCluster,
  Endpoint,
  ProbeResult,
  ResolvedEndpoint,
  Source,
  Warning,
} from '@pstorage/discovery-core'

/** The version of everything that is printed as JSON; schema/v1.json describes it. */
export const SCHEMA_VERSION = 1

/** A source with its keys in their fixed order, whatever else a backend may have put there. */
export function sourceShape({ backend, method, origin, ttl, authenticated }: Source): Source {
  return { backend, method, origin, ttl, authenticated }
}

/** The same for an endpoint. */
export function endpointShape({ address, port, host, priority, weight, ttl }: Endpoint): Endpoint {
  return { address, port, host, priority, weight, ttl }
}

/** The same for an attempt. */
export function attemptShape(attempt: Attempt): Attempt {
  const { backend, method, target, server, status, count, elapsedMs, detail } = attempt
  const error = attempt.error === null ? null : { code: attempt.error.code, message: attempt.error.message }
  return { backend, method, target, server, status, count, elapsedMs, error, detail }
}

/** The same for a cluster of a report. */
export function clusterShape({ name, sources, staleMs }: DiscoveredCluster): DiscoveredCluster {
  return { name, sources: sources.map(sourceShape), ...(staleMs !== undefined && { staleMs }) }
}

/** The same for an endpoint of a report, with how it answered where that was tried. */
export function resolvedShape(endpoint: ResolvedEndpoint & Partial<ProbeResult>): object {
  const { sources, staleMs } = endpoint
  return {
    ...endpointShape(endpoint),
    sources: sources.map(sourceShape),
    ...(staleMs !== undefined && { staleMs }),
    ...probeShape(endpoint),
  }
}

/** How an endpoint answered a connection; nothing where that was not tried. */
export function probeShape({ reachable, latencyMs, error }: Partial<ProbeResult>): object {
  if (reachable === undefined || latencyMs === undefined) return {}
  return { reachable, latencyMs, error: error ? { code: error.code, message: error.message } : null }
}

/** The same for a warning. */
export function warningShape({ code, message }: Warning): Warning {
  return { code, message }
}

import type { ClusterWatchEvent, EndpointWatchEvent } from '@pstorage/discovery-core'
import { asciiJson } from '../output/ascii-json.js'
import { attemptShape, clusterShape, resolvedShape, SCHEMA_VERSION, warningShape } from '../output/json-shape.js'

/** An event as a line of JSON. */
export function ndjsonOfChange(event: EndpointWatchEvent | ClusterWatchEvent, at: Date): string {
  return `${asciiJson(shapeOf(event, at))}\n`
}

function shapeOf(event: EndpointWatchEvent | ClusterWatchEvent, date: Date): object {
  const { type, outcome } = event
  const at = date.toISOString()
  switch (type) {
    case 'snapshot':
      return { type, schemaVersion: SCHEMA_VERSION, at, outcome, ...itemsOf(event), ...reasonsOf(event) }
    case 'stale':
      return { type, at, outcome, staleMs: event.staleMs, ...itemsOf(event), ...reasonsOf(event) }
    case 'recovered':
      return { type, at, outcome, ...itemsOf(event) }
    default:
      return { type, at, outcome, ...('name' in event ? clusterShape(event) : resolvedShape(event)) }
  }
}

function itemsOf(event: Extract<EndpointWatchEvent | ClusterWatchEvent, { type: 'snapshot' | 'stale' | 'recovered' }>) {
  if ('clusters' in event) return { clusters: event.clusters.map(clusterShape) }
  const cluster = 'cluster' in event ? { cluster: event.cluster } : {}
  return { ...cluster, endpoints: event.endpoints.map(resolvedShape) }
}

function reasonsOf({
  attempts,
  warnings,
}: Extract<EndpointWatchEvent | ClusterWatchEvent, { type: 'snapshot' | 'stale' }>) {
  return { attempts: attempts.map(attemptShape), warnings: warnings.map(warningShape) }
}

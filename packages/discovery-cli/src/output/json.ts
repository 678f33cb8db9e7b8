import type { DiscoverReport, ResolveReport } from '@pstorage/discovery-core'
import { asciiJson } from './ascii-json.js'
import { attemptShape, clusterShape, resolvedShape, SCHEMA_VERSION, warningShape } from './json-shape.js'

/** A whole report as one JSON value: on one line, or for people to read. */
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

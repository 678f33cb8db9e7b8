import type { DiscoverReport, ResolveReport } from '@pstorage/discovery-core'
import { asciiJson } from './ascii-json.js'
import { attemptShape, endpointShape, SCHEMA_VERSION, sourceShape } from './json-shape.js'

/** A whole report as one JSON value: on one line, or for people to read. */
export function jsonOf(report: DiscoverReport | ResolveReport, { pretty }: { readonly pretty: boolean }): string {
  const attempts = report.attempts.map(attemptShape)
  const warnings = report.warnings.map(({ code, message }) => ({ code, message }))
  const head = { schemaVersion: SCHEMA_VERSION, outcome: report.outcome }
  const value = { ...head, ...resultsOf(report), attempts, warnings }
  return `${asciiJson(value, pretty ? 2 : undefined)}\n`
}

function resultsOf(report: DiscoverReport | ResolveReport): object {
  if ('clusters' in report) {
    return { clusters: report.clusters.map(({ name, sources }) => ({ name, sources: sources.map(sourceShape) })) }
  }
  const endpoints = report.endpoints.map((it) => ({ ...endpointShape(it), sources: it.sources.map(sourceShape) }))
  return { cluster: report.cluster, endpoints }
}

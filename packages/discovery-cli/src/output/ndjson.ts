import type { ProbeResult, ResolveEvent } from '@pstorage/discovery-core'
import { asciiJson } from './ascii-json.js'
import { attemptShape, endpointShape, probeShape, SCHEMA_VERSION, sourceShape, warningShape } from './json-shape.js'

/** An event, with how its endpoint answers where that was tried. */
export type PrintedEvent = ResolveEvent & Partial<ProbeResult>

/** One event as a line of JSON; nothing for an event that is only of interest while it is happening. */
export function ndjsonOf(event: PrintedEvent): string {
  const value = shapeOf(event)
  return value === undefined ? '' : `${asciiJson(value)}\n`
}

function shapeOf(event: PrintedEvent): object | undefined {
  const { type } = event
  switch (type) {
    case 'cluster':
      return { type, name: event.name, source: sourceShape(event.source) }
    case 'endpoint':
      return { type, ...endpointShape(event), source: sourceShape(event.source), ...probeShape(event) }
    case 'attempt':
      return { type, ...attemptShape(event) }
    case 'warning':
      return { type, ...warningShape(event) }
    case 'end':
      return { type, outcome: event.outcome, schemaVersion: SCHEMA_VERSION }
    default:
      return undefined
  }
}

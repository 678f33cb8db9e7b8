import type { ResolveEvent } from '@pstorage/discovery-core'
import { asciiJson } from './ascii-json.js'
import { attemptShape, endpointShape, SCHEMA_VERSION, sourceShape } from './json-shape.js'

/** One event as a line of JSON; nothing for an event that is only of interest while it is happening. */
export function ndjsonOf(event: ResolveEvent): string {
  const value = shapeOf(event)
  return value === undefined ? '' : `${asciiJson(value)}\n`
}

function shapeOf(event: ResolveEvent): object | undefined {
  const { type } = event
  switch (type) {
    case 'cluster':
      return { type, name: event.name, source: sourceShape(event.source) }
    case 'endpoint':
      return { type, ...endpointShape(event), source: sourceShape(event.source) }
    case 'attempt':
      return { type, ...attemptShape(event) }
    case 'warning':
      return { type, code: event.code, message: event.message }
    case 'end':
      return { type, outcome: event.outcome, schemaVersion: SCHEMA_VERSION }
    default:
      return undefined
  }
}

import type { ClusterWatchEvent, EndpointWatchEvent } from '@pstorage/discovery-core'
import { itemOf } from '../answering-resolver.js'

/** An event in one line: `snapshot AB found`, `added C`, `stale AB 30 s: refused`, `removed A absent`. */
export function shownEvent(event: EndpointWatchEvent | ClusterWatchEvent): string {
  const items = itemsOf(event).join('')
  const outcome = event.outcome === 'found' ? '' : event.outcome
  const parts = [event.type, items]
  if (event.type === 'snapshot') parts.push(event.outcome)
  else parts.push(outcome)
  if (event.type === 'stale') {
    parts.push(`${Math.floor(event.staleMs / 1_000)} s:`, ...event.attempts.map(({ status }) => status))
  }
  return parts.filter((part) => part !== '').join(' ')
}

function itemsOf(event: EndpointWatchEvent | ClusterWatchEvent): readonly string[] {
  if ('name' in event) return [event.name]
  if ('address' in event) return [itemOf(event)]
  return 'endpoints' in event ? event.endpoints.map(itemOf) : event.clusters.map(({ name }) => name)
}

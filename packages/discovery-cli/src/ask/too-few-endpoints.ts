import { type DiscoverReport, formatEndpoint, type ResolveEvent, type ResolveReport } from '@pstorage/discovery-core'

/** Whether there are endpoints, and fewer than are wanted. */
export function isShort(report: DiscoverReport | ResolveReport, wanted: number): boolean {
  return 'endpoints' in report && report.endpoints.length > 0 && report.endpoints.length < wanted
}

/** The same events, warning before `end` when there are endpoints, and fewer than are wanted. */
export async function* warnOfTooFew(
  events: AsyncIterable<ResolveEvent>,
  wanted: number,
): AsyncGenerator<ResolveEvent, void, undefined> {
  const found = new Set<string>()
  for await (const event of events) {
    if (event.type === 'endpoint') found.add(formatEndpoint(event))
    if (event.type === 'end' && found.size > 0 && found.size < wanted) {
      const message = `fewer endpoints than --min-endpoints wants: ${found.size} of ${wanted}`
      yield { type: 'warning', code: 'too-few-endpoints', message }
    }
    yield event
  }
}

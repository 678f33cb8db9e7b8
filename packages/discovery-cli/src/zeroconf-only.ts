import type { DiscoverEvent, ResolveEvent, Resolver, WarningEvent } from '@pstorage/discovery-core'

const warning: WarningEvent = {
  type: 'warning',
  code: 'zeroconf-only',
  message: 'only zeroconf knows this, and anyone on the link can answer there: not for production; publish DNS records',
}

/**
 * The same resolver, warning before `end` when there are results and every one is from zeroconf alone.
 *
 * @see pstorage-discovery(7), Zeroconf auto discovery
 */
export function warnOfZeroconfOnly(resolver: Resolver): Resolver {
  const { changes } = resolver
  return {
    name: resolver.name,
    discover: (options) => warned(resolver.discover(options), 'cluster'),
    resolve: (cluster, options) => warned(resolver.resolve(cluster, options), 'endpoint'),
    ...(changes !== undefined && { changes: changes.bind(resolver) }),
    [Symbol.asyncDispose]: () => resolver[Symbol.asyncDispose](),
  }
}

async function* warned<Event extends DiscoverEvent | ResolveEvent>(
  events: AsyncIterable<Event>,
  resultType: 'cluster' | 'endpoint',
): AsyncGenerator<Event | WarningEvent> {
  const backends = new Set<string>()
  for await (const event of events) {
    if ((event.type === 'cluster' || event.type === 'endpoint') && event.type === resultType) {
      backends.add(event.source.backend)
    }
    if (event.type === 'end' && backends.size === 1 && backends.has('zeroconf')) yield warning
    yield event
  }
}

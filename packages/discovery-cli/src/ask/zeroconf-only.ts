import type { AttemptStatus, DiscoverEvent, ResolveEvent, Resolver, WarningEvent } from '@pstorage/discovery-core'

const zeroconfOnly: WarningEvent = {
  type: 'warning',
  code: 'zeroconf-only',
  message: 'only zeroconf knows this, and anyone on the link can answer there: not for production; publish DNS records',
}

/**
 * The same resolver, warning before `end` when there are results and every one is from zeroconf alone.
 *
 * Where backends are asked in order of preference, a resolve that came to zeroconf because those before it gave nothing
 * also warns that it fell through, and what became of them: the day they answer, so may the addresses change.
 *
 * @see pstorage-discovery(7), Zeroconf auto discovery
 */
export function warnOfZeroconfOnly(resolver: Resolver): Resolver {
  const { changes } = resolver
  return {
    name: resolver.name,
    discover: (options) => warned(resolver.discover(options), 'cluster', false),
    resolve: (cluster, options) => warned(resolver.resolve(cluster, options), 'endpoint', resolver.name === IN_ORDER),
    ...(changes !== undefined && { changes: changes.bind(resolver) }),
    [Symbol.asyncDispose]: () => resolver[Symbol.asyncDispose](),
  }
}

async function* warned<Event extends DiscoverEvent | ResolveEvent>(
  events: AsyncIterable<Event>,
  resultType: 'cluster' | 'endpoint',
  isInOrder: boolean,
): AsyncGenerator<Event | WarningEvent> {
  const backends = new Set<string>()
  const others = new Map<string, Set<AttemptStatus>>()
  for await (const event of events) {
    if ((event.type === 'cluster' || event.type === 'endpoint') && event.type === resultType) {
      backends.add(event.source.backend)
    }
    if (event.type === 'attempt' && event.backend !== ZEROCONF && event.status !== 'skipped') {
      others.set(event.backend, (others.get(event.backend) ?? new Set()).add(event.status))
    }
    if (event.type === 'end' && backends.size === 1 && backends.has(ZEROCONF)) {
      if (isInOrder && others.size > 0) yield fellThrough(others)
      yield zeroconfOnly
    }
    yield event
  }
}

const ZEROCONF = 'zeroconf'
/** What `firstOf` names its resolvers unless told otherwise. */
const IN_ORDER = 'first'

function fellThrough(others: ReadonlyMap<string, ReadonlySet<AttemptStatus>>): WarningEvent {
  const told = [...others].map(([backend, statuses]) => `${backend} (${[...statuses].join(', ')})`)
  return {
    type: 'warning',
    code: 'fell-through-to-zeroconf',
    message: `zeroconf answered because nothing came from what is preferred to it: ${told.join(', ')}`,
  }
}

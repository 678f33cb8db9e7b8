import {
  type AttemptStatus,
  type DiscoverEvent,
  quoteText,
  type ResolveEvent,
  type Resolver,
  type WarningEvent,
} from '@pstorage/discovery-core'

const zeroconfOnly: WarningEvent = {
  type: 'warning',
  code: 'zeroconf-only',
  message: 'only zeroconf has this, and any host on the link can answer there: not for production; publish DNS records',
}

/**
 * Returns a resolver that warns before `end` when there are results and every one is from zeroconf alone.
 *
 * With backends that are queried in order of preference, a resolve that reached zeroconf because those before it had nothing also
 * warns that it fell through, with their statuses: when they answer again, the addresses may change.
 *
 * A backend that does not check its names may emit one that begins with a minus. It is left out: scripts would pass it on as
 * an option.
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
  let hasLeftOut = false
  for await (const event of events) {
    if (event.type === 'cluster' && event.name.startsWith('-')) {
      hasLeftOut = true
      yield looksLikeOption(event.name)
      continue
    }
    if ((event.type === 'cluster' || event.type === 'endpoint') && event.type === resultType) {
      backends.add(event.source.backend)
    }
    if (event.type === 'attempt-finished' && event.backend !== ZEROCONF && event.status !== 'skipped') {
      others.set(event.backend, (others.get(event.backend) ?? new Set()).add(event.status))
    }
    if (event.type === 'end' && backends.size === 1 && backends.has(ZEROCONF)) {
      if (isInOrder && others.size > 0) yield fellThrough(others)
      yield zeroconfOnly
    }
    const isEmptied = event.type === 'end' && event.outcome === 'found' && hasLeftOut && backends.size === 0
    yield isEmptied ? { ...event, outcome: 'undetermined' } : event
  }
}

function looksLikeOption(name: string): WarningEvent {
  const message = `${quoteText(name, { maxLength: 80 })} is left out: a cluster name cannot begin with "-"`
  return { type: 'warning', code: 'cluster-name-invalid', message }
}

const ZEROCONF = 'zeroconf'
/** The default name of a resolver of `firstOf`. */
const IN_ORDER = 'first'

function fellThrough(others: ReadonlyMap<string, ReadonlySet<AttemptStatus>>): WarningEvent {
  const failed = [...others].map(([backend, statuses]) => `${backend} (${[...statuses].join(', ')})`)
  return {
    type: 'warning',
    code: 'fell-through-to-zeroconf',
    message: `zeroconf answered because the preferred backends had nothing: ${failed.join(', ')}`,
  }
}

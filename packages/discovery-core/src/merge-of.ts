import type { Clock } from './clock.js'
import type { ClusterName } from './cluster-name.js'
import { createResolver } from './create-resolver.js'
import { disagreements } from './disagreement.js'
import type { DiscoverEvent, EndpointEvent, ResolveEvent } from './events.js'
import { expireAll, withExpiry } from './expiry.js'
import { hintsOf } from './hints-of.js'
import type { Question } from './question.js'
import { type Ask, disposeAll, relay } from './relay.js'
import type { Resolver } from './resolver.js'

/** How {@link mergeOf} asks. */
export interface MergeOfOptions {
  /** The name of the composed resolver; default `merge`. Its events keep the names of those who said them. */
  readonly name?: string | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/**
 * Asks all resolvers at once and unites what they find; every result keeps all its sources.
 *
 * The order of the resolvers is the order of preference of their endpoints. Where two of them name different endpoints
 * of a cluster, the warning `sources-disagree` shows both sides. The union owns the resolvers: disposing it disposes
 * them.
 */
export function mergeOf(resolvers: readonly Resolver[], options: MergeOfOptions = {}): Resolver {
  const { name = 'merge', clock } = options

  const mergeAll = async <Event extends DiscoverEvent | ResolveEvent>(
    question: Question<Event | DiscoverEvent>,
    ask: Ask<Event>,
    hear: (event: Event | DiscoverEvent, index: number) => void = () => {},
  ): Promise<void> => {
    const { cancelled, signal, clock } = question
    const query = { signal: cancelled, over: signal, timeout: question.timeLeft(), clock }
    const relays = resolvers.map((resolver, index) =>
      relay(resolver, ask, query, (event) => {
        hear(event, index)
        question.emit(preferred(event, index))
      }),
    )
    await Promise.all(relays)
  }

  const resolveAll = async (cluster: ClusterName, question: Question<ResolveEvent>): Promise<void> => {
    const endpoints = resolvers.map((): EndpointEvent[] => [])
    await mergeAll<ResolveEvent>(
      question,
      (resolver, query) => resolver.resolve(cluster, query),
      (event, index) => event.type === 'endpoint' && endpoints[index]?.push(event),
    )
    for (const warning of disagreements(cluster, endpoints)) question.emit(warning)
  }

  const resolver = createResolver({
    name,
    clock,
    discover: (question) => mergeAll(question, (resolver, query) => resolver.discover(query)),
    resolve: resolveAll,
    changes: hintsOf(resolvers),
    dispose: () => disposeAll(resolvers),
  })
  return withExpiry(resolver, expireAll(resolvers))
}

function preferred<Event extends DiscoverEvent | ResolveEvent>(event: Event, index: number): Event {
  return event.type === 'endpoint' ? { ...event, preference: [index, ...(event.preference ?? [])] } : event
}

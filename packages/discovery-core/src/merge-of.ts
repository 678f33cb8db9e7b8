import type { Clock } from './clock.js'
import { createResolver } from './create-resolver.js'
import type { DiscoverEvent, ResolveEvent } from './events.js'
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
 * The order of the resolvers is the order of preference of their endpoints. The union owns the resolvers: disposing it
 * disposes them.
 */
export function mergeOf(resolvers: readonly Resolver[], options: MergeOfOptions = {}): Resolver {
  const { name = 'merge', clock } = options

  const mergeAll = async <Event extends DiscoverEvent | ResolveEvent>(
    question: Question<Event | DiscoverEvent>,
    ask: Ask<Event>,
  ): Promise<void> => {
    const { cancelled, signal, clock } = question
    const query = { signal: cancelled, over: signal, timeout: question.timeLeft(), clock }
    const relays = resolvers.map((resolver, index) =>
      relay(resolver, ask, query, (event) => question.emit(preferred(event, index))),
    )
    await Promise.all(relays)
  }

  return createResolver({
    name,
    clock,
    discover: (question) => mergeAll(question, (resolver, query) => resolver.discover(query)),
    resolve: (cluster, question) => mergeAll(question, (resolver, query) => resolver.resolve(cluster, query)),
    changes: hintsOf(resolvers),
    dispose: () => disposeAll(resolvers),
  })
}

function preferred<Event extends DiscoverEvent | ResolveEvent>(event: Event, index: number): Event {
  return event.type === 'endpoint' ? { ...event, preference: [index, ...(event.preference ?? [])] } : event
}

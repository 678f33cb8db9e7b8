import { createResolver } from './create-resolver.js'
import type { DiscoverEvent, ResolveEvent } from './events.js'
import type { Question } from './question.js'
import { disposeAll, type RelayOptions, relay } from './relay.js'
import type { Resolver } from './resolver.js'
import { keepsTheRules } from './resolver-trust.js'

/**
 * A resolver of which everything that a report relies on is true: it ends in time, it ends once, its outcome is what its
 * events show, and its results are whole. Those made by `createResolver` are so by themselves; others are seen to.
 */
export function guarded(resolver: Resolver): Resolver {
  if (keepsTheRules(resolver)) return resolver
  return createResolver({
    name: resolver.name,
    discover: (question) =>
      relay<DiscoverEvent>(resolver, (inner, query) => inner.discover(query), onwards(question), question.emit),
    resolve: (cluster, question) =>
      relay<ResolveEvent>(resolver, (inner, query) => inner.resolve(cluster, query), onwards(question), question.emit),
    dispose: () => disposeAll([resolver]),
  })
}

function onwards(question: Question<DiscoverEvent> | Question<ResolveEvent>): RelayOptions {
  const { cancelled, signal, clock } = question
  return { signal: cancelled, over: signal, timeout: question.timeLeft(), clock, faults: 'throw' }
}

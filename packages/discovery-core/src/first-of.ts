import { checkedTime } from './checked-option.js'
import type { Clock } from './clock.js'
import { createResolver } from './create-resolver.js'
import type { DiscoverEvent, ResolveEvent } from './events.js'
import { expireAll, withExpiry } from './expiry.js'
import { hintsOf } from './hints-of.js'
import type { ResultType } from './outcome-tally.js'
import type { Question } from './question.js'
import { Race } from './race.js'
import { type Ask, disposeAll } from './relay.js'
import type { Resolver } from './resolver.js'

/** How {@link firstOf} asks. */
export interface FirstOfOptions {
  /** The name of the composed resolver; default `first`. Its events keep the names of those who said them. */
  readonly name?: string | undefined
  /** Milliseconds by which each resolver starts after the one before it; default 250. */
  readonly startDelay?: number | undefined
  /** Milliseconds that more preferred resolvers still get once a less preferred one has found something; default 1000. */
  readonly patience?: number | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/**
 * Asks the resolvers in order of preference and answers with the most preferred one that found something.
 *
 * The first starts at once, the k-th `k x startDelay` later or as soon as all before it have ended with nothing, so that
 * multicast stays silent where DNS works. Once a less preferred one has found something, the more preferred get at most
 * `patience` more; what they were still asking then is a `timeout`. Results of the others are not passed on; their
 * attempts and warnings are. When nobody finds anything, the attempts of all make the outcome. It owns the resolvers:
 * disposing it disposes them.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, at once, when `startDelay` or `patience` is no number of milliseconds.
 */
export function firstOf(resolvers: readonly Resolver[], options: FirstOfOptions = {}): Resolver {
  const { name = 'first', clock } = options
  const startDelay = checkedTime('startDelay', options.startDelay ?? 250)
  const patience = checkedTime('patience', options.patience ?? 1_000)

  const race = <Event extends DiscoverEvent | ResolveEvent>(
    question: Question<Event | DiscoverEvent>,
    resultType: ResultType,
    ask: Ask<Event>,
  ): Promise<void> => new Race({ resolvers, question, resultType, ask, startDelay, patience }).run()

  const resolver = createResolver({
    name,
    clock,
    discover: (question) => race(question, 'cluster', (resolver, query) => resolver.discover(query)),
    resolve: (cluster, question) => race(question, 'endpoint', (resolver, query) => resolver.resolve(cluster, query)),
    changes: hintsOf(resolvers),
    dispose: () => disposeAll(resolvers),
  })
  return withExpiry(resolver, expireAll(resolvers))
}

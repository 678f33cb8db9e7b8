import { answerReport } from './answer-report.js'
import { AnswerStream } from './answer-stream.js'
import type { AnswerCall, ResolverDesk } from './answer-work.js'
import { type Clock, systemClock } from './clock.js'
import { type ClusterName, parseClusterName } from './cluster-name.js'
import { DiscoveryError } from './discovery-error.js'
import type { DiscoverEvent, ResolveEvent } from './events.js'
import { hintStream, type Watching } from './hint-stream.js'
import { LazyAbort } from './lazy-abort.js'
import type { Question } from './question.js'
import { discoverFold, resolveFold } from './report-fold.js'
import type { QueryOptions, Resolver } from './resolver.js'
import { trust } from './resolver-trust.js'
import { WorkList } from './work-list.js'

/**
 * What a backend has to bring: how it asks. What is the same for all (checking arguments, the deadline, abort, disposal,
 * the outcome) is done by {@link createResolver}.
 */
export interface ResolverParts {
  /** The `backend` of its sources and attempts. */
  readonly name: string
  /** Emits the names that it finds, and returns when it is done. */
  discover(question: Question<DiscoverEvent>): Promise<void>
  /** Emits the endpoints that it finds, and returns when it is done. The name has been checked. */
  resolve(cluster: ClusterName, question: Question<ResolveEvent>): Promise<void>
  /**
   * Hints that asking again is worth it, of one cluster or of the names, until its signal aborts; returns when it cannot
   * tell any more. Default: the resolver gives no hints.
   */
  readonly changes?: ((cluster: ClusterName | undefined, watching: Watching) => Promise<void>) | undefined
  /** Releases what outlives a question; called once, when no question is under way any more. */
  dispose?(): Promise<void>
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/**
 * Makes a {@link Resolver} of the parts that differ from backend to backend.
 *
 * An exception from the parts is a fault of the backend itself: the stream rejects with it. What goes wrong outside is
 * for the parts to emit as an attempt.
 */
export function createResolver(parts: ResolverParts): Resolver {
  const { name, clock = systemClock } = parts
  const disposal = new LazyAbort()
  const underWay = new WorkList()
  const desk: ResolverDesk = { backend: name, clock, disposal, underWay }
  const { changes } = parts
  let disposed: Promise<void> | undefined

  const dispose = async (): Promise<void> => {
    const reason = new DiscoveryError('ERR_RESOLVER_DISPOSED', `the resolver ${name} was disposed`)
    disposal.abort(reason)
    await underWay.cancelAll(reason)
    await parts.dispose?.()
  }

  const discoverCall = (options: QueryOptions): AnswerCall<DiscoverEvent> => ({
    desk,
    resultType: 'cluster',
    cluster: null,
    options,
    run: (question) => parts.discover(question),
  })
  const resolveCall = (cluster: ClusterName, options: QueryOptions): AnswerCall<ResolveEvent> => ({
    desk,
    resultType: 'endpoint',
    cluster,
    options,
    run: (question) => parts.resolve(cluster, question),
  })

  const resolver: Resolver = {
    name,
    discover: (options = {}) => new AnswerStream(() => discoverCall(options)),
    resolve: (cluster, options = {}) => new AnswerStream(() => resolveCall(parseClusterName(cluster), options)),
    ...(changes !== undefined && {
      async *changes(cluster: ClusterName | undefined, options: QueryOptions = {}) {
        const checked = cluster === undefined ? undefined : parseClusterName(cluster)
        yield* hintStream({ desk, options, run: (watching) => changes.call(parts, checked, watching) })
      },
    }),
    [Symbol.asyncDispose]() {
      disposed ??= dispose()
      return disposed
    },
  }
  return trust(resolver, {
    discover: (options) => answerReport(discoverCall(options), discoverFold()),
    resolve: (cluster, options) => answerReport(resolveCall(cluster, options), resolveFold(cluster)),
  })
}

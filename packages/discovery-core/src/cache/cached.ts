import { type ClusterName, parseClusterName } from '../model/cluster-name.js'
import { changesOf } from '../query/changes-stream.js'
import { composeResolver } from '../query/create-resolver.js'
import type { Resolver } from '../query/resolver.js'
import { systemClock } from '../runtime/clock.js'
import { systemRandom } from '../runtime/random.js'
import { Cache } from './cache.js'
import { type CachedOptions, cachePolicyOf } from './cache-options.js'
import { LastGoodStore } from './last-good-store.js'

/** A resolver that keeps answers. */
export interface CachedResolver extends Resolver {
  /**
   * Has the next query about a cluster ask anew; without a cluster, every next query. For a caller that finds that an
   * answer was wrong, for example when nothing listens at its endpoints. What is kept stays at hand in case no source
   * answers.
   *
   * @throws DiscoveryError `ERR_CLUSTER_NAME_INVALID`
   */
  expire(cluster?: ClusterName | string): void
}

/**
 * Keeps the answers of a resolver, and gives the last good one when the next one is worse.
 *
 * Results are kept for the least TTL of their sources, a denial for as long as it says itself, and a refresh starts
 * before the time is over while there are queries. Equal queries at the same time are one query, which ends when no
 * caller waits for it any more. When an error, silence or an unconfirmed no comes instead of results ({@link CachedOptions} names
 * the policy), the last good results are given with their age in `staleMs`, and the warning `stale-answer` says why.
 *
 * It owns the resolver: disposing it disposes that.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, at once.
 * @see RFC 2308, Negative Caching of DNS Queries; RFC 8767, Serving Stale Data; RFC 9520, Caching of Resolution Failures
 */
export function cached(resolver: Resolver, options: CachedOptions = {}): CachedResolver {
  const { name = 'cache', clock = systemClock, random = systemRandom, wallClock = Date.now, file } = options
  const policy = cachePolicyOf(options)
  const store = file === undefined ? undefined : new LastGoodStore(file, clock, wallClock)
  const cache = new Cache(name, { resolver, policy, clock, random }, store)
  const hints = changesOf([resolver])
  const expire = (cluster: ClusterName | undefined): void => {
    resolver.shortcuts?.expire?.(cluster)
    cache.expire(cluster)
  }

  const inner = composeResolver({
    name,
    clock,
    resolvers: [resolver],
    discover: (context) => cache.answerNames(context),
    resolve: (cluster, context) => cache.answerCluster(cluster, context),
    changes:
      hints &&
      ((cluster, { hint, ...watching }) => {
        // What is kept is known to be old before the hint is taken and a query follows.
        const expireAndHint = (): void => {
          expire(cluster)
          hint()
        }
        return hints(cluster, { ...watching, hint: expireAndHint })
      }),
    dispose: () => cache.release(),
    cachedReports: cache,
    expire,
  })
  const dispose = inner[Symbol.asyncDispose]
  return Object.assign(inner, {
    expire(subject?: ClusterName | string): void {
      for (const one of subject === undefined ? cache.subjects() : [parseClusterName(subject)]) expire(one)
    },
    [Symbol.asyncDispose](): PromiseLike<void> {
      cache.close()
      return dispose()
    },
  })
}

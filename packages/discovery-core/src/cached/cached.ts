import { systemClock } from '../clock.js'
import { type ClusterName, parseClusterName } from '../cluster-name.js'
import { createResolver } from '../create-resolver.js'
import { expireKept, withExpiry } from '../expiry.js'
import { hintsOf } from '../hints-of.js'
import { rememberKeptReports } from '../kept-report.js'
import { systemRandom } from '../random.js'
import { disposeAll } from '../relay.js'
import type { Resolver } from '../resolver.js'
import { Cache } from './cache.js'
import { type CachedOptions, cachePolicyOf } from './cached-options.js'
import { LastGoodStore } from './file/last-good-store.js'

/** A resolver that keeps answers. */
export interface CachedResolver extends Resolver {
  /**
   * Has the next question about a cluster ask anew; without a cluster, every next question. For whoever finds that an
   * answer was wrong, for example when nothing listens at its endpoints. What is kept stays at hand in case nobody
   * answers.
   *
   * @throws DiscoveryError `ERR_CLUSTER_NAME_INVALID`
   */
  expire(cluster?: ClusterName | string): void
}

/**
 * Keeps the answers of a resolver, and gives the last good one when the next one is worse.
 *
 * Results are kept for the least TTL of those who said them, a no for as long as it says itself, and a refresh starts
 * before the time is over while somebody asks. Equal questions at the same time are one question, which ends when nobody
 * wants it any more. When an error, silence or an unconfirmed no comes instead of results ({@link CachedOptions} names
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
  const hints = hintsOf([resolver])
  const expire = (cluster: ClusterName | undefined): void => {
    expireKept(resolver, cluster)
    cache.expire(cluster)
  }

  const inner = createResolver({
    name,
    clock,
    discover: (question) => cache.answerNames(question),
    resolve: (cluster, question) => cache.answerCluster(cluster, question),
    changes:
      hints &&
      ((cluster, { hint, ...watching }) => {
        // What is kept is known to be old before anybody hears the hint and asks.
        const expireAndHint = (): void => {
          expire(cluster)
          hint()
        }
        return hints(cluster, { ...watching, hint: expireAndHint })
      }),
    async dispose() {
      await cache.release()
      await disposeAll([resolver])
    },
  })
  const dispose = inner[Symbol.asyncDispose]
  const keeping = Object.assign(withExpiry(inner, expire), {
    expire(subject?: ClusterName | string): void {
      for (const one of subject === undefined ? cache.subjects() : [parseClusterName(subject)]) expire(one)
    },
    [Symbol.asyncDispose](): PromiseLike<void> {
      cache.close()
      return dispose()
    },
  })
  rememberKeptReports(keeping, cache)
  return keeping
}

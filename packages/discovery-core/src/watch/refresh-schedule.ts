import type { LastGood } from '../retain/last-good.js'
import { negativeTtlOf, staleItemsOf, ttlOf } from '../retain/lifetime.js'
import type { WatchPolicy } from './watch-options.js'

/** Chance is drawn in so many steps. */
const STEPS = 2 ** 20

/** Computes the time of the next poll: after the least TTL, between floor and ceiling; later and later while there is no answer. */
export class RefreshSchedule {
  readonly #policy: WatchPolicy
  #failures = 0
  #isFirst = true

  constructor(policy: WatchPolicy) {
    this.#policy = policy
  }

  /** Milliseconds to wait after a round that began at a time. */
  after(known: LastGood, startedAt: number, now: number): number {
    return Math.min(this.#next(known, now - startedAt), this.#untilTooOld(known, now))
  }

  #next(known: LastGood, elapsed: number): number {
    const { keep, retry, retryCeiling, jitter } = this.#policy
    const isStale = staleItemsOf(known).size > 0
    const isFirst = this.#isFirst
    this.#isFirst = false
    if (isStale && known.retained.some(({ why }) => why === 'denied')) {
      // A second opinion, as soon as it counts.
      return this.#between(keep.confirmInterval, keep.confirmInterval * (1 + jitter))
    }
    if (isStale || known.outcome === 'undetermined') {
      // A watch that has results is in no hurry: a server in trouble that is asked several times as often as
      // before does not get out of it. So many watches spread their second try over all of the time, while others of
      // them still come to their first.
      const wait = isStale && this.#failures > 0 ? retryCeiling : retry * 2 ** this.#failures
      this.#failures += 1
      const least = Math.min(wait, Math.max(retry, retryCeiling * (1 - jitter)))
      const most = jitter === 0 ? wait : isStale ? retryCeiling : wait * 1.5
      // From query to query: what a silent server has cost already counts.
      return Math.max(0, this.#between(least, Math.max(least, Math.min(most, retryCeiling))) - elapsed)
    }
    this.#failures = 0
    return this.#spread(this.#interval(known), isFirst && jitter > 0 ? 1 : jitter)
  }

  #interval({ outcome, poll }: LastGood): number {
    const { floor, ceiling, defaultTtl } = this.#policy
    const ttl = outcome === 'found' ? ttlOf(poll) : negativeTtlOf(poll)
    return Math.min(Math.max(ttl ?? defaultTtl, floor), ceiling)
  }

  /** Takes a part off by chance; what is at the floor already gets it on top. */
  #spread(interval: number, part: number): number {
    const { floor } = this.#policy
    return this.#between(Math.max(floor, interval * (1 - part)), Math.max(interval, floor * (1 + part)))
  }

  /** Returns the time until a retained result is too old: it is dropped then, and not only by the next poll. */
  #untilTooOld({ retained }: LastGood, now: number): number {
    const { maxStale } = this.#policy.keep
    let least = Number.POSITIVE_INFINITY
    for (const { why, assertedAt } of retained) if (why !== null) least = Math.min(least, assertedAt + maxStale - now)
    return Math.max(1, least + 1)
  }

  #between(least: number, most: number): number {
    return Math.round(least + (this.#policy.random.below(STEPS) / STEPS) * (most - least))
  }
}

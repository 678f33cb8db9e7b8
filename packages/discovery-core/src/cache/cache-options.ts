import type { LastGood } from '../retain/last-good.js'
import { negativeTtlOf, staleItemsOf, ttlOf } from '../retain/lifetime.js'
import { type RetainOptions, type RetainPolicy, retainPolicyOf } from '../retain/retain-options.js'
import type { Clock } from '../runtime/clock.js'
import { DiscoveryError } from '../runtime/discovery-error.js'
import { checkedCount, checkedTime, checkOptionNames } from '../runtime/option-checks.js'
import type { Random } from '../runtime/random.js'

/** Options of `cached`. All times are in milliseconds. */
export interface CachedOptions extends RetainOptions {
  /** The `backend` of its own attempts; default `cache`. Results keep the names of those who said them. */
  readonly name?: string | undefined
  /** The least time for which an answer is kept, whatever its TTL; default 0: a TTL of 0 is not kept. */
  readonly floor?: number | undefined
  /** The longest time for which results are kept before they are asked for again; default 1 hour. */
  readonly ceiling?: number | undefined
  /** For results without any TTL, such as those of a bootstrap list; default 60,000. */
  readonly defaultTtl?: number | undefined
  /** For a no that does not say for how long it holds (`negativeTtl` of its attempts); default 30,000. */
  readonly negativeTtl?: number | undefined
  /** The longest time for which a no is kept; default 300,000. */
  readonly negativeCeiling?: number | undefined
  /** For which a failed query without anything to fall back on is not repeated; default 1,000 (RFC 9520 section 3.2). */
  readonly failureTtl?: number | undefined
  /** Between two queries while stale results are given; default 30,000 (RFC 8767 section 5). */
  readonly recheck?: number | undefined
  /** A query waits so long for a fresh answer before it gets the stale one; default 1,800 (RFC 8767 section 5). */
  readonly staleAnswerTimeout?: number | undefined
  /** The part of its time before the end of which an answer that is still asked for is refreshed; default 0.1, 0 to 1. */
  readonly refreshAhead?: number | undefined
  /** For a query that goes on in the background; default 5,000. */
  readonly timeout?: number | undefined
  /** Number of clusters that are remembered; default 1,000. */
  readonly maxClusters?: number | undefined
  /**
   * File for the last good answers, so that they survive the process; default: none. What is read from there
   * is used only when no source can be asked, and never as authenticated. One file for each cache.
   */
  readonly file?: string | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
  /** Milliseconds since 1970, for the age of what is in the file; default `Date.now`. */
  readonly wallClock?: (() => number) | undefined
  /** Spreads refreshes; default: the operating system's. */
  readonly random?: Random | undefined
}

/** The times of {@link CachedOptions}, checked and whole. */
export interface CachePolicy {
  readonly keep: RetainPolicy
  readonly floor: number
  readonly ceiling: number
  readonly defaultTtl: number
  readonly negativeTtl: number
  readonly negativeCeiling: number
  readonly failureTtl: number
  readonly recheck: number
  readonly staleAnswerTimeout: number
  readonly refreshAhead: number
  readonly timeout: number
  readonly maxClusters: number
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof CachedOptions, 'list' | 'other'>> = {
  maxStale: 'other',
  empty: 'other',
  confirmations: 'other',
  confirmInterval: 'other',
  name: 'other',
  floor: 'other',
  ceiling: 'other',
  defaultTtl: 'other',
  negativeTtl: 'other',
  negativeCeiling: 'other',
  failureTtl: 'other',
  recheck: 'other',
  staleAnswerTimeout: 'other',
  refreshAhead: 'other',
  timeout: 'other',
  maxClusters: 'other',
  file: 'other',
  clock: 'other',
  wallClock: 'other',
  random: 'other',
}

/** @throws DiscoveryError `ERR_OPTION_INVALID` */
export function cachePolicyOf(options: CachedOptions): CachePolicy {
  checkOptionNames('cached', options, optionNames)
  const floor = checkedTime('floor', options.floor ?? 0)
  return {
    keep: retainPolicyOf(options),
    floor,
    ceiling: checkedTime('ceiling', options.ceiling ?? Math.max(3_600_000, floor), floor),
    defaultTtl: checkedTime('defaultTtl', options.defaultTtl ?? 60_000),
    negativeTtl: checkedTime('negativeTtl', options.negativeTtl ?? 30_000),
    negativeCeiling: checkedTime('negativeCeiling', options.negativeCeiling ?? 300_000),
    failureTtl: checkedTime('failureTtl', options.failureTtl ?? 1_000),
    recheck: checkedTime('recheck', options.recheck ?? 30_000),
    staleAnswerTimeout: checkedTime('staleAnswerTimeout', options.staleAnswerTimeout ?? 1_800),
    refreshAhead: checkedPart(options.refreshAhead ?? 0.1),
    timeout: checkedTime('timeout', options.timeout ?? 5_000),
    maxClusters: checkedCount('maxClusters', options.maxClusters ?? 1_000),
  }
}

function checkedPart(part: number): number {
  if (typeof part === 'number' && part >= 0 && part <= 1) return part
  throw new DiscoveryError('ERR_OPTION_INVALID', `refreshAhead must be 0 to 1: ${String(part)}`)
}

/** Returns the lifetime of a result in milliseconds. */
export function lifetimeOf(known: LastGood, policy: CachePolicy): number {
  const { outcome, poll, retained } = known
  if (staleItemsOf(known).size > 0) {
    const denied = retained.some(({ why }) => why === 'denied')
    const recheck = denied ? Math.min(policy.recheck, policy.keep.confirmInterval) : policy.recheck
    return Math.min(recheck, untilTooOld(known, policy))
  }
  if (outcome === 'undetermined') return policy.failureTtl
  if (outcome === 'found') return clamp(ttlOf(poll) ?? policy.defaultTtl, policy.floor, policy.ceiling)
  return clamp(negativeTtlOf(poll) ?? policy.negativeTtl, policy.floor, policy.negativeCeiling)
}

/** Milliseconds until something is too old to be kept: then something less preferred may take its place. */
function untilTooOld({ retained, poll }: LastGood, { keep: { maxStale } }: CachePolicy): number {
  let least = Number.POSITIVE_INFINITY
  for (const { why, assertedAt } of retained) if (why !== null) least = Math.min(least, assertedAt + maxStale - poll.at)
  return Math.max(0, least) + 1
}

function clamp(ms: number, floor: number, ceiling: number): number {
  return Math.min(Math.max(ms, floor), Math.max(floor, ceiling))
}

import { checkedCount, checkedTime } from '../checked-option.js'
import type { Clock } from '../clock.js'
import { DiscoveryError } from '../discovery-error.js'
import { type KeepOptions, type KeepPolicy, keepPolicyOf } from '../keep/keep-options.js'
import type { Random } from '../random.js'

/** How `cached` keeps answers. All times are milliseconds. */
export interface CachedOptions extends KeepOptions {
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
  /** For which a failed question without anything to fall back on is not repeated; default 1,000 (RFC 9520 section 3.2). */
  readonly failureTtl?: number | undefined
  /** Between two questions while stale results are given; default 30,000 (RFC 8767 section 5). */
  readonly recheck?: number | undefined
  /** A question waits so long for a fresh answer before it gets the stale one; default 1,800 (RFC 8767 section 5). */
  readonly patience?: number | undefined
  /** The part of its time before the end of which an answer that is still asked for is refreshed; default 0.1, 0 to 1. */
  readonly refreshAhead?: number | undefined
  /** For a question that goes on in the background; default 5,000. */
  readonly timeout?: number | undefined
  /** How many clusters are remembered; default 1,000. */
  readonly maxClusters?: number | undefined
  /**
   * Where the last good answers are written, so that they survive the process; default: nowhere. What is read from there
   * is used only when nobody can be asked, and never as authenticated. One file for each cache.
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
  readonly keep: KeepPolicy
  readonly floor: number
  readonly ceiling: number
  readonly defaultTtl: number
  readonly negativeTtl: number
  readonly negativeCeiling: number
  readonly failureTtl: number
  readonly recheck: number
  readonly patience: number
  readonly refreshAhead: number
  readonly timeout: number
  readonly maxClusters: number
}

/** @throws DiscoveryError `ERR_OPTION_INVALID` */
export function cachePolicyOf(options: CachedOptions): CachePolicy {
  const floor = checkedTime('floor', options.floor ?? 0)
  return {
    keep: keepPolicyOf(options),
    floor,
    ceiling: checkedTime('ceiling', options.ceiling ?? Math.max(3_600_000, floor), floor),
    defaultTtl: checkedTime('defaultTtl', options.defaultTtl ?? 60_000),
    negativeTtl: checkedTime('negativeTtl', options.negativeTtl ?? 30_000),
    negativeCeiling: checkedTime('negativeCeiling', options.negativeCeiling ?? 300_000),
    failureTtl: checkedTime('failureTtl', options.failureTtl ?? 1_000),
    recheck: checkedTime('recheck', options.recheck ?? 30_000),
    patience: checkedTime('patience', options.patience ?? 1_800),
    refreshAhead: checkedPart(options.refreshAhead ?? 0.1),
    timeout: checkedTime('timeout', options.timeout ?? 5_000),
    maxClusters: checkedCount('maxClusters', options.maxClusters ?? 1_000),
  }
}

function checkedPart(part: number): number {
  if (typeof part === 'number' && part >= 0 && part <= 1) return part
  throw new DiscoveryError('ERR_OPTION_INVALID', `refreshAhead must be 0 to 1: ${String(part)}`)
}

import { type RetainOptions, type RetainPolicy, retainPolicyOf } from '../retain/retain-options.js'
import { type Clock, systemClock } from '../runtime/clock.js'
import { DiscoveryError } from '../runtime/discovery-error.js'
import { checkedTime, checkOptionNames } from '../runtime/option-checks.js'
import { type Random, systemRandom } from '../runtime/random.js'

/** Options of {@link watch}. All times are in milliseconds. */
export interface WatchOptions<Event> extends RetainOptions {
  /** Ends the watch at once; the loop rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined
  /** Timeout of one poll; default 5,000. */
  readonly timeout?: number | undefined
  /** Between two rounds at least, whatever the TTLs; default 60,000. */
  readonly floor?: number | undefined
  /** Between two rounds at most, whatever the TTLs; default 1 hour. */
  readonly ceiling?: number | undefined
  /** Between two rounds where no source gives a TTL; default 60,000. */
  readonly defaultTtl?: number | undefined
  /**
   * After the first round that failed; default 30,000. It doubles with each further one; where there are results to go
   * on with it is `retryCeiling` from the second one on.
   */
  readonly retry?: number | undefined
  /** After a round that failed at most; default 300,000 (RFC 9520 section 3.2). */
  readonly retryCeiling?: number | undefined
  /**
   * The part of the time between two polls that is left to chance, so that many watches do not ask at once; default
   * 0.1. The first time after the start is drawn from the whole of it, and so is, where there are results to go on with,
   * the first one after a failure: from `retry` to `retryCeiling`. Other retries vary by half. 0: nothing is left to
   * chance.
   */
  readonly jitter?: number | undefined
  /** Called with each event of each round, such as its attempts and warnings. */
  readonly onEvent?: ((event: Event) => void) | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
  /** Default: the operating system's. */
  readonly random?: Random | undefined
}

/** {@link WatchOptions}, checked and whole. */
export interface WatchPolicy {
  readonly keep: RetainPolicy
  readonly timeout: number
  readonly floor: number
  readonly ceiling: number
  readonly defaultTtl: number
  readonly retry: number
  readonly retryCeiling: number
  readonly jitter: number
  readonly clock: Clock
  readonly random: Random
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof WatchOptions<never>, 'list' | 'other'>> = {
  maxStale: 'other',
  empty: 'other',
  confirmations: 'other',
  confirmInterval: 'other',
  signal: 'other',
  timeout: 'other',
  floor: 'other',
  ceiling: 'other',
  defaultTtl: 'other',
  retry: 'other',
  retryCeiling: 'other',
  jitter: 'other',
  onEvent: 'other',
  clock: 'other',
  random: 'other',
}

/** @throws DiscoveryError `ERR_OPTION_INVALID` */
export function watchPolicyOf(options: WatchOptions<never>): WatchPolicy {
  checkOptionNames('watch', options, optionNames)
  const floor = checkedTime('floor', options.floor ?? 60_000, 1)
  const retry = checkedTime('retry', options.retry ?? 30_000, 1)
  return {
    keep: retainPolicyOf(options),
    timeout: checkedTime('timeout', options.timeout ?? 5_000),
    floor,
    ceiling: checkedTime('ceiling', options.ceiling ?? Math.max(3_600_000, floor), floor),
    defaultTtl: checkedTime('defaultTtl', options.defaultTtl ?? 60_000),
    retry,
    retryCeiling: checkedTime('retryCeiling', options.retryCeiling ?? Math.max(300_000, retry), retry),
    jitter: checkedPart(options.jitter ?? 0.1),
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  }
}

function checkedPart(part: number): number {
  if (typeof part === 'number' && part >= 0 && part < 1) return part
  throw new DiscoveryError('ERR_OPTION_INVALID', `jitter must be 0 or more and less than 1: ${String(part)}`)
}

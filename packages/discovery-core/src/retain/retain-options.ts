import { DiscoveryError } from '../runtime/discovery-error.js'
import { checkedCount, checkedTime } from '../runtime/option-checks.js'

/**
 * Effect of an authoritative denial on results that are at hand.
 *
 * - `believe`: they are dropped at once
 * - `confirm`: they are dropped when it was said several times in a row; until then they are kept as stale
 * - `keep`: they are kept as stale until they are too old
 */
export type EmptyPolicy = 'believe' | 'confirm' | 'keep'

/**
 * Treatment of the last good answer when the next one is worse. Shared by `cached` and `watch`.
 *
 * An error (refused, timeout, unreachable, malformed, failed, unavailable) and silence never remove anything; a no does
 * by its {@link EmptyPolicy}. This holds for each source by itself: what one has said stays while that one cannot be
 * asked, also when others answer. "No such cluster" is never kept over an error.
 */
export interface RetainOptions {
  /** Milliseconds for which a result is kept after its source last said so; default 24 hours. 0: not at all. */
  readonly maxStale?: number | undefined
  /** Default `confirm`. */
  readonly empty?: EmptyPolicy | undefined
  /** Number of denials in a row that remove a result; default 2. */
  readonly confirmations?: number | undefined
  /** Milliseconds between two of them at least; default 30,000. */
  readonly confirmInterval?: number | undefined
}

/** {@link RetainOptions}, checked and whole. */
export type RetainPolicy = { readonly [Key in keyof RetainOptions]-?: Exclude<RetainOptions[Key], undefined> }

const HOUR = 3_600_000

/** @throws DiscoveryError `ERR_OPTION_INVALID` */
export function retainPolicyOf(options: RetainOptions): RetainPolicy {
  const { empty = 'confirm' } = options
  if (!['believe', 'confirm', 'keep'].includes(empty)) {
    throw new DiscoveryError('ERR_OPTION_INVALID', `empty must be believe, confirm or keep: ${String(empty)}`)
  }
  return {
    empty,
    maxStale: checkedTime('maxStale', options.maxStale ?? 24 * HOUR),
    confirmations: checkedCount('confirmations', options.confirmations ?? 2),
    confirmInterval: checkedTime('confirmInterval', options.confirmInterval ?? 30_000),
  }
}

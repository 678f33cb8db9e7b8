import type { LastGood } from '../keep/last-good.js'
import { negativeTtlOf, staleItemsOf, ttlOf } from '../keep/lifetime.js'
import type { CachePolicy } from './cached-options.js'

/** For how many milliseconds an answer is given without asking again. */
export function lifetimeOf(known: LastGood, policy: CachePolicy): number {
  const { outcome, round, kept } = known
  if (staleItemsOf(known).size > 0) {
    const denied = kept.some(({ why }) => why === 'denied')
    return denied ? Math.min(policy.recheck, policy.keep.confirmInterval) : policy.recheck
  }
  if (outcome === 'undetermined') return policy.failureTtl
  if (outcome === 'found') return clamp(ttlOf(round) ?? policy.defaultTtl, policy.floor, policy.ceiling)
  return clamp(negativeTtlOf(round) ?? policy.negativeTtl, policy.floor, policy.negativeCeiling)
}

function clamp(ms: number, floor: number, ceiling: number): number {
  return Math.min(Math.max(ms, floor), Math.max(floor, ceiling))
}

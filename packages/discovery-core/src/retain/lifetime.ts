import type { Source } from '../model/source.js'
import { itemOf, type LastGood, type RetainedResult } from './last-good.js'
import type { Assertion, Poll } from './poll.js'

/** The least time, in milliseconds, that those who said the results of a round allow; `null` when no source says. */
export function ttlOf({ assertions, resultType }: Poll): number | null {
  let least = Number.POSITIVE_INFINITY
  for (const statement of assertions) {
    if (statement.type === resultType) least = Math.min(least, secondsOf(statement))
  }
  return least === Number.POSITIVE_INFINITY ? null : least * 1_000
}

/** The least time, in milliseconds, for which a no of this round may be kept; `null` when no source says. */
export function negativeTtlOf({ attempts }: Poll): number | null {
  let least = Number.POSITIVE_INFINITY
  for (const { status, negativeTtl } of attempts) {
    if (status === 'empty' && negativeTtl !== undefined) least = Math.min(least, Math.max(0, negativeTtl))
  }
  return least === Number.POSITIVE_INFINITY ? null : least * 1_000
}

/** Returns whether it is kept for want of a fresh answer, here or by a cache further in. */
export function isStale({ why, assertion }: RetainedResult): boolean {
  return why !== null || assertion.staleMs !== undefined
}

/** Returns what no source says freshly, by its key. Where there is no result, what only says that the cluster exists counts. */
export function staleItemsOf({ retained, outcome, poll }: LastGood): ReadonlySet<string> {
  const counts = ({ assertion }: RetainedResult): boolean => outcome !== 'found' || assertion.type === poll.resultType
  const items = new Set<string>()
  for (const one of retained) if (counts(one) && isStale(one)) items.add(itemOf(one.assertion))
  for (const one of retained) if (counts(one) && !isStale(one)) items.delete(itemOf(one.assertion))
  return items
}

function secondsOf(statement: Assertion): number {
  const ttls = statement.type === 'endpoint' ? [statement.ttl, statement.source.ttl] : [statement.source.ttl]
  return Math.min(...ttls.map((ttl) => (ttl === null ? Number.POSITIVE_INFINITY : Math.max(0, ttl))))
}

/** The TTL of what is kept for want of a fresh answer, in seconds (RFC 8767 section 4). */
const STALE_TTL = 30

/**
 * Says again what was said before: a fresh statement with what is left of its TTL, a stale one with its age.
 *
 * The result shares nothing that other code could change with what is kept.
 */
export function replayed(kept: RetainedResult, now: number): Assertion {
  const age = Math.max(0, now - kept.assertedAt)
  const stale = isStale(kept)
  const left = (ttl: number | null): number | null =>
    ttl === null ? null : stale ? STALE_TTL : Math.max(0, Math.floor(ttl - age / 1_000))
  const source: Source = Object.freeze({ ...kept.assertion.source, ttl: left(kept.assertion.source.ttl) })
  const staleness = stale ? { staleMs: Math.max(1, Math.round(age)) } : {}
  const { assertion } = kept
  if (assertion.type === 'cluster') return { ...assertion, source, ...staleness }
  return { ...assertion, ttl: left(assertion.ttl), source, ...staleness }
}

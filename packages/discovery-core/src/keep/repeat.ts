import type { Source } from '../source.js'
import type { Kept } from './last-good.js'
import { isStale } from './lifetime.js'
import type { Statement } from './round.js'

/** The TTL of what is kept for want of a fresh answer, in seconds (RFC 8767 section 4). */
const STALE_TTL = 30

/**
 * Says again what was said before: a fresh statement with what is left of its TTL, a stale one with its age.
 *
 * The result shares nothing that somebody could change with what is kept.
 */
export function repeated(kept: Kept, now: number): Statement {
  const age = Math.max(0, now - kept.saidAt)
  const stale = isStale(kept)
  const left = (ttl: number | null): number | null =>
    ttl === null ? null : stale ? STALE_TTL : Math.max(0, Math.floor(ttl - age / 1_000))
  const source: Source = Object.freeze({ ...kept.statement.source, ttl: left(kept.statement.source.ttl) })
  const staleness = stale ? { staleMs: Math.max(1, Math.round(age)) } : {}
  const { statement } = kept
  if (statement.type === 'cluster') return { ...statement, source, ...staleness }
  return { ...statement, ttl: left(statement.ttl), source, ...staleness }
}

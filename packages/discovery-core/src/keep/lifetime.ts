import { itemOf, type Kept, type LastGood } from './last-good.js'
import type { Round, Statement } from './round.js'

/** The least time, in milliseconds, that those who said the results of a round allow; `null` when nobody says. */
export function ttlOf({ statements, resultType }: Round): number | null {
  let least = Number.POSITIVE_INFINITY
  for (const statement of statements) {
    if (statement.type === resultType) least = Math.min(least, secondsOf(statement))
  }
  return least === Number.POSITIVE_INFINITY ? null : least * 1_000
}

/** The least time, in milliseconds, for which a no of this round may be kept; `null` when nobody says. */
export function negativeTtlOf({ attempts }: Round): number | null {
  let least = Number.POSITIVE_INFINITY
  for (const { status, negativeTtl } of attempts) {
    if (status === 'empty' && negativeTtl !== undefined) least = Math.min(least, Math.max(0, negativeTtl))
  }
  return least === Number.POSITIVE_INFINITY ? null : least * 1_000
}

/** Whether it is kept for want of a fresh answer, here or by a cache further in. */
export function isStale({ why, statement }: Kept): boolean {
  return why !== null || statement.staleMs !== undefined
}

/** What nobody says freshly, by its key. Where there is no result, what only says that the cluster exists counts. */
export function staleItemsOf({ kept, outcome, round }: LastGood): ReadonlySet<string> {
  const counts = ({ statement }: Kept): boolean => outcome !== 'found' || statement.type === round.resultType
  const items = new Set<string>()
  for (const one of kept) if (counts(one) && isStale(one)) items.add(itemOf(one.statement))
  for (const one of kept) if (counts(one) && !isStale(one)) items.delete(itemOf(one.statement))
  return items
}

function secondsOf(statement: Statement): number {
  const ttls = statement.type === 'endpoint' ? [statement.ttl, statement.source.ttl] : [statement.source.ttl]
  return Math.min(...ttls.map((ttl) => (ttl === null ? Number.POSITIVE_INFINITY : Math.max(0, ttl))))
}

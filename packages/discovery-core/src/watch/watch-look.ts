import type { LastGood } from '../keep/last-good.js'
import { isStale, staleItemsOf } from '../keep/lifetime.js'
import { repeated } from '../keep/repeat.js'
import type { Report } from '../report.js'
import type { WatchSubject } from './watch-subject.js'

/** What is to be seen after one round. */
export interface WatchLook<Whole extends Report, Item> {
  readonly report: Whole
  /** By key. */
  readonly items: ReadonlyMap<string, Item>
  /** The keys of what is stale. */
  readonly stale: ReadonlySet<string>
  /** Milliseconds since the oldest of that was last confirmed. */
  readonly staleMs: number
}

/** Looks at what is known, as somebody who reads it now does. */
export function lookAt<Whole extends Report, Item>(
  known: LastGood,
  now: number,
  subject: Pick<WatchSubject<Whole, Item, unknown>, 'fold' | 'itemsOf' | 'keyOf'>,
): WatchLook<Whole, Item> {
  const fold = subject.fold()
  let oldest = now
  for (const kept of known.kept) {
    fold.add(repeated(kept, now))
    if (isStale(kept)) oldest = Math.min(oldest, kept.saidAt)
  }
  for (const event of [...known.round.attempts, ...known.round.warnings]) fold.add(event)
  fold.add({ type: 'end', outcome: known.outcome })
  const report = fold.report()
  return {
    report,
    items: new Map(subject.itemsOf(report).map((item) => [subject.keyOf(item), item])),
    stale: staleItemsOf(known),
    staleMs: Math.round(now - oldest),
  }
}

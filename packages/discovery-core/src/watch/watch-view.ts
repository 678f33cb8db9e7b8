import type { Outcome } from '../model/outcome.js'
import type { Report } from '../report/report.js'
import type { LastGood } from '../retain/last-good.js'
import { isStale, replayed, staleItemsOf } from '../retain/lifetime.js'
import type { WatchSubject } from './watch-subject.js'

interface Change<Event> {
  readonly event: Event
  /** Makes it seen. */
  apply(): void
}

interface Seen<Item> {
  readonly item: Item
  readonly content: string
}

/**
 * State that one consumer has seen, and so the changes that are new to it.
 *
 * Nothing is stored for a consumer that does not come: the next event leads from what it has seen to what there is by
 * then. Something is added before anything is removed, so that a set that is replaced is never seen empty.
 */
export class WatchView<Whole extends Report, Item, Event> {
  readonly #subject: WatchSubject<Whole, Item, Event>
  readonly #items = new Map<string, Seen<Item>>()
  #stale: ReadonlySet<string> = new Set()
  #outcome: Outcome | undefined
  #look: Snapshot<Whole, Item> | undefined
  #changes: Iterator<Change<Event>> | undefined

  constructor(subject: WatchSubject<Whole, Item, Event>) {
    this.#subject = subject
  }

  /** The next event on the way to what there is; `undefined` when that has been seen. */
  next(look: Snapshot<Whole, Item>): Event | undefined {
    if (look !== this.#look) {
      this.#look = look
      this.#changes = this.#changesTo(look)
    }
    const next = this.#changes?.next()
    if (next === undefined || next.done === true) return undefined
    next.value.apply()
    return next.value.event
  }

  *#changesTo(look: Snapshot<Whole, Item>): Generator<Change<Event>> {
    if (this.#outcome === undefined) return yield this.#snapshot(look)
    let isChanged = false
    for (const change of this.#itemChanges(look)) {
      isChanged = true
      yield change
    }
    if (!isChanged && look.report.outcome !== this.#outcome) yield this.#snapshot(look)
    yield* this.#staleChange(look)
  }

  #snapshot(look: Snapshot<Whole, Item>): Change<Event> {
    return {
      event: this.#subject.snapshot(look.report),
      apply: () => {
        this.#outcome = look.report.outcome
        this.#stale = look.stale
        this.#items.clear()
        for (const [key, item] of look.items) this.#see(key, item)
      },
    }
  }

  *#itemChanges({ report, items }: Snapshot<Whole, Item>): Generator<Change<Event>> {
    const changed = (type: 'added' | 'updated' | 'removed', key: string, item: Item): Change<Event> => ({
      event: this.#subject.changed(type, report, item),
      apply: () => {
        this.#outcome = report.outcome
        if (type === 'removed') this.#items.delete(key)
        else this.#see(key, item)
      },
    })
    for (const [key, item] of items) if (!this.#items.has(key)) yield changed('added', key, item)
    for (const [key, item] of items) {
      if (this.#items.get(key)?.content !== this.#subject.contentOf(item)) yield changed('updated', key, item)
    }
    for (const [key, { item }] of [...this.#items]) if (!items.has(key)) yield changed('removed', key, item)
  }

  *#staleChange({ report, items, stale, staleMs }: Snapshot<Whole, Item>): Generator<Change<Event>> {
    const before = this.#stale
    if (stale.size === before.size && [...stale].every((key) => before.has(key))) return
    const apply = (): void => {
      this.#stale = stale
    }
    const concerned = [...items].filter(([key]) => (stale.size > 0 ? stale : before).has(key)).map(([, item]) => item)
    if (stale.size > 0) {
      yield { event: this.#subject.stale(report, staleMs, concerned), apply }
    } else if (concerned.length > 0 || report.outcome === 'known') {
      yield { event: this.#subject.recovered(report.outcome, concerned), apply }
    } else {
      // What was stale is gone: that was told.
      apply()
    }
  }

  #see(key: string, item: Item): void {
    this.#items.set(key, { item, content: this.#subject.contentOf(item) })
  }
}

/** State after one poll. */
export interface Snapshot<Whole extends Report, Item> {
  readonly report: Whole
  /** By key. */
  readonly items: ReadonlyMap<string, Item>
  /** The keys of what is stale. */
  readonly stale: ReadonlySet<string>
  /** Milliseconds since the oldest of that was last confirmed. */
  readonly staleMs: number
}

/** Looks at what is known, as a reader does now. */
export function takeSnapshot<Whole extends Report, Item>(
  known: LastGood,
  now: number,
  subject: Pick<WatchSubject<Whole, Item, unknown>, 'fold' | 'itemsOf' | 'keyOf'>,
): Snapshot<Whole, Item> {
  const fold = subject.fold()
  let oldest = now
  for (const kept of known.retained) {
    fold.add(replayed(kept, now))
    if (isStale(kept)) oldest = Math.min(oldest, kept.assertedAt)
  }
  for (const event of [...known.poll.attempts, ...known.poll.warnings]) fold.add(event)
  fold.add({ type: 'end', outcome: known.outcome })
  const report = fold.report()
  return {
    report,
    items: new Map(subject.itemsOf(report).map((item) => [subject.keyOf(item), item])),
    stale: staleItemsOf(known),
    staleMs: Math.round(now - oldest),
  }
}

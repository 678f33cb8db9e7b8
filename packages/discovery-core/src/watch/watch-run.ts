import type { ClusterName } from '../model/cluster-name.js'
import type { ResolveEvent } from '../model/events.js'
import type { Resolver } from '../query/resolver.js'
import type { Report } from '../report/report.js'
import type { LastGood } from '../retain/last-good.js'
import { allowManyListeners } from '../runtime/cancellation.js'
import { WatchLoop } from './watch-loop.js'
import type { WatchPolicy } from './watch-options.js'
import type { WatchSubject } from './watch-subject.js'
import { type Snapshot, takeSnapshot, WatchView } from './watch-view.js'

export interface WatchRunOptions<Whole extends Report, Item, Event> {
  readonly resolver: Resolver
  readonly cluster: ClusterName | undefined
  readonly subject: WatchSubject<Whole, Item, Event>
  readonly policy: WatchPolicy
  readonly signal: AbortSignal | undefined
  readonly onEvent: ((event: ResolveEvent) => void) | undefined
  readonly onOver: () => unknown
}

/** One loop of a consumer over a watch, from its first event to its end. */
export class WatchRun<Whole extends Report, Item, Event> implements AsyncIterator<Event, undefined> {
  readonly #options: WatchRunOptions<Whole, Item, Event>
  readonly #loop: WatchLoop
  readonly #view: WatchView<Whole, Item, Event>
  /** Resolves when everything is released; `undefined` before the start. */
  #released: Promise<void> | undefined
  #known: LastGood | undefined
  #look: Snapshot<Whole, Item> | undefined
  #failure: { readonly reason: unknown } | undefined
  #isOver = false
  #wake: () => void = () => {}
  /** Calls of `next` are answered one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: WatchRunOptions<Whole, Item, Event>) {
    const { resolver, cluster, subject, policy } = options
    this.#options = options
    this.#view = new WatchView(subject)
    this.#loop = new WatchLoop({
      ...{ resolver, cluster, policy, resultType: subject.resultType, sendQuery: subject.sendQuery },
      onEvent: (event) => this.#tell(event),
      onPoll: (known) => this.#learn(known),
    })
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    const next = this.#turn.then(() => this.#next())
    this.#turn = next.catch(() => {})
    return next
  }

  /** Ends it, and every wait for it. */
  async return(): Promise<IteratorResult<Event, undefined>> {
    this.end()
    await this.#released
    return { done: true, value: undefined }
  }

  /** Asks now; resolves when that is answered, at once when no loop reads it. */
  async refresh(): Promise<void> {
    if (this.#released !== undefined) await this.#loop.refresh()
  }

  async #next(): Promise<IteratorResult<Event, undefined>> {
    if (!this.#isOver) this.#released ??= this.#run()
    for (;;) {
      if (this.#isOver) return this.#ending()
      const event = this.#news()
      if (event !== undefined) return { value: event }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #news(): Event | undefined {
    if (this.#known === undefined) return undefined
    this.#look ??= takeSnapshot(this.#known, this.#options.policy.clock.now(), this.#options.subject)
    return this.#view.next(this.#look)
  }

  /** Rejects once with the reason, when there is one; after that it is simply over. */
  async #ending(): Promise<IteratorResult<Event, undefined>> {
    await this.#released
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.reason
    return { done: true, value: undefined }
  }

  async #run(): Promise<void> {
    const { signal } = this.#options
    const onAbort = (): void => this.end({ reason: signal?.reason })
    if (signal?.aborted) return onAbort()
    if (signal !== undefined) allowManyListeners(signal).addEventListener('abort', onAbort)
    try {
      await this.#loop.run()
    } catch (reason) {
      this.end({ reason })
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Ends the waits for an event, with the reason where there is one. */
  end(failure?: { readonly reason: unknown }): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = failure
    this.#loop.stop()
    this.#wake()
    this.#options.onOver()
  }

  #learn(known: LastGood): void {
    this.#known = known
    this.#look = undefined
    this.#wake()
  }

  #tell(event: ResolveEvent): void {
    try {
      this.#options.onEvent?.(event)
    } catch (reason) {
      this.end({ reason })
    }
  }
}

import type { DiscoverEvent, EndEvent, ResolveEvent } from '../model/events.js'
import type { QueryContext } from '../query/query-context.js'
import type { SendQuery } from '../query/relay.js'
import type { Resolver } from '../query/resolver.js'
import type { ResultType } from '../report/outcome-tally.js'
import {
  type LastGood,
  maySwitchSource,
  type RetainedResult,
  retainLastGood,
  withoutAnswer,
} from '../retain/last-good.js'
import { staleItemsOf } from '../retain/lifetime.js'
import { type Poll, PollRecorder, SharedPoll } from '../retain/poll.js'
import type { Clock } from '../runtime/clock.js'
import type { Random } from '../runtime/random.js'
import { type CachePolicy, lifetimeOf } from './cache-options.js'
import { followPoll, type ReplaySource, replayAnswer, replayStale, stillGood } from './replay.js'

/** State shared by the entries of one cache. */
export interface CacheParts {
  readonly resolver: Resolver
  readonly policy: CachePolicy
  readonly clock: Clock
  readonly random: Random
  /** Called when a source has said something that is worth keeping. */
  onChange(): void
}

/** The query of an entry, and the backend and target of the attempts that the cache reports for it. */
export interface CacheSubject<Event> {
  readonly resultType: ResultType
  readonly sendQuery: SendQuery<Event>
  readonly source: ReplaySource
}

/** With less time than this left, in milliseconds, a query that ran out of time is not asked again. */
const WORTH_ASKING = 1_000

/** One query that is repeated: the last result, its lifetime, and the poll under way. */
export class CacheEntry<Event extends DiscoverEvent | ResolveEvent> {
  readonly #parts: CacheParts
  readonly #subject: CacheSubject<Event>
  #known: LastGood
  #freshUntil = Number.NEGATIVE_INFINITY
  #refreshAt = Number.POSITIVE_INFINITY
  /** The time that the last query had, when it ran out; a failure says nothing to who has more. */
  #ranOutAfter = Number.POSITIVE_INFINITY
  #poll: SharedPoll<Event> | undefined

  constructor(parts: CacheParts, subject: CacheSubject<Event>) {
    this.#parts = parts
    this.#subject = subject
    this.#known = this.#onlyKept([])
  }

  /** Answers from what is known, or asks, alone or with all who ask the same. */
  async answer(context: QueryContext<Event | DiscoverEvent>): Promise<void> {
    const { resolver, clock, policy } = this.#parts
    if (this.#isFreshFor(context)) {
      this.#emit(context, this.repeat())
      if (clock.now() >= this.#refreshAt) this.#inflight ??= this.#start(policy.timeout, true)
      return
    }
    for (;;) {
      const canFallBack = this.kept.length > 0
      const time = context.timeLeft()
      // A caller that has something to fall back on may leave early: the query then gets the time that it needs.
      this.#inflight ??= this.#start(canFallBack ? Math.max(time, policy.timeout) : time, false)
      const poll = this.#inflight
      // That the cluster exists is not worth giving early: an address may still come.
      const timeout = this.#current.outcome === 'found' ? policy.staleAnswerTimeout : undefined
      // What may stand in for something preferred that is kept is not passed on before it is known to be used.
      const { kept } = this
      const heldBack: Event[] = []
      const holdBack = (event: DiscoverEvent | ResolveEvent): boolean => {
        if ((event.type !== 'cluster' && event.type !== 'endpoint') || !maySwitchSource(event, kept)) return false
        heldBack.push(event as Event) // of this same query
        return true
      }
      const result = await followPoll(poll, context, { resolver, clock, timeout, holdBack })
      const known = this.#current
      if (heldBack.length > 0) {
        const used = new Set<DiscoverEvent | ResolveEvent>(known.retained.map(({ assertion }) => assertion))
        for (const event of heldBack.filter((one) => used.has(one))) context.emit(event)
      }
      this.#emit(
        context,
        replayStale(result === 'left' ? withoutAnswer(known) : known, clock.now(), this.#subject.source),
      )
      if (known.outcome !== 'undetermined') return
      // The query of another caller had less time than this one.
      if (!poll.ranOut || context.timeLeft() < WORTH_ASKING || context.signal.aborted) return
    }
  }

  /** Returns whether what is known may be given at once, and nothing is due. */
  isPlainHit(now: number): boolean {
    return now < this.#freshUntil && now < this.#refreshAt && this.#known.outcome !== 'undetermined'
  }

  /** Returns what is known: another one with each answer. */
  get known(): LastGood {
    return this.#known
  }

  /** The answer that is known, as events. */
  repeat(): readonly (ResolveEvent | EndEvent)[] {
    return replayAnswer(this.#current, this.#parts.clock.now(), this.#subject.source)
  }

  /** Returns what is known and not too old. */
  get kept(): readonly RetainedResult[] {
    return this.#current.retained
  }

  get isAsking(): boolean {
    return this.#inflight !== undefined
  }

  /** Takes over what was known in an earlier life: good only when no source can be asked. */
  restore(kept: readonly RetainedResult[]): void {
    this.#known = this.#onlyKept(kept)
  }

  /** Has the next query ask anew; what is known stays at hand should that fail. */
  expire(): void {
    this.#freshUntil = Number.NEGATIVE_INFINITY
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    const poll = this.#inflight
    poll?.cancel()
    await poll?.done
  }

  get #current(): LastGood {
    return stillGood(this.#known, this.#parts.clock.now(), this.#parts.policy.keep)
  }

  get #inflight(): SharedPoll<Event> | undefined {
    return this.#poll?.isCancelled === false ? this.#poll : undefined
  }

  set #inflight(poll: SharedPoll<Event> | undefined) {
    this.#poll = poll
  }

  #isFreshFor(context: QueryContext<Event | DiscoverEvent>): boolean {
    if (this.#parts.clock.now() >= this.#freshUntil) return false
    return this.#known.outcome !== 'undetermined' || context.timeLeft() <= this.#ranOutAfter
  }

  /** Returns what is known before any source was asked. */
  #onlyKept(kept: readonly RetainedResult[]): LastGood {
    const empty = new PollRecorder(this.#subject.resultType).poll(this.#parts.clock.now())
    return retainLastGood(kept, empty, this.#parts.policy.keep)
  }

  #emit(context: QueryContext<Event | DiscoverEvent>, events: readonly (ResolveEvent | EndEvent)[]): void {
    // They were events of this same query once.
    for (const event of events) context.emit(event as Event)
  }

  #start(timeout: number, background: boolean): SharedPoll<Event> {
    const { resolver, clock } = this.#parts
    const { sendQuery, resultType } = this.#subject
    const poll: SharedPoll<Event> = new SharedPoll({
      ...{ resolver, sendQuery, resultType, clock, timeout, background },
      onEnd: (result) => this.#take(result, poll),
    })
    return poll
  }

  #take(result: Poll, { ranOut, timeout }: SharedPoll<Event>): void {
    const { policy, random, onChange } = this.#parts
    this.#poll = undefined
    if (result.outcome === 'undetermined' && result.at < this.#freshUntil) {
      // A refresh ahead of time has failed: what is known is still good.
      this.#refreshAt = result.at + policy.recheck
      return
    }
    const known = retainLastGood(this.kept, result, policy.keep)
    const lifetime = lifetimeOf(known, policy)
    const isFresh = known.outcome === 'found' && staleItemsOf(known).size === 0
    // Half of the part is left to chance, so that many caches do not refresh at once.
    const ahead = lifetime * policy.refreshAhead * (0.5 + random.below(1_024) / 2_048)
    this.#known = known
    this.#freshUntil = result.at + lifetime
    this.#refreshAt = isFresh ? this.#freshUntil - ahead : Number.POSITIVE_INFINITY
    this.#ranOutAfter = ranOut ? timeout : Number.POSITIVE_INFINITY
    if (result.outcome !== 'undetermined') onChange()
  }
}

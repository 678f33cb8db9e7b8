import type { Clock } from '../clock.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from '../events.js'
import { Flight } from '../keep/flight.js'
import { type Kept, keepLastGood, type LastGood, unheard } from '../keep/last-good.js'
import { staleItemsOf } from '../keep/lifetime.js'
import { type Round, RoundRecorder } from '../keep/round.js'
import type { ResultType } from '../outcome-tally.js'
import type { Question } from '../question.js'
import type { Random } from '../random.js'
import type { Ask } from '../relay.js'
import type { Resolver } from '../resolver.js'
import { lifetimeOf } from './cache-lifetime.js'
import type { CachePolicy } from './cached-options.js'
import { follow } from './follow-flight.js'
import { keptAnswer, keptBeside, type Repeater, stillGood } from './kept-answer.js'

/** What the entries of one cache share. */
export interface CacheParts {
  readonly resolver: Resolver
  readonly policy: CachePolicy
  readonly clock: Clock
  readonly random: Random
  /** Called when somebody has said something that is worth keeping. */
  onChange(): void
}

/** What is asked, and in which words the cache speaks of it. */
export interface CacheSubject<Event> {
  readonly resultType: ResultType
  readonly ask: Ask<Event>
  readonly who: Repeater
}

/** With less time than this left, in milliseconds, a question that ran out of time is not asked again. */
const WORTH_ASKING = 1_000

/** One question that is asked again and again: what is known, until when that is good, and who is asking now. */
export class CacheEntry<Event extends DiscoverEvent | ResolveEvent> {
  readonly #parts: CacheParts
  readonly #subject: CacheSubject<Event>
  #known: LastGood
  #freshUntil = Number.NEGATIVE_INFINITY
  #refreshAt = Number.POSITIVE_INFINITY
  /** The time that the last question had, when it ran out; a failure says nothing to who has more. */
  #ranOutAfter = Number.POSITIVE_INFINITY
  #flight: Flight<Event> | undefined

  constructor(parts: CacheParts, subject: CacheSubject<Event>) {
    this.#parts = parts
    this.#subject = subject
    this.#known = this.#onlyKept([])
  }

  /** Answers from what is known, or asks, alone or with all who ask the same. */
  async answer(question: Question<Event | DiscoverEvent>): Promise<void> {
    const { resolver, clock, policy } = this.#parts
    if (this.#isFreshFor(question)) {
      this.#emit(question, this.repeat())
      if (clock.now() >= this.#refreshAt) this.#underWay ??= this.#start(policy.timeout, true)
      return
    }
    for (;;) {
      const canFallBack = this.kept.length > 0
      const time = question.timeLeft()
      // Whoever has something to fall back on may leave early: the question then gets the time that it needs.
      this.#underWay ??= this.#start(canFallBack ? Math.max(time, policy.timeout) : time, false)
      const flight = this.#underWay
      const patience = canFallBack ? policy.patience : undefined
      const result = await follow(flight, question, { resolver, clock, patience })
      const known = this.#current
      this.#emit(question, keptBeside(result === 'left' ? unheard(known) : known, clock.now(), this.#subject.who))
      if (known.outcome !== 'undetermined') return
      // Somebody else's question had less time than this one.
      if (!flight.ranOut || question.timeLeft() < WORTH_ASKING || question.signal.aborted) return
    }
  }

  /** Whether what is known may be given at once to whoever asks, and nothing is due. */
  isPlainHit(now: number): boolean {
    return now < this.#freshUntil && now < this.#refreshAt && this.#known.outcome !== 'undetermined'
  }

  /** What is known: another one with each answer. */
  get known(): LastGood {
    return this.#known
  }

  /** The answer that is known, as events. */
  repeat(): readonly (ResolveEvent | EndEvent)[] {
    return keptAnswer(this.#current, this.#parts.clock.now(), this.#subject.who)
  }

  /** What is known and not too old. */
  get kept(): readonly Kept[] {
    return this.#current.kept
  }

  get isAsking(): boolean {
    return this.#underWay !== undefined
  }

  /** Takes over what was known in an earlier life: good only when nobody can be asked. */
  restore(kept: readonly Kept[]): void {
    this.#known = this.#onlyKept(kept)
  }

  /** Has the next question ask anew; what is known stays at hand should that fail. */
  expire(): void {
    this.#freshUntil = Number.NEGATIVE_INFINITY
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    const flight = this.#underWay
    flight?.cancel()
    await flight?.done
  }

  get #current(): LastGood {
    return stillGood(this.#known, this.#parts.clock.now(), this.#parts.policy.keep)
  }

  get #underWay(): Flight<Event> | undefined {
    return this.#flight?.isCancelled === false ? this.#flight : undefined
  }

  set #underWay(flight: Flight<Event> | undefined) {
    this.#flight = flight
  }

  #isFreshFor(question: Question<Event | DiscoverEvent>): boolean {
    if (this.#parts.clock.now() >= this.#freshUntil) return false
    return this.#known.outcome !== 'undetermined' || question.timeLeft() <= this.#ranOutAfter
  }

  /** What is known before anybody was asked. */
  #onlyKept(kept: readonly Kept[]): LastGood {
    const nobody = new RoundRecorder(this.#subject.resultType).round(this.#parts.clock.now())
    return keepLastGood(kept, nobody, this.#parts.policy.keep)
  }

  #emit(question: Question<Event | DiscoverEvent>, events: readonly (ResolveEvent | EndEvent)[]): void {
    // They were events of this same question once.
    for (const event of events) question.emit(event as Event)
  }

  #start(timeout: number, background: boolean): Flight<Event> {
    const { resolver, clock } = this.#parts
    const { ask, resultType } = this.#subject
    const flight: Flight<Event> = new Flight({
      ...{ resolver, ask, resultType, clock, timeout, background },
      onEnd: (round) => this.#take(round, flight),
    })
    return flight
  }

  #take(round: Round, { ranOut, timeout }: Flight<Event>): void {
    const { policy, random, onChange } = this.#parts
    this.#flight = undefined
    if (round.outcome === 'undetermined' && round.at < this.#freshUntil) {
      // A refresh ahead of time has failed: what is known is still good.
      this.#refreshAt = round.at + policy.recheck
      return
    }
    const known = keepLastGood(this.kept, round, policy.keep)
    const lifetime = lifetimeOf(known, policy)
    const isFresh = known.outcome === 'found' && staleItemsOf(known).size === 0
    // Half of the part is left to chance, so that many caches do not refresh at once.
    const ahead = lifetime * policy.refreshAhead * (0.5 + random.below(1_024) / 2_048)
    this.#known = known
    this.#freshUntil = round.at + lifetime
    this.#refreshAt = isFresh ? this.#freshUntil - ahead : Number.POSITIVE_INFINITY
    this.#ranOutAfter = ranOut ? timeout : Number.POSITIVE_INFINITY
    if (round.outcome !== 'undetermined') onChange()
  }
}

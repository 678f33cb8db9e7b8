import type {
  AttemptFinishedEvent,
  ClusterEvent,
  DiscoverEvent,
  EndpointEvent,
  ResolveEvent,
  WarningEvent,
} from '../model/events.js'
import type { Outcome } from '../model/outcome.js'
import { relay, type SendQuery } from '../query/relay.js'
import type { Resolver } from '../query/resolver.js'
import { suppressTrace } from '../report/diagnostics.js'
import { OutcomeTally, type ResultType } from '../report/outcome-tally.js'
import { allowManyListeners, stopped } from '../runtime/cancellation.js'
import type { Clock } from '../runtime/clock.js'

/** Assertion of one source: a cluster exists, or an endpoint belongs to it. */
export type Assertion = ClusterEvent | EndpointEvent

/** All that one query has brought. */
export interface Poll {
  /** Time of its end, in milliseconds of the clock. */
  readonly at: number
  readonly resultType: ResultType
  readonly assertions: readonly Assertion[]
  readonly attempts: readonly AttemptFinishedEvent[]
  readonly warnings: readonly WarningEvent[]
  readonly outcome: Outcome
}

/** Writes a query down, event by event. */
export class PollRecorder {
  readonly #resultType: ResultType
  readonly #tally: OutcomeTally
  readonly #assertions: Assertion[] = []
  readonly #attempts: AttemptFinishedEvent[] = []
  readonly #warnings: WarningEvent[] = []

  constructor(resultType: ResultType) {
    this.#resultType = resultType
    this.#tally = new OutcomeTally(resultType)
  }

  add(event: DiscoverEvent | ResolveEvent): void {
    this.#tally.add(event)
    if (event.type === 'cluster' || event.type === 'endpoint') this.#assertions.push(event)
    else if (event.type === 'warning') this.#warnings.push(event)
    else if (event.type === 'attempt-finished') this.#attempts.push(keepable(event))
  }

  /** Returns what has been heard so far. */
  poll(at: number): Poll {
    return {
      at,
      resultType: this.#resultType,
      assertions: this.#assertions,
      attempts: this.#attempts,
      warnings: this.#warnings,
      outcome: this.#tally.outcome(),
    }
  }
}

/** A copy that no other code can change, since it will be told again. */
function keepable(event: AttemptFinishedEvent): AttemptFinishedEvent {
  const { error, servers, withdrawn } = event
  const kept = Object.freeze({
    ...event,
    error: error === null ? null : Object.freeze({ ...error }),
    ...(servers !== undefined && { servers: Object.freeze(servers.map((one) => Object.freeze({ ...one }))) }),
    ...(withdrawn !== undefined && { withdrawn: Object.freeze(withdrawn.map((one) => Object.freeze({ ...one }))) }),
  })
  suppressTrace(kept)
  return kept
}

export interface SharedPollOptions<Event> {
  readonly resolver: Resolver
  readonly sendQuery: SendQuery<Event>
  readonly resultType: ResultType
  readonly clock: Clock
  /** Milliseconds. */
  readonly timeout: number
  /** True if it goes on without a listener. */
  readonly background: boolean
  /** Called before {@link SharedPoll.done} resolves, unless it was cancelled. */
  readonly onEnd: (poll: Poll, shared: { readonly ranOut: boolean; readonly timeout: number }) => void
}

/** One query under way for all who ask the same. It ends when it is not wanted any more. */
export class SharedPoll<Event extends DiscoverEvent | ResolveEvent> {
  readonly resultType: ResultType
  readonly timeout: number
  /** Deadline, in milliseconds of the clock. */
  readonly endsAt: number
  /** Its result; `undefined` when it was cancelled. */
  readonly done: Promise<Poll | undefined>
  readonly #events: (Event | DiscoverEvent)[] = []
  readonly #listeners = new Set<(event: Event | DiscoverEvent) => void>()
  readonly #cancelled = new AbortController()
  readonly #over = new AbortController()
  #background: boolean

  constructor(options: SharedPollOptions<Event>) {
    const { clock, timeout, background } = options
    this.resultType = options.resultType
    this.timeout = timeout
    this.endsAt = clock.now() + timeout
    this.#background = background
    this.done = this.#run(options)
  }

  /** Returns whether it was still under way when its time was up. */
  get ranOut(): boolean {
    return this.#over.signal.aborted
  }

  get isCancelled(): boolean {
    return this.#cancelled.signal.aborted
  }

  /** Tells a listener what was said so far and what follows. The result stops that, and cancels when no listener is left. */
  join(listener: (event: Event | DiscoverEvent) => void): () => void {
    for (const event of this.#events) listener(event)
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0 && !this.#background) this.cancel()
    }
  }

  /** Lets it go on without a listener. */
  keepGoing(): void {
    this.#background = true
  }

  cancel(): void {
    this.#cancelled.abort(stopped)
  }

  async #run({
    resolver,
    sendQuery,
    resultType,
    clock,
    timeout,
    onEnd,
  }: SharedPollOptions<Event>): Promise<Poll | undefined> {
    const recorder = new PollRecorder(resultType)
    const settled = new AbortController()
    clock.sleep(timeout, settled.signal).then(
      () => this.#over.abort(stopped),
      () => {},
    )
    const signal = allowManyListeners(this.#cancelled.signal)
    const over = allowManyListeners(this.#over.signal)
    await relay(resolver, sendQuery, { signal, over, timeout, clock, resultType }, (event) => {
      recorder.add(event)
      this.#events.push(event)
      for (const listener of this.#listeners) listener(event)
    })
    settled.abort(stopped)
    if (this.isCancelled) return undefined
    const poll = recorder.poll(clock.now())
    onEnd(poll, this)
    return poll
  }
}

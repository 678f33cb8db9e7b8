import { type AttemptError, newAttemptId } from '../model/attempt.js'
import type { ClusterName } from '../model/cluster-name.js'
import type { AttemptStartedEvent, DiscoverEvent, EndEvent, ResolveEvent } from '../model/events.js'
import { type QueryTracer, traceQuery } from '../report/diagnostics.js'
import { OutcomeTally, type ResultType } from '../report/outcome-tally.js'
import { allowManyListeners, CancellationSource, type CancellationToken } from '../runtime/cancellation.js'
import { type Clock, startTimer } from '../runtime/clock.js'
import { checkedTime, checkOptionNames } from '../runtime/option-checks.js'
import { type AttemptHandle, type AttemptTarget, OpenAttempts, type QueryContext } from './query-context.js'
import { DEFAULT_TIMEOUT, type QueryOptions, queryOptionNames } from './resolver.js'

/** State shared by the queries of a resolver. */
export interface ResolverState {
  readonly backend: string
  readonly clock: Clock
  /** Aborted once the resolver is disposed. */
  readonly disposal: CancellationToken
  /** The calls under way, until each has released its resources: disposal cancels them and waits for them. */
  readonly running: RunningCalls
  /** True if its queries end by themselves when their time is up, as those of resolvers do that only ask others. */
  readonly endsByItself: boolean
}

/** One call of `discover` or `resolve`. */
export interface QueryCall<Event extends DiscoverEvent | ResolveEvent> {
  readonly state: ResolverState
  readonly resultType: ResultType
  /** The cluster; `null` for the names. */
  readonly cluster: ClusterName | null
  readonly options: QueryOptions
  readonly run: (context: QueryContext<Event>) => Promise<void>
}

/** Receiver of the events of a query. */
export interface ResultSink<Event> {
  push(event: Event): void
  /** Takes many events, each made when it is its turn. */
  pushAll(events: Iterable<Event>): void
  /** Resolves when few are left that were not delivered; `undefined` when that is so now. */
  room(): Promise<void> | undefined
  /** No more events come. */
  close(): void
  /** Drops what was pushed and has not been delivered, and rejects with the reason. */
  fail(reason: unknown): void
}

/**
 * Starts a query: aborting and disposing end it at once.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, `ERR_RESOLVER_DISPOSED`; `signal.reason` when aborted already
 */
export function startQuery<Event extends DiscoverEvent | ResolveEvent>(
  call: QueryCall<Event>,
  sink: ResultSink<Event | EndEvent>,
): QueryRun<Event> {
  const { state, options } = call
  checkOptionNames(call.resultType === 'cluster' ? 'discover' : 'resolve', options, queryOptionNames)
  const timeout = checkedTime('timeout', options.timeout ?? DEFAULT_TIMEOUT)
  if (state.disposal.aborted) throw state.disposal.reason
  options.signal?.throwIfAborted()
  return new QueryRun(call, timeout, sink)
}

/** Milliseconds by which a deadline is late where the process was busy. */
const BUSY = 50
/** Milliseconds, at most, that a query gets back of the time in which the process was busy. */
const CATCH_UP = 100
/** Time, in milliseconds, in which a backend has to release its sockets once a query is over. */
export const GRACE = 250

/** One query under way: the context of its backend, whose events it hands to a sink, then `end`. */
export class QueryRun<Event extends DiscoverEvent | ResolveEvent> implements QueryContext<Event>, RunningCall {
  readonly tracer: QueryTracer | undefined
  readonly clock: Clock
  index = 0
  /** Over for the backend. */
  readonly #over: CancellationSource = new CancellationSource()
  /** Not wanted any more. */
  readonly #cancelled: CancellationSource = new CancellationSource()
  readonly #call: QueryCall<Event>
  readonly #attempts: OpenAttempts
  /** In milliseconds of the clock. */
  readonly #startedAt: number
  readonly #timeout: number
  readonly #sink: ResultSink<Event | EndEvent>
  readonly #tally: OutcomeTally
  #stopTimeout: () => void
  #stopGrace: (() => void) | undefined
  #isSettled = false
  /** Made when it is first waited for. */
  #released: Promise<void> | undefined
  #release: (() => void) | undefined

  /** Starts at once. */
  constructor(call: QueryCall<Event>, timeout: number, sink: ResultSink<Event | EndEvent>) {
    const { state, cluster, resultType, options } = call
    const method = resultType === 'cluster' ? 'discover' : 'resolve'
    this.clock = state.clock
    this.tracer = traceQuery({ resolver: state.backend, method, cluster, timeout }, resultType)
    this.#call = call
    this.#startedAt = state.clock.now()
    this.#attempts = new OpenAttempts(resultType, state.clock)
    this.#timeout = timeout
    this.#sink = sink
    this.#tally = new OutcomeTally(resultType)
    this.#stopTimeout = startTimer(state.clock, timeout, () => this.#onDeadline(!state.endsByItself))
    state.running.add(this)
    if (options.signal !== undefined) allowManyListeners(options.signal).addEventListener('abort', this, { once: true })
    void this.#run()
  }

  get signal(): AbortSignal {
    return this.#over.signal
  }

  get cancellation(): CancellationToken {
    return this.#over
  }

  get callerSignal(): AbortSignal {
    return this.#cancelled.signal
  }

  // Bound, as are the two below: backends take them out of the context.
  readonly timeLeft = (): number => Math.max(0, this.#startedAt + this.#timeout - this.clock.now())

  readonly emit = (event: Event | DiscoverEvent): void => {
    this.#tally.add(event)
    if (event.type === 'end') return
    this.#attempts.countNames(event)
    if (!this.#cancelled.aborted) this.tracer?.onEvent(event)
    this.#sink.push(event as Event) // every event of discover may stand among those of resolve
  }

  readonly startAttempt = ({ method, target }: AttemptTarget): AttemptHandle => {
    const id = newAttemptId()
    const started: AttemptStartedEvent = {
      type: 'attempt-started',
      id,
      backend: this.#call.state.backend,
      method,
      target,
    }
    this.#attempts.start(started)
    this.emit(started)
    return {
      finish: (status, result = {}) => {
        const finished = this.#attempts.finish(id, status, result)
        if (finished !== undefined) this.emit(finished)
      },
    }
  }

  emitAll(results: Iterable<Event>): void {
    const rest = results[Symbol.iterator]()
    const first = rest.next()
    if (first.done === true) return
    this.emit(first.value)
    const all: Iterable<Event> = { [Symbol.iterator]: () => rest }
    this.#sink.pushAll(this.tracer === undefined ? all : this.#traced(all, this.tracer))
  }

  room(): Promise<void> | undefined {
    return this.#sink.room()
  }

  get released(): Promise<void> {
    this.#released ??= this.#isSettled
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#release = resolve
        })
    return this.#released
  }

  cancel(reason: unknown): void {
    this.#sink.fail(reason)
    this.#cancelled.abort(reason)
    this.#end(reason, true)
  }

  /** Called when the signal of the caller aborts. */
  handleEvent(): void {
    this.cancel(this.#call.options.signal?.reason)
  }

  /** Called when the backend has released its resources, and the caller has taken all events or left. */
  finish(): void {
    const { state, options } = this.#call
    state.running.remove(this)
    options.signal?.removeEventListener('abort', this)
    this.tracer?.finish(this.clock.now() - this.#startedAt)
  }

  *#traced(results: Iterable<Event>, tracer: QueryTracer): Generator<Event> {
    for (const result of results) {
      tracer.onEvent(result)
      yield result
    }
  }

  async #run(): Promise<void> {
    try {
      await this.#call.run(this)
    } catch (error) {
      if (!isAbortOf(this.#over, error)) this.#sink.fail(error)
    }
    this.#settle('returned')
  }

  /**
   * A process that was busy past the deadline has not asked in that time: what it reads only now may have to be asked further
   * about, such as the address of a target, so it gets some of that time back.
   */
  #onDeadline(isLimited: boolean): void {
    const late = this.clock.now() - this.#startedAt - this.#timeout
    const reason = new DOMException(`the time of ${this.#timeout} ms is up`, 'TimeoutError')
    if (late < BUSY) this.#end(reason, isLimited)
    else this.#stopTimeout = startTimer(this.clock, Math.min(late, CATCH_UP), () => this.#end(reason, isLimited))
  }

  /** Ends the query for its backend. A backend that does not return by itself is left behind after a while. */
  #end(reason: unknown, isLimited: boolean): void {
    if (this.#over.aborted) return
    if (isLimited && !this.#isSettled) this.#stopGrace ??= startTimer(this.clock, GRACE, () => this.#settle('overran'))
    this.#over.abort(reason)
  }

  /** Ends the query: the backend has returned, or has not although the query has been over for a while. */
  #settle(how: 'returned' | 'overran'): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#stopTimeout()
    this.#stopGrace?.()
    if (how === 'overran') this.emit(this.#overrun())
    const unfinished = this.#over.aborted
      ? this.#attempts.finishAll('timeout', {
          error: { code: 'ETIMEDOUT', message: `no answer within ${this.#timeout} ms` },
        })
      : this.#attempts.finishAll('failed', { error: unfinishedAttempt })
    for (const event of unfinished) this.emit(event)
    this.#sink.push({ type: 'end', outcome: this.#tally.outcome() })
    this.#sink.close()
    this.#release?.()
  }

  #overrun(): DiscoverEvent {
    const { backend } = this.#call.state
    const message = `${backend} did not stop when its ${this.#timeout} ms were up`
    const nothing = { method: null, target: null, server: null, count: 0, detail: null }
    const [elapsedMs, error] = [this.#timeout + GRACE, { code: 'ERR_RESOLVER_OVERRUN', message }]
    return { type: 'attempt-finished', id: newAttemptId(), backend, ...nothing, status: 'timeout', elapsedMs, error }
  }
}

const unfinishedAttempt: AttemptError = {
  code: 'ERR_ATTEMPT_UNFINISHED',
  message: 'the resolver returned without finishing this attempt',
}

/** Returns whether an error is the abort itself: a backend may rethrow the reason, bare or as the cause of an AbortError. */
export function isAbortOf(signal: Pick<AbortSignal, 'aborted' | 'reason'>, error: unknown): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.cause === signal.reason))
}

/** A call of a resolver under way. */
export interface RunningCall {
  /** Resolves when the backend has released its resources, or is left behind. */
  readonly released: Promise<void>
  /** Index in its {@link RunningCalls}, which alone writes it. */
  index: number
  cancel(reason: unknown): void
}

/**
 * The calls of a resolver under way. Not a Set: from each of its former tables one gets to the next, so that all that was in it when
 * it grew stays in memory until a full garbage collection.
 */
export class RunningCalls {
  readonly #calls: RunningCall[] = []

  add(call: RunningCall): void {
    call.index = this.#calls.push(call) - 1
  }

  /** Removes a call that is in it. */
  remove(call: RunningCall): void {
    const last = this.#calls.pop()
    if (last === undefined || last === call) return
    this.#calls[call.index] = last
    last.index = call.index
  }

  /** Cancels all of it, and resolves when each is released. */
  async cancelAll(reason: unknown): Promise<void> {
    const released = this.#calls.map((call) => call.released)
    for (const call of [...this.#calls]) call.cancel(reason)
    await Promise.all(released)
  }
}

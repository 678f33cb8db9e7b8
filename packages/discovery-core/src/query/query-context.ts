import {
  type Attempt,
  type AttemptError,
  type AttemptStatus,
  newAttemptId,
  type ServerAttempt,
  type Withdrawal,
} from '../model/attempt.js'
import type { AttemptFinishedEvent, AttemptStartedEvent, DiscoverEvent, ResolveEvent } from '../model/events.js'
import { couldNotAsk } from '../model/outcome.js'
import type { Method } from '../model/source.js'
import { type ResultType, UnfinishedNames } from '../report/outcome-tally.js'
import type { CancellationToken } from '../runtime/cancellation.js'
import type { Clock } from '../runtime/clock.js'
import type { Resolver } from './resolver.js'

/**
 * One call of `discover` or `resolve`, as the code of a backend sees it.
 *
 * A backend emits what it finds and returns when it is done; the `end` event with the outcome follows by itself.
 */
export interface QueryContext<Event extends DiscoverEvent | ResolveEvent> {
  /**
   * Aborts when the query is over: the time is up, the caller aborted or left, or the resolver was disposed. Close
   * every socket and timer then, end what is open as `timeout`, and return.
   */
  readonly signal: AbortSignal
  /** The same as {@link signal}, cheaper for a backend of thousands of queries a second. */
  readonly cancellation: CancellationToken
  /** Aborts like {@link signal}, but not when the time is up: for resolvers that pass the query on to others. */
  readonly callerSignal: AbortSignal
  readonly clock: Clock
  /** Milliseconds left; 0 when the time is up. */
  timeLeft(): number
  /**
   * Emits an event. The `end` of a resolver inside this one may be given too: it is not passed on, but `known` counts.
   */
  emit(event: Event): void
  /**
   * Emits results that are all there, each made when the caller takes it: however slowly that happens, it is no time of
   * the query, which may end meanwhile. All of one type, backend and method.
   */
  emitAll(results: Iterable<Event>): void
  /**
   * Resolves when few events are left that the caller has not taken; `undefined` when that is so now. For resolvers that
   * pass on the events of others.
   */
  room(): Promise<void> | undefined
  /**
   * Emits `attempt-started`, and returns what emits `attempt-finished`. An attempt that is open when the query is over ends as
   * `timeout`.
   */
  startAttempt(target: AttemptTarget): AttemptHandle
}

/** Method and target of one attempt. */
export interface AttemptTarget {
  readonly method: Method
  /** A DNS name, a service type, a file. */
  readonly target: string
}

/** Result of an attempt; omitted values are `null`, the count 0. */
export interface AttemptResult {
  readonly count?: number
  readonly server?: string | null
  readonly error?: AttemptError | null
  readonly detail?: string | null
  /** Seconds for which an `empty` may be kept, where the answer says so. */
  readonly negativeTtl?: number | undefined
  /** Every server that was asked, in the order in which they are listed. */
  readonly servers?: readonly ServerAttempt[] | undefined
  /** Earlier results that hold no more; see {@link Attempt}. */
  readonly withdrawn?: readonly Withdrawal[]
  /** True if a part could not be asked for; see {@link Attempt}. */
  readonly incomplete?: boolean
}

/** An attempt under way. */
export interface AttemptHandle {
  /** Emits `attempt-finished`. Further calls do nothing. */
  finish(status: AttemptStatus, result?: AttemptResult): void
}

interface OpenAttempt {
  readonly event: AttemptStartedEvent
  /** In milliseconds of the clock. */
  readonly startedAt: number
}

/** Attempts that have started and not finished, so that each one that starts also finishes. */
export class OpenAttempts {
  readonly #clock: Clock
  readonly #open = new Map<number, OpenAttempt>()
  /** Of endpoints any will do, so that they are not counted. */
  readonly #names: UnfinishedNames | undefined

  constructor(resultType: ResultType, clock: Clock) {
    this.#clock = clock
    if (resultType === 'cluster') this.#names = new UnfinishedNames()
  }

  /** Follows the events of one resolver. */
  onEvent(event: DiscoverEvent | ResolveEvent): void {
    this.countNames(event)
    if (event.type === 'attempt-started') this.start(event)
    else if (event.type === 'attempt-finished') this.#open.delete(event.id)
  }

  /** Counts names, whose attempt may still fail. */
  countNames(event: DiscoverEvent | ResolveEvent): void {
    this.#names?.add(event)
  }

  /** Opens an attempt. */
  start(event: AttemptStartedEvent): void {
    this.#open.set(event.id, { event, startedAt: this.#clock.now() })
  }

  /** Closes an attempt, and returns the event that says so; `undefined` where it is not open. */
  finish(id: number, status: AttemptStatus, result: AttemptResult): AttemptFinishedEvent | undefined {
    const attempt = this.#open.get(id)
    if (attempt === undefined) return undefined
    this.#open.delete(id)
    const elapsedMs = Math.round((this.#clock.now() - attempt.startedAt) * 100) / 100
    return finishedEvent(attempt.event, status, elapsedMs, result)
  }

  /** Closes all attempts alike. A failure counts the names that have come all the same: they were cut short. */
  finishAll(status: AttemptStatus, result: Pick<AttemptResult, 'error' | 'detail'>): readonly AttemptFinishedEvent[] {
    const names = couldNotAsk(status) ? this.#names : undefined
    return [...this.#open.values()].flatMap(({ event: { id, backend, method } }) => {
      return this.finish(id, status, { ...result, count: names?.take(backend, method) ?? 0 }) ?? []
    })
  }

  /** Closes all attempts of a resolver alike; where none is open, the resolver as a whole is the attempt. */
  finishResolver(
    resolver: Resolver,
    status: AttemptStatus,
    result: Pick<AttemptResult, 'error' | 'detail'>,
  ): readonly AttemptFinishedEvent[] {
    if (this.#open.size > 0) return this.finishAll(status, result)
    const names = couldNotAsk(status) ? this.#names : undefined
    return [{ ...resolverAttempt(resolver, status, result), count: names?.takeAll() ?? 0 }]
  }
}

/** Returns an attempt that stands for a resolver that was not asked, or did not say how its attempts ended. */
export function resolverAttempt(
  { name }: Resolver,
  status: AttemptStatus,
  { error = null, detail = null }: Partial<Pick<Attempt, 'error' | 'detail'>>,
): AttemptFinishedEvent {
  const nothing = { method: null, target: null, server: null, count: 0, elapsedMs: 0 }
  return { type: 'attempt-finished', id: newAttemptId(), backend: name, ...nothing, status, error, detail }
}

const NOTHING: readonly Withdrawal[] = []

function finishedEvent(
  { id, backend, method, target }: AttemptStartedEvent,
  status: AttemptStatus,
  elapsedMs: number,
  result: AttemptResult,
): AttemptFinishedEvent {
  const { count = 0, server = null, error = null, detail = null, servers, negativeTtl, withdrawn = NOTHING } = result
  const { incomplete = false } = result
  const type = 'attempt-finished'
  // Written out twice, since V8 takes ten times as long for an object that is spread.
  const event: AttemptFinishedEvent =
    servers === undefined
      ? { type, id, backend, method, target, server, status, count, elapsedMs, error, detail }
      : { type, id, backend, method, target, server, status, count, elapsedMs, error, detail, servers }
  if (negativeTtl === undefined && withdrawn.length === 0 && !incomplete) return event
  return {
    ...event,
    ...(negativeTtl !== undefined && { negativeTtl }),
    ...(withdrawn.length > 0 && { withdrawn }),
    ...(incomplete && { incomplete }),
  }
}

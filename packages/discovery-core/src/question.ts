import type { AttemptError, AttemptStatus, Withdrawal } from './attempt.js'
import type { Clock } from './clock.js'
import type { Ending } from './ending.js'
import type { AskingEvent, AttemptEvent, DiscoverEvent, ResolveEvent } from './events.js'
import type { Method } from './source.js'

/** What a backend asks one place for. */
export interface AskingTarget {
  readonly method: Method
  /** A DNS name, a service type, a file. */
  readonly target: string
}

/** How an asking ended; what is left out is `null`, the count 0. */
export interface AskingResult {
  readonly count?: number
  readonly server?: string | null
  readonly error?: AttemptError | null
  readonly detail?: string | null
  /** Seconds for which an `empty` may be kept, where whoever answered says so. */
  readonly negativeTtl?: number | undefined
  /** What the backend has said before and has heard the end of; see {@link Attempt}. */
  readonly withdrawn?: readonly Withdrawal[]
}

/** One question to one place, under way. */
export interface Asking {
  /** Emits the attempt. Further calls do nothing. */
  ended(status: AttemptStatus, result?: AskingResult): void
}

/**
 * One call of `discover` or `resolve`, as the code of a backend sees it.
 *
 * A backend emits what it finds and returns when it is done; the `end` event with the outcome follows by itself.
 */
export interface Question<Event extends DiscoverEvent | ResolveEvent> {
  /**
   * Aborts when the question is over: the time is up, the caller aborted or left, or the resolver was disposed. Close
   * every socket and timer then, end what is open as `timeout`, and return.
   */
  readonly signal: AbortSignal
  /** The same as {@link signal}, cheaper for whoever answers thousands of questions a second. */
  readonly ending: Ending
  /** Aborts like {@link signal}, but not when the time is up: for resolvers that hand the question on to others. */
  readonly cancelled: AbortSignal
  readonly clock: Clock
  /** Milliseconds left; 0 when the time is up. */
  timeLeft(): number
  /**
   * Emits an event. The `end` of a resolver inside this one may be given too: it is not passed on, but `known` counts.
   */
  emit(event: Event): void
  /** Emits `asking`, and gives what emits the attempt. What is not ended when the question is over ends as `timeout`. */
  asking(target: AskingTarget): Asking
}

/** Where askings are told. */
export interface AskingDesk {
  readonly backend: string
  readonly clock: Clock
  emit(event: DiscoverEvent): void
}

/** Keeps track of what is being asked, so that nothing asked is left without an answer. */
export class OpenAskings {
  readonly #desk: AskingDesk
  readonly #started: Asking[] = []

  constructor(desk: AskingDesk) {
    this.#desk = desk
  }

  start(target: AskingTarget): Asking {
    const asking = new OneAsking(this.#desk, target)
    this.#started.push(asking)
    return asking
  }

  endAll(status: AttemptStatus, result: AskingResult): void {
    for (const asking of this.#started) asking.ended(status, result)
  }
}

const NOTHING: readonly Withdrawal[] = []

class OneAsking implements Asking {
  readonly #desk: AskingDesk
  readonly #target: AskingTarget
  readonly #startedAt: number
  #hasEnded = false

  constructor(desk: AskingDesk, target: AskingTarget) {
    const { method, target: place } = target
    this.#desk = desk
    this.#target = target
    this.#startedAt = desk.clock.now()
    desk.emit({ type: 'asking', backend: desk.backend, method, target: place } satisfies AskingEvent)
  }

  ended(status: AttemptStatus, result: AskingResult = {}): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    const { backend, clock } = this.#desk
    const { method, target } = this.#target
    const elapsedMs = Math.round((clock.now() - this.#startedAt) * 100) / 100
    const { count = 0, server = null, error = null, detail = null, negativeTtl, withdrawn = NOTHING } = result
    const attempt: AttemptEvent = {
      type: 'attempt',
      backend,
      method,
      target,
      server,
      status,
      count,
      elapsedMs,
      error,
      detail,
    }
    if (negativeTtl === undefined && withdrawn.length === 0) {
      this.#desk.emit(attempt)
      return
    }
    this.#desk.emit({
      ...attempt,
      ...(negativeTtl !== undefined && { negativeTtl }),
      ...(withdrawn.length > 0 && { withdrawn }),
    })
  }
}

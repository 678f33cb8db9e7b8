import type { Attempt, AttemptError, AttemptStatus, Withdrawal } from './attempt.js'
import type { Clock } from './clock.js'
import type { Ending } from './ending.js'
import type { AskingEvent, DiscoverEvent, ResolveEvent } from './events.js'
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

/** What the questions of a resolver share. */
export interface AskingDesk {
  readonly backend: string
  readonly clock: Clock
  emit(event: DiscoverEvent): void
}

/** Keeps track of what is being asked, so that nothing asked is left without an answer. */
export class OpenAskings {
  readonly #desk: AskingDesk
  readonly #open = new Set<Asking>()

  constructor(desk: AskingDesk) {
    this.#desk = desk
  }

  start({ method, target }: AskingTarget): Asking {
    const { backend, clock } = this.#desk
    const startedAt = clock.now()
    this.#desk.emit({ type: 'asking', backend, method, target } satisfies AskingEvent)
    const asking: Asking = {
      ended: (status, result = {}) => {
        if (!this.#open.delete(asking)) return
        const elapsedMs = Math.round((clock.now() - startedAt) * 100) / 100
        const { count = 0, server = null, error = null, detail = null, negativeTtl, withdrawn = [] } = result
        const attempt: Attempt = { backend, method, target, server, status, count, elapsedMs, error, detail }
        this.#desk.emit({
          type: 'attempt',
          ...attempt,
          ...(negativeTtl !== undefined && { negativeTtl }),
          ...(withdrawn.length > 0 && { withdrawn }),
        })
      },
    }
    this.#open.add(asking)
    return asking
  }

  endAll(status: AttemptStatus, result: AskingResult): void {
    for (const asking of [...this.#open]) asking.ended(status, result)
  }
}

import { type AnswerCall, type AnswerSink, AnswerWork, type ResolverDesk } from './answer-work.js'
import { checkedTime } from './checked-option.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from './events.js'
import { allowManyListeners } from './many-listeners.js'
import { DEFAULT_TIMEOUT } from './resolver.js'

/**
 * Begins to answer a question: aborting and disposing end it at once.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, `ERR_RESOLVER_DISPOSED`; `signal.reason` when aborted already
 */
export function beginAnswer<Event extends DiscoverEvent | ResolveEvent>(
  call: AnswerCall<Event>,
  sink: AnswerSink<Event | EndEvent>,
): BegunAnswer<Event> {
  const { desk, options } = call
  const { signal } = options
  const timeout = checkedTime('timeout', options.timeout ?? DEFAULT_TIMEOUT)
  if (desk.disposal.aborted) throw desk.disposal.reason
  signal?.throwIfAborted()
  return new BegunAnswer(new AnswerWork(call, timeout, sink), desk, signal)
}

/** Work that disposal of its resolver waits for, and that a signal cancels. */
export class BegunAnswer<Event extends DiscoverEvent | ResolveEvent> {
  readonly work: AnswerWork<Event>
  readonly #desk: ResolverDesk
  readonly #signal: AbortSignal | undefined

  constructor(work: AnswerWork<Event>, desk: ResolverDesk, signal: AbortSignal | undefined) {
    this.work = work
    this.#desk = desk
    this.#signal = signal
    desk.underWay.add(work)
    if (signal !== undefined) allowManyListeners(signal).addEventListener('abort', this, { once: true })
  }

  /** To be called when the work has let go. */
  over(): void {
    const { work } = this
    this.#desk.underWay.remove(work)
    this.#signal?.removeEventListener('abort', this)
    work.teller?.over(work.clock.now() - work.startedAt)
  }

  /** The signal has aborted. */
  handleEvent(): void {
    this.work.cancel(this.#signal?.reason)
  }
}

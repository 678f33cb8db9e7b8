import { type AnswerCall, type AnswerSink, type AnswerWork, startWork } from './answer-work.js'
import { checkedTime } from './checked-option.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from './events.js'
import { allowManyListeners } from './many-listeners.js'
import { DEFAULT_TIMEOUT } from './resolver.js'

/**
 * Begins to answer a question: aborting and disposing end it at once.
 *
 * @returns the work, and `over`, to be called when it has let go
 * @throws DiscoveryError `ERR_OPTION_INVALID`, `ERR_RESOLVER_DISPOSED`; `signal.reason` when aborted already
 */
export function beginAnswer<Event extends DiscoverEvent | ResolveEvent>(
  call: AnswerCall<Event>,
  sink: AnswerSink<Event | EndEvent>,
): { readonly work: AnswerWork; readonly over: () => void } {
  const { clock, disposal, options, cancels, underWay } = call
  const { signal } = options
  const timeout = checkedTime('timeout', options.timeout ?? DEFAULT_TIMEOUT)
  if (disposal.aborted) throw disposal.reason
  signal?.throwIfAborted()

  const work = startWork(call, timeout, sink)
  const onAbort = (): void => work.cancel(signal?.reason)
  if (signal !== undefined) allowManyListeners(signal).addEventListener('abort', onAbort, { once: true })
  cancels.add(work.cancel)
  underWay.add(work.released)
  return {
    work,
    over() {
      underWay.delete(work.released)
      signal?.removeEventListener('abort', onAbort)
      cancels.delete(work.cancel)
      work.teller?.over(clock.now() - work.startedAt)
    },
  }
}

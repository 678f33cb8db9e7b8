import { checkedTime } from './checked-option.js'
import type { Clock } from './clock.js'
import type { ClusterName } from './cluster-name.js'
import { tellQuestion } from './diagnostics.js'
import { eventQueue } from './event-queue.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from './events.js'
import { allowManyListeners } from './many-listeners.js'
import { OutcomeTally, type ResultType } from './outcome-tally.js'
import { OpenAskings, type Question } from './question.js'
import { GRACE, isAbortOf } from './release.js'
import { DEFAULT_TIMEOUT, type QueryOptions } from './resolver.js'

export interface AnswerCall<Event extends DiscoverEvent | ResolveEvent> {
  readonly backend: string
  readonly clock: Clock
  readonly resultType: ResultType
  /** What is asked for; `null` for the names. */
  readonly cluster: ClusterName | null
  readonly options: QueryOptions
  /** Aborted once the resolver is disposed. */
  readonly disposal: AbortSignal
  /** What ends the calls under way. A signal with thousands of listeners would take ever longer to listen to. */
  readonly cancels: Set<(reason: unknown) => void>
  /** Holds the work of every call until it has let go, so that disposal can wait for it. */
  readonly underWay: Set<Promise<void>>
  readonly run: (question: Question<Event>) => Promise<void>
}

// Made once: an error takes a stack each time it is made, and these end every question.
const noLongerWanted = new Error('the answers were no longer wanted')
const workIsDone = new Error('the work is done')

/** Runs one question and yields its events, then `end`. Leaving, aborting and disposing end the work at once. */
export async function* answerStream<Event extends DiscoverEvent | ResolveEvent>(
  call: AnswerCall<Event>,
): AsyncGenerator<Event | EndEvent> {
  const { options, disposal } = call
  const timeout = checkedTime('timeout', options.timeout ?? DEFAULT_TIMEOUT)
  disposal.throwIfAborted()
  options.signal?.throwIfAborted()

  const work = startWork(call, timeout)
  const onAbort = (): void => work.cancel(options.signal?.reason)
  if (options.signal !== undefined) {
    allowManyListeners(options.signal).addEventListener('abort', onAbort, { once: true })
  }
  call.cancels.add(work.cancel)
  call.underWay.add(work.released)
  try {
    for (;;) {
      const event = await work.events.next()
      if (event === undefined) return
      if (event.type === 'end') work.teller?.hear(event)
      yield event
    }
  } finally {
    work.cancel(noLongerWanted)
    await work.released
    call.underWay.delete(work.released)
    options.signal?.removeEventListener('abort', onAbort)
    call.cancels.delete(work.cancel)
    work.teller?.over(call.clock.now() - work.startedAt)
  }
}

function startWork<Event extends DiscoverEvent | ResolveEvent>(call: AnswerCall<Event>, timeout: number) {
  const { backend, clock, cluster, resultType } = call
  const method = resultType === 'cluster' ? 'discover' : 'resolve'
  const teller = tellQuestion({ resolver: backend, method, cluster, timeout }, resultType)
  const events = eventQueue<Event | EndEvent>()
  const tally = new OutcomeTally(resultType)
  const cancelled = new AbortController()
  const over = new AbortController()
  const settled = new AbortController()
  const startedAt = clock.now()
  const endsAt = startedAt + timeout

  const emit = (event: Event | DiscoverEvent): void => {
    tally.add(event)
    if (event.type !== 'end' && !cancelled.signal.aborted) teller?.hear(event)
    if (event.type !== 'end') events.push(event as Event) // every event of discover may stand among those of resolve
  }
  const askings = new OpenAskings({ backend, clock, emit })
  const question: Question<Event> = {
    signal: allowManyListeners(over.signal),
    cancelled: allowManyListeners(cancelled.signal),
    clock,
    timeLeft: () => Math.max(0, endsAt - clock.now()),
    emit,
    asking: (target) => askings.start(target),
  }

  /** Resolves when the backend has not let go although the question has been over for a while. */
  const overrunning = new Promise<'overrun'>((resolve) => {
    const giveGrace = (): void => {
      if (settled.signal.aborted) return
      clock.sleep(GRACE, settled.signal).then(
        () => resolve('overrun'),
        () => {},
      )
    }
    over.signal.addEventListener('abort', giveGrace, { once: true })
  })
  const watchTime = (): void => {
    clock.sleep(timeout, settled.signal).then(
      () => over.abort(new DOMException(`the time of ${timeout} ms is up`, 'TimeoutError')),
      () => {},
    )
  }

  const runToEnd = async (): Promise<void> => {
    try {
      await call.run(question)
    } catch (error) {
      if (!isAbortOf(over.signal, error)) events.fail(error)
    }
  }

  const work = async (): Promise<void> => {
    watchTime()
    const ended = await Promise.race([runToEnd().then(() => 'settled' as const), overrunning])
    settled.abort(workIsDone)
    if (ended === 'overrun') emit(overrun(backend, timeout))
    const error = over.signal.aborted
      ? { code: 'ETIMEDOUT', message: `no answer within ${timeout} ms` }
      : { code: 'ERR_ASKING_LEFT_OPEN', message: 'the resolver did not say how this ended' }
    askings.endAll(over.signal.aborted ? 'timeout' : 'failed', { error })
    events.push({ type: 'end', outcome: tally.outcome() })
    events.close()
  }

  return {
    events,
    teller,
    startedAt,
    released: work(),
    cancel(reason: unknown): void {
      events.fail(reason)
      cancelled.abort(reason)
      over.abort(reason)
    },
  }
}

function overrun(backend: string, timeout: number): DiscoverEvent {
  const error = { code: 'ERR_RESOLVER_OVERRUN', message: `${backend} did not stop when its ${timeout} ms were up` }
  const nothing = { method: null, target: null, server: null, count: 0, detail: null }
  return { type: 'attempt', backend, ...nothing, status: 'timeout', elapsedMs: timeout + GRACE, error }
}

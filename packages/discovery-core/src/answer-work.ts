import type { Clock } from './clock.js'
import type { ClusterName } from './cluster-name.js'
import { type QuestionTeller, tellQuestion } from './diagnostics.js'
import type { Ending } from './ending.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from './events.js'
import { LazyAbort } from './lazy-abort.js'
import { OpenQuestion } from './open-question.js'
import { OutcomeTally, type ResultType } from './outcome-tally.js'
import { OpenAskings, type Question } from './question.js'
import { GRACE, isAbortOf } from './release.js'
import type { QueryOptions } from './resolver.js'
import { startTimer } from './start-timer.js'

export interface AnswerCall<Event extends DiscoverEvent | ResolveEvent> {
  readonly backend: string
  readonly clock: Clock
  readonly resultType: ResultType
  /** What is asked for; `null` for the names. */
  readonly cluster: ClusterName | null
  readonly options: QueryOptions
  /** Aborted once the resolver is disposed. */
  readonly disposal: Ending
  /** What ends the calls under way. A signal with thousands of listeners would take ever longer to listen to. */
  readonly cancels: Set<(reason: unknown) => void>
  /** Holds the work of every call until it has let go, so that disposal can wait for it. */
  readonly underWay: Set<Promise<void>>
  readonly run: (question: Question<Event>) => Promise<void>
}

/** Where the events of a question go. */
export interface AnswerSink<Event> {
  push(event: Event): void
  /** No more events come. */
  close(): void
  /** What was pushed and has not been delivered is not wanted any more. */
  fail(reason: unknown): void
}

/** One question under way. */
export interface AnswerWork {
  readonly teller: QuestionTeller | undefined
  /** In milliseconds of the clock. */
  readonly startedAt: number
  /** Resolves when the backend has let go, or is left behind. */
  readonly released: Promise<void>
  cancel(reason: unknown): void
}

/** Runs one question: hands its events to a sink, then `end`. */
export function startWork<Event extends DiscoverEvent | ResolveEvent>(
  call: AnswerCall<Event>,
  timeout: number,
  sink: AnswerSink<Event | EndEvent>,
): AnswerWork {
  const { backend, clock, cluster, resultType } = call
  const method = resultType === 'cluster' ? 'discover' : 'resolve'
  const teller = tellQuestion({ resolver: backend, method, cluster, timeout }, resultType)
  const tally = new OutcomeTally(resultType)
  const cancelled = new LazyAbort()
  const over = new LazyAbort()
  const startedAt = clock.now()
  const endsAt = startedAt + timeout
  let settled = false
  let stopGrace = (): void => {}

  const emit = (event: Event | DiscoverEvent): void => {
    tally.add(event)
    if (event.type !== 'end' && !cancelled.aborted) teller?.hear(event)
    if (event.type !== 'end') sink.push(event as Event) // every event of discover may stand among those of resolve
  }
  const askings = new OpenAskings({ backend, clock, emit })
  const question = new OpenQuestion<Event>({ over, cancelled, clock, endsAt, emit, askings })
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  /** Ends the question: the backend has returned, or has not let go although the question has been over for a while. */
  const settle = (how: 'returned' | 'overran'): void => {
    if (settled) return
    settled = true
    stopTimeout()
    stopGrace()
    if (how === 'overran') emit(overrun(backend, timeout))
    const error = over.aborted
      ? { code: 'ETIMEDOUT', message: `no answer within ${timeout} ms` }
      : { code: 'ERR_ASKING_LEFT_OPEN', message: 'the resolver did not say how this ended' }
    askings.endAll(over.aborted ? 'timeout' : 'failed', { error })
    sink.push({ type: 'end', outcome: tally.outcome() })
    sink.close()
    release()
  }
  const end = (reason: unknown): void => {
    if (over.aborted) return
    if (!settled) stopGrace = startTimer(clock, GRACE, () => settle('overran'))
    over.abort(reason)
  }
  const run = async (): Promise<void> => {
    try {
      await call.run(question)
    } catch (error) {
      if (!isAbortOf(over, error)) sink.fail(error)
    }
    settle('returned')
  }

  const stopTimeout = startTimer(clock, timeout, () => end(timeIsUp(timeout)))
  void run()
  return {
    teller,
    startedAt,
    released,
    cancel(reason: unknown): void {
      sink.fail(reason)
      cancelled.abort(reason)
      end(reason)
    },
  }
}

function timeIsUp(timeout: number): DOMException {
  return new DOMException(`the time of ${timeout} ms is up`, 'TimeoutError')
}

function overrun(backend: string, timeout: number): DiscoverEvent {
  const error = { code: 'ERR_RESOLVER_OVERRUN', message: `${backend} did not stop when its ${timeout} ms were up` }
  const nothing = { method: null, target: null, server: null, count: 0, detail: null }
  return { type: 'attempt', backend, ...nothing, status: 'timeout', elapsedMs: timeout + GRACE, error }
}

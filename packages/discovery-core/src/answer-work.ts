import type { AttemptError } from './attempt.js'
import type { Clock } from './clock.js'
import type { ClusterName } from './cluster-name.js'
import { type QuestionTeller, tellQuestion } from './diagnostics.js'
import type { Ending } from './ending.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from './events.js'
import { LazyAbort } from './lazy-abort.js'
import { OpenQuestion, type QuestionWork } from './open-question.js'
import { OutcomeTally, type ResultType } from './outcome-tally.js'
import { type AskingDesk, OpenAskings, type Question } from './question.js'
import { GRACE, isAbortOf } from './release.js'
import type { QueryOptions } from './resolver.js'
import { startTimer } from './start-timer.js'
import type { UnderWay, WorkList } from './work-list.js'

/** What the questions of a resolver share. */
export interface ResolverDesk {
  readonly backend: string
  readonly clock: Clock
  /** Aborted once the resolver is disposed. */
  readonly disposal: Ending
  /** The calls under way, until each has let go: disposal cancels them and waits for them. */
  readonly underWay: WorkList
}

export interface AnswerCall<Event extends DiscoverEvent | ResolveEvent> {
  readonly desk: ResolverDesk
  readonly resultType: ResultType
  /** What is asked for; `null` for the names. */
  readonly cluster: ClusterName | null
  readonly options: QueryOptions
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

/** One question under way: hands its events to a sink, then `end`. */
export class AnswerWork<Event extends DiscoverEvent | ResolveEvent>
  implements UnderWay, QuestionWork<Event>, AskingDesk
{
  readonly teller: QuestionTeller | undefined
  readonly backend: string
  readonly clock: Clock
  /** In milliseconds of the clock. */
  readonly startedAt: number
  /** The question is over for its backend. */
  readonly over: LazyAbort = new LazyAbort()
  /** The question is not wanted any more. */
  readonly cancelled: LazyAbort = new LazyAbort()
  readonly askings: OpenAskings
  place = 0
  readonly #timeout: number
  readonly #sink: AnswerSink<Event | EndEvent>
  readonly #tally: OutcomeTally
  readonly #stopTimeout: () => void
  #stopGrace: (() => void) | undefined
  #isSettled = false
  /** Made when somebody waits for it. */
  #released: Promise<void> | undefined
  #release: (() => void) | undefined

  /** Starts at once. */
  constructor(call: AnswerCall<Event>, timeout: number, sink: AnswerSink<Event | EndEvent>) {
    const { desk, cluster, resultType } = call
    const method = resultType === 'cluster' ? 'discover' : 'resolve'
    this.backend = desk.backend
    this.clock = desk.clock
    this.teller = tellQuestion({ resolver: desk.backend, method, cluster, timeout }, resultType)
    this.startedAt = desk.clock.now()
    this.askings = new OpenAskings(this)
    this.#timeout = timeout
    this.#sink = sink
    this.#tally = new OutcomeTally(resultType)
    this.#stopTimeout = startTimer(desk.clock, timeout, () => this.#end(timeIsUp(timeout)))
    void this.#run(call)
  }

  get released(): Promise<void> {
    this.#released ??= this.#isSettled
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#release = resolve
        })
    return this.#released
  }

  timeLeft(): number {
    return Math.max(0, this.startedAt + this.#timeout - this.clock.now())
  }

  cancel(reason: unknown): void {
    this.#sink.fail(reason)
    this.cancelled.abort(reason)
    this.#end(reason)
  }

  emit(event: Event | DiscoverEvent): void {
    this.#tally.add(event)
    if (event.type === 'end') return
    if (!this.cancelled.aborted) this.teller?.hear(event)
    this.#sink.push(event as Event) // every event of discover may stand among those of resolve
  }

  async #run(call: AnswerCall<Event>): Promise<void> {
    try {
      await call.run(new OpenQuestion<Event>(this))
    } catch (error) {
      if (!isAbortOf(this.over, error)) this.#sink.fail(error)
    }
    this.#settle('returned')
  }

  #end(reason: unknown): void {
    if (this.over.aborted) return
    if (!this.#isSettled) this.#stopGrace = startTimer(this.clock, GRACE, () => this.#settle('overran'))
    this.over.abort(reason)
  }

  /** Ends the question: the backend has returned, or has not let go although the question has been over for a while. */
  #settle(how: 'returned' | 'overran'): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#stopTimeout()
    this.#stopGrace?.()
    if (how === 'overran') this.emit(overrun(this.backend, this.#timeout))
    if (this.over.aborted) this.askings.endAll('timeout', { error: late(this.#timeout) })
    else this.askings.endAll('failed', { error: leftOpen })
    this.#sink.push({ type: 'end', outcome: this.#tally.outcome() })
    this.#sink.close()
    this.#release?.()
  }
}

const leftOpen: AttemptError = { code: 'ERR_ASKING_LEFT_OPEN', message: 'the resolver did not say how this ended' }

function late(timeout: number): AttemptError {
  return { code: 'ETIMEDOUT', message: `no answer within ${timeout} ms` }
}

function timeIsUp(timeout: number): DOMException {
  return new DOMException(`the time of ${timeout} ms is up`, 'TimeoutError')
}

function overrun(backend: string, timeout: number): DiscoverEvent {
  const error = { code: 'ERR_RESOLVER_OVERRUN', message: `${backend} did not stop when its ${timeout} ms were up` }
  const nothing = { method: null, target: null, server: null, count: 0, detail: null }
  return { type: 'attempt', backend, ...nothing, status: 'timeout', elapsedMs: timeout + GRACE, error }
}

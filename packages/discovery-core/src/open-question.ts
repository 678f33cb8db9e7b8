import type { Clock } from './clock.js'
import type { Ending } from './ending.js'
import type { DiscoverEvent, ResolveEvent } from './events.js'
import type { LazyAbort } from './lazy-abort.js'
import type { Asking, AskingTarget, OpenAskings, Question } from './question.js'

/** What a question needs of the work on it. */
export interface QuestionWork<Event> {
  readonly over: LazyAbort
  readonly cancelled: LazyAbort
  readonly clock: Clock
  readonly askings: OpenAskings
  timeLeft(): number
  emit(event: Event | DiscoverEvent): void
}

/** A question as a backend sees it. A class, since objects written with getters take ten times as long to make. */
export class OpenQuestion<Event extends DiscoverEvent | ResolveEvent> implements Question<Event> {
  /** Bound, as the other two are: backends take them out of the question. */
  readonly emit: (event: Event) => void
  readonly asking: (target: AskingTarget) => Asking
  readonly timeLeft: () => number
  readonly #work: QuestionWork<Event>

  constructor(work: QuestionWork<Event>) {
    this.emit = (event) => work.emit(event)
    this.asking = (target) => work.askings.start(target)
    this.timeLeft = () => work.timeLeft()
    this.#work = work
  }

  get clock(): Clock {
    return this.#work.clock
  }

  get ending(): Ending {
    return this.#work.over
  }

  get signal(): AbortSignal {
    return this.#work.over.signal
  }

  get cancelled(): AbortSignal {
    return this.#work.cancelled.signal
  }
}

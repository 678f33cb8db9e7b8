import type { Clock } from './clock.js'
import type { Ending } from './ending.js'
import type { DiscoverEvent, ResolveEvent } from './events.js'
import type { LazyAbort } from './lazy-abort.js'
import type { Asking, AskingTarget, OpenAskings, Question } from './question.js'

interface OpenQuestionParts<Event> {
  readonly over: LazyAbort
  readonly cancelled: LazyAbort
  readonly clock: Clock
  /** In milliseconds of the clock. */
  readonly endsAt: number
  readonly emit: (event: Event) => void
  readonly askings: OpenAskings
}

/** A question as a backend sees it. A class, since objects written with getters take ten times as long to make. */
export class OpenQuestion<Event extends DiscoverEvent | ResolveEvent> implements Question<Event> {
  readonly clock: Clock
  readonly emit: (event: Event) => void
  /** Bound, as {@link timeLeft} is: backends take them out of the question. */
  readonly asking: (target: AskingTarget) => Asking
  readonly timeLeft: () => number
  readonly #parts: OpenQuestionParts<Event>

  constructor(parts: OpenQuestionParts<Event>) {
    this.clock = parts.clock
    this.emit = parts.emit
    this.asking = (target) => parts.askings.start(target)
    this.timeLeft = () => Math.max(0, parts.endsAt - parts.clock.now())
    this.#parts = parts
  }

  get ending(): Ending {
    return this.#parts.over
  }

  get signal(): AbortSignal {
    return this.#parts.over.signal
  }

  get cancelled(): AbortSignal {
    return this.#parts.cancelled.signal
  }
}

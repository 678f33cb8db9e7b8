import type { AnswerCall, AnswerSink } from './answer-work.js'
import { type BegunAnswer, beginAnswer } from './begin-answer.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from './events.js'
import type { ReportFold } from './report-fold.js'

/**
 * Runs one question and folds its events into a report: the same as reading an `AnswerStream`, without a promise for
 * each event. Aborting and disposing end the work at once.
 */
export function answerReport<Event extends DiscoverEvent | ResolveEvent, Report>(
  call: AnswerCall<Event>,
  fold: ReportFold<Event | EndEvent, Report>,
): Promise<Report> {
  return new Promise((resolve, reject) => {
    const sink = new ReportSink(fold, resolve, reject)
    sink.begun = beginAnswer(call, sink)
  })
}

/** A class, not an object that is written down: V8 comes to keep those for long, and all that they lead to. */
class ReportSink<Event extends DiscoverEvent | ResolveEvent, Report> implements AnswerSink<Event | EndEvent> {
  begun: BegunAnswer<Event> | undefined
  readonly #fold: ReportFold<Event | EndEvent, Report>
  readonly #resolve: (report: Report) => void
  readonly #reject: (reason: unknown) => void
  #failure: { readonly reason: unknown } | undefined

  constructor(
    fold: ReportFold<Event | EndEvent, Report>,
    resolve: (report: Report) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#fold = fold
    this.#resolve = resolve
    this.#reject = reject
  }

  push(event: Event | EndEvent): void {
    if (this.#failure !== undefined) return
    this.#fold.add(event)
    if (event.type === 'end') this.begun?.work.teller?.hear(event)
  }

  close(): void {
    this.begun?.over()
    if (this.#failure === undefined) this.#resolve(this.#fold.report())
    else this.#reject(this.#failure.reason)
  }

  fail(reason: unknown): void {
    this.#failure ??= { reason }
  }
}

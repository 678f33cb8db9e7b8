import type { AnswerCall } from './answer-work.js'
import { beginAnswer } from './begin-answer.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from './events.js'
import type { ReportFold } from './report-fold.js'

/**
 * Runs one question and folds its events into a report: the same as reading an `AnswerStream`, without a promise for
 * each event. Aborting and disposing end the work at once.
 */
export async function answerReport<Event extends DiscoverEvent | ResolveEvent, Report>(
  call: AnswerCall<Event>,
  fold: ReportFold<Event | EndEvent, Report>,
): Promise<Report> {
  let failure: { readonly reason: unknown } | undefined
  const { work, over } = beginAnswer<Event>(call, {
    push(event) {
      if (failure !== undefined) return
      fold.add(event)
      if (event.type === 'end') work.teller?.hear(event)
    },
    close() {},
    fail(reason) {
      failure ??= { reason }
    },
  })
  await work.released
  over()
  if (failure !== undefined) throw (failure as { readonly reason: unknown }).reason
  return fold.report()
}

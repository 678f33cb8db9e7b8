import type { AnswerCall } from './answer-work.js'
import { beginAnswer } from './begin-answer.js'
import { eventQueue } from './event-queue.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from './events.js'

// Made once: an error takes a stack each time it is made, and this ends every question.
const noLongerWanted = new Error('the answers were no longer wanted')

/** Runs one question and yields its events, then `end`. Leaving, aborting and disposing end the work at once. */
export async function* answerStream<Event extends DiscoverEvent | ResolveEvent>(
  call: AnswerCall<Event>,
): AsyncGenerator<Event | EndEvent> {
  const events = eventQueue<Event | EndEvent>()
  const { work, over } = beginAnswer(call, events)
  try {
    for (;;) {
      const event = await events.next()
      if (event === undefined) return
      if (event.type === 'end') work.teller?.hear(event)
      yield event
    }
  } finally {
    work.cancel(noLongerWanted)
    await work.released
    over()
  }
}

import type { AnswerCall } from './answer-work.js'
import { type BegunAnswer, beginAnswer } from './begin-answer.js'
import { type EventQueue, eventQueue } from './event-queue.js'
import type { DiscoverEvent, EndEvent, ResolveEvent } from './events.js'

// Made once: an error takes a stack each time it is made, and this ends every question.
const noLongerWanted = new Error('the answers were no longer wanted')

/**
 * The events of one question, then `end`. The question is put when the first of them is awaited. Leaving, aborting and
 * disposing end the work at once, and nothing is told of it before it has let go.
 *
 * An iterator written by hand: events that lie ready take one promise each, where an async generator takes three.
 */
export class AnswerStream<Event extends DiscoverEvent | ResolveEvent>
  implements AsyncIterableIterator<Event | EndEvent, undefined>
{
  readonly #call: () => AnswerCall<Event>
  readonly #events: EventQueue<Event | EndEvent> = eventQueue()
  #begun: BegunAnswer<Event> | undefined
  #state: 'new' | 'open' | 'over' = 'new'
  #left: Promise<void> | undefined
  /** How many calls of `next` wait, each for its turn. */
  #waiting = 0
  #turn: Promise<IteratorResult<Event | EndEvent, undefined>> | undefined

  /** What `call` throws is told to who awaits the first event. */
  constructor(call: () => AnswerCall<Event>) {
    this.#call = call
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Event | EndEvent, undefined>> {
    const event = this.#waiting === 0 ? this.#events.take() : undefined
    if (event !== undefined) return Promise.resolve(this.#delivered(event))
    this.#waiting += 1
    const awaited = () => this.#awaited()
    this.#turn = this.#turn === undefined ? awaited() : this.#turn.then(awaited, awaited)
    return this.#turn
  }

  async return(): Promise<IteratorResult<Event | EndEvent, undefined>> {
    this.#state = 'over'
    this.#left ??= this.#leave()
    await this.#left
    return { value: undefined, done: true }
  }

  async #awaited(): Promise<IteratorResult<Event | EndEvent, undefined>> {
    try {
      if (this.#state === 'new') this.#begin()
      const event = this.#state === 'over' ? undefined : await this.#events.next()
      return event === undefined ? await this.return() : this.#delivered(event)
    } catch (error) {
      const left = await this.return()
      if (error === noLongerWanted) return left
      throw error
    } finally {
      this.#waiting -= 1
      if (this.#waiting === 0) this.#turn = undefined
    }
  }

  #begin(): void {
    this.#state = 'open'
    this.#begun = beginAnswer(this.#call(), this.#events)
  }

  #delivered(event: Event | EndEvent): IteratorYieldResult<Event | EndEvent> {
    if (event.type === 'end') this.#begun?.work.teller?.hear(event)
    return { value: event, done: false }
  }

  /** Ends the work, and waits until it has let go. */
  async #leave(): Promise<void> {
    if (this.#begun === undefined) return
    const { work } = this.#begun
    work.cancel(noLongerWanted)
    await work.released
    this.#begun.over()
  }
}

import type { DiscoverEvent, EndEvent, ResolveEvent } from '../model/events.js'
import type { ReportBuilder } from '../report/report-builder.js'
import { type EventQueue, eventQueue } from '../runtime/event-queue.js'
import { type QueryCall, type QueryRun, type ResultSink, startQuery } from './query-run.js'

// Made once: an error takes a stack each time it is made, and this ends every stream.
const noLongerWanted = new Error('the events were no longer wanted')

/**
 * The events of one query, then `end`. The query starts when the first of them is awaited. Leaving, aborting and disposing
 * end it at once, and the stream ends when the backend has released its resources.
 *
 * An iterator written by hand: events that lie ready take one promise each, where an async generator takes three.
 */
export class EventStream<Event extends DiscoverEvent | ResolveEvent>
  implements AsyncIterableIterator<Event | EndEvent, undefined>
{
  readonly #call: () => QueryCall<Event>
  readonly #events: EventQueue<Event | EndEvent> = eventQueue()
  #run: QueryRun<Event> | undefined
  #state: 'new' | 'open' | 'over' = 'new'
  #left: Promise<void> | undefined
  /** Number of calls of `next` that wait, each for its turn. */
  #waiting = 0
  #turn: Promise<IteratorResult<Event | EndEvent, undefined>> | undefined

  /** An exception from `call` rejects the first event. */
  constructor(call: () => QueryCall<Event>) {
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
    this.#run = startQuery(this.#call(), this.#events)
  }

  #delivered(event: Event | EndEvent): IteratorYieldResult<Event | EndEvent> {
    if (event.type === 'end') this.#run?.tracer?.onEvent(event)
    return { value: event, done: false }
  }

  /** Ends the query, and waits until it is released. */
  async #leave(): Promise<void> {
    const run = this.#run
    if (run === undefined) return
    run.cancel(noLongerWanted)
    await run.released
    run.finish()
  }
}

/**
 * Runs one query for its report: the same as reading an {@link EventStream}, without a promise for each event (rows
 * srv-sequential and srv-64 of the bench). Aborting and disposing end it at once.
 */
export function runForReport<Event extends DiscoverEvent | ResolveEvent, Report>(
  call: QueryCall<Event>,
  builder: ReportBuilder<Event | EndEvent, Report>,
): Promise<Report> {
  return new Promise((resolve, reject) => {
    const sink = new ReportSink(builder, resolve, reject)
    sink.run = startQuery(call, sink)
  })
}

/** A class, not an object literal: V8 comes to keep those for long, and all that they refer to. */
class ReportSink<Event extends DiscoverEvent | ResolveEvent, Report> implements ResultSink<Event | EndEvent> {
  run: QueryRun<Event> | undefined
  readonly #builder: ReportBuilder<Event | EndEvent, Report>
  readonly #resolve: (report: Report) => void
  readonly #reject: (reason: unknown) => void
  #failure: { readonly reason: unknown } | undefined
  /** There once something came that is made one by one. */
  #queue: EventQueue<Event | EndEvent> | undefined

  constructor(
    builder: ReportBuilder<Event | EndEvent, Report>,
    resolve: (report: Report) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#builder = builder
    this.#resolve = resolve
    this.#reject = reject
  }

  push(event: Event | EndEvent): void {
    if (this.#failure !== undefined) return
    if (this.#queue === undefined) this.#add(event)
    else this.#queue.push(event)
  }

  /** Takes events that are made one by one in turns, with timers and sockets in between, and so those behind them. */
  pushAll(events: Iterable<Event | EndEvent>): void {
    if (this.#failure !== undefined) return
    if (this.#queue === undefined) {
      this.#queue = eventQueue()
      void this.#drain(this.#queue)
    }
    this.#queue.pushAll(events)
  }

  room(): undefined {
    return undefined
  }

  close(): void {
    if (this.#queue === undefined) this.#settle()
    else this.#queue.close()
  }

  fail(reason: unknown): void {
    this.#failure ??= { reason }
    this.#queue?.fail(reason)
  }

  async #drain(queue: EventQueue<Event | EndEvent>): Promise<void> {
    try {
      for (let event = await queue.next(); event !== undefined; event = queue.take() ?? (await queue.next())) {
        this.#add(event)
      }
    } catch (reason) {
      this.#failure ??= { reason }
    }
    this.#settle()
  }

  #add(event: Event | EndEvent): void {
    this.#builder.add(event)
    if (event.type === 'end') this.run?.tracer?.onEvent(event)
  }

  #settle(): void {
    this.run?.finish()
    if (this.#failure === undefined) this.#resolve(this.#builder.report())
    else this.#reject(this.#failure.reason)
  }
}

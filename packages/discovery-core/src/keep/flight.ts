import type { Clock } from '../clock.js'
import type { DiscoverEvent, ResolveEvent } from '../events.js'
import { allowManyListeners } from '../many-listeners.js'
import type { ResultType } from '../outcome-tally.js'
import { type Ask, relay } from '../relay.js'
import type { Resolver } from '../resolver.js'
import { stopped } from '../stopped.js'
import { type Round, RoundRecorder } from './round.js'

export interface FlightOptions<Event> {
  readonly resolver: Resolver
  readonly ask: Ask<Event>
  readonly resultType: ResultType
  readonly clock: Clock
  /** Milliseconds. */
  readonly timeout: number
  /** Whether it goes on although nobody listens. */
  readonly background: boolean
  /** Called before {@link Flight.done} resolves, unless it was cancelled. */
  readonly onEnd: (round: Round, flight: { readonly ranOut: boolean; readonly timeout: number }) => void
}

/** One question under way for all who ask the same. It ends when nobody wants it any more. */
export class Flight<Event extends DiscoverEvent | ResolveEvent> {
  readonly timeout: number
  /** When its time is up, in milliseconds of the clock. */
  readonly endsAt: number
  /** What it has brought; `undefined` when it was cancelled. */
  readonly done: Promise<Round | undefined>
  readonly #heard: (Event | DiscoverEvent)[] = []
  readonly #listeners = new Set<(event: Event | DiscoverEvent) => void>()
  readonly #cancelled = new AbortController()
  readonly #over = new AbortController()
  #background: boolean

  constructor(options: FlightOptions<Event>) {
    const { clock, timeout, background } = options
    this.timeout = timeout
    this.endsAt = clock.now() + timeout
    this.#background = background
    this.done = this.#run(options)
  }

  /** Whether it was still under way when its time was up. */
  get ranOut(): boolean {
    return this.#over.signal.aborted
  }

  get isCancelled(): boolean {
    return this.#cancelled.signal.aborted
  }

  /** Tells a listener what was said so far and what follows. The result stops that, and cancels when nobody is left. */
  join(listener: (event: Event | DiscoverEvent) => void): () => void {
    for (const event of this.#heard) listener(event)
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0 && !this.#background) this.cancel()
    }
  }

  /** Lets it go on although nobody listens. */
  keepGoing(): void {
    this.#background = true
  }

  cancel(): void {
    this.#cancelled.abort(stopped)
  }

  async #run({ resolver, ask, resultType, clock, timeout, onEnd }: FlightOptions<Event>): Promise<Round | undefined> {
    const recorder = new RoundRecorder(resultType)
    const settled = new AbortController()
    clock.sleep(timeout, settled.signal).then(
      () => this.#over.abort(stopped),
      () => {},
    )
    const signal = allowManyListeners(this.#cancelled.signal)
    const over = allowManyListeners(this.#over.signal)
    await relay(resolver, ask, { signal, over, timeout, clock }, (event) => {
      recorder.hear(event)
      this.#heard.push(event)
      for (const listener of this.#listeners) listener(event)
    })
    settled.abort(stopped)
    if (this.isCancelled) return undefined
    const round = recorder.round(clock.now())
    onEnd(round, this)
    return round
  }
}

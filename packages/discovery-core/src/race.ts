import type { DiscoverEvent, ResolveEvent } from './events.js'
import type { ResultType } from './outcome-tally.js'
import type { Question } from './question.js'
import { type Ask, attemptOf, relay } from './relay.js'
import { RelayedAskings } from './relayed-askings.js'
import type { Resolver } from './resolver.js'
import { stopped } from './stopped.js'

export interface RaceOptions<Event extends DiscoverEvent | ResolveEvent> {
  /** Most preferred first. */
  readonly resolvers: readonly Resolver[]
  readonly question: Question<Event | DiscoverEvent>
  readonly resultType: ResultType
  readonly ask: Ask<Event>
  /** Milliseconds. */
  readonly startDelay: number
  /** Milliseconds. */
  readonly patience: number
}

/** Milliseconds for what is found as the time of the question runs out. */
const LAST_CALL = 50

interface Runner<Event> {
  readonly resolver: Resolver
  readonly cancel: AbortController
  /** What it has found, held back until the race is decided. */
  readonly results: (Event | DiscoverEvent)[]
  readonly askings: RelayedAskings
  state: 'waiting' | 'running' | 'ended'
}

/** One question of `firstOf`: who runs, who has found something, who wins. */
export class Race<Event extends DiscoverEvent | ResolveEvent> {
  readonly #options: RaceOptions<Event>
  readonly #runners: readonly Runner<Event>[]
  readonly #relays: Promise<void>[] = []
  /** Stops the timers. */
  readonly #over = new AbortController()
  /** Nobody else is to start: the winner is known, or everybody has ended. */
  readonly #finished: Promise<void>
  #finish: () => void = () => {}
  #winner: Runner<Event> | undefined
  #patienceIsOver = false

  constructor(options: RaceOptions<Event>) {
    this.#options = options
    this.#runners = options.resolvers.map((resolver) => ({
      resolver,
      cancel: new AbortController(),
      results: [],
      askings: new RelayedAskings(),
      state: 'waiting',
    }))
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** Resolves when the winner has ended, or everybody has ended with nothing. */
  async run(): Promise<void> {
    const { startDelay, question } = this.#options
    const onTimeUp = (): void => this.#after(LAST_CALL, () => this.#endPatience())
    question.signal.addEventListener('abort', onTimeUp, { signal: this.#over.signal })
    for (const [index, runner] of this.#runners.entries()) {
      if (index > 0) this.#after(index * startDelay, () => this.#start(runner))
    }
    this.#goOn()
    await this.#finished
    this.#over.abort(stopped)
    await Promise.all(this.#relays)
  }

  /** Looks at the state after every change of it, and does what follows. */
  #goOn(): void {
    if (this.#winner === undefined) this.#decide()
    if (this.#leader() === undefined) this.#startNextWhenAllEnded()
    if (this.#winner !== undefined || this.#runners.every((runner) => runner.state === 'ended')) this.#finish()
  }

  #startNextWhenAllEnded(): void {
    if (this.#runners.some((runner) => runner.state === 'running')) return
    const next = this.#runners.find((runner) => runner.state === 'waiting')
    if (next === undefined) return
    if (this.#options.question.signal.aborted) this.#giveUpWaiting()
    else this.#start(next)
  }

  #start(runner: Runner<Event>): void {
    const { question, ask } = this.#options
    if (runner.state !== 'waiting' || this.#leader() !== undefined || question.signal.aborted) return
    runner.state = 'running'
    const signal = AbortSignal.any([question.cancelled, runner.cancel.signal])
    const options = { signal, over: question.signal, timeout: question.timeLeft(), clock: question.clock }
    const relayed = relay(runner.resolver, ask, options, (event) => this.#hear(runner, event))
    this.#relays.push(
      relayed.then(() => {
        runner.state = 'ended'
        this.#goOn()
      }),
    )
  }

  #hear(runner: Runner<Event>, event: Event | DiscoverEvent): void {
    const { question, resultType, patience } = this.#options
    runner.askings.hear(event)
    if (event.type !== resultType || runner === this.#winner) {
      question.emit(event)
      return
    }
    const nobodyHadFound = this.#leader() === undefined
    runner.results.push(event)
    if (nobodyHadFound) this.#after(patience, () => this.#endPatience())
    this.#goOn()
  }

  #endPatience(): void {
    this.#patienceIsOver = true
    this.#goOn()
  }

  /** The most preferred one that has found something. */
  #leader(): Runner<Event> | undefined {
    return this.#runners.find((runner) => runner.results.length > 0)
  }

  #decide(): void {
    const leader = this.#leader()
    if (leader === undefined) return
    const moreHopeful = this.#runners.slice(0, this.#runners.indexOf(leader))
    if (!this.#patienceIsOver && moreHopeful.some((runner) => runner.state !== 'ended')) return
    this.#winner = leader
    for (const runner of this.#runners) if (runner !== leader) this.#dismiss(runner, leader)
    for (const result of leader.results) this.#options.question.emit(result)
  }

  #dismiss(runner: Runner<Event>, winner: Runner<Event>): void {
    if (runner.state === 'ended') return
    const { name } = winner.resolver
    const end = this.#wasWaitedFor(runner, winner)
      ? attemptOf(runner.resolver, 'timeout', { error: { code: 'ETIMEDOUT', message: `no answer before ${name} won` } })
      : attemptOf(runner.resolver, 'skipped', { detail: `not needed: ${name} answered` })
    for (const attempt of runner.askings.endAll(end)) this.#options.question.emit(attempt)
    runner.cancel.abort(stopped)
  }

  /**
   * Whether it would have won and was given its time: that it did not answer is for somebody to mend. They start in
   * their order, so that it was running.
   */
  #wasWaitedFor(runner: Runner<Event>, winner: Runner<Event>): boolean {
    return this.#runners.indexOf(runner) < this.#runners.indexOf(winner)
  }

  /** Time is up before the turn of some: nobody may take that for their "no". */
  #giveUpWaiting(): void {
    for (const runner of this.#runners) {
      if (runner.state !== 'waiting') continue
      runner.state = 'ended'
      const error = { code: 'ETIMEDOUT', message: 'the time was up before its turn' }
      this.#options.question.emit(attemptOf(runner.resolver, 'timeout', { error }))
    }
  }

  #after(ms: number, then: () => void): void {
    this.#options.question.clock.sleep(ms, this.#over.signal).then(then, () => {})
  }
}

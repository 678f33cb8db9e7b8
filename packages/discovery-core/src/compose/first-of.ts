import type { AttemptStatus } from '../model/attempt.js'
import { type Choice, choiceWithin, labelsOf } from '../model/choice.js'
import type { DiscoverEvent, ResolveEvent } from '../model/events.js'
import { couldNotAsk } from '../model/outcome.js'
import { composeResolver } from '../query/create-resolver.js'
import { OpenAttempts, type QueryContext, resolverAttempt } from '../query/query-context.js'
import { relay, type SendQuery } from '../query/relay.js'
import type { Resolver } from '../query/resolver.js'
import type { ResultType } from '../report/outcome-tally.js'
import { stopped } from '../runtime/cancellation.js'
import type { Clock } from '../runtime/clock.js'
import { checkedTime, checkOptionNames } from '../runtime/option-checks.js'

/** Options of {@link firstOf}. */
export interface FirstOfOptions {
  /** The name of the composed resolver; default `first`. Its events keep the names of their resolvers. */
  readonly name?: string | undefined
  /** Milliseconds by which each resolver starts after the one before it; default 250. */
  readonly attemptDelay?: number | undefined
  /** Milliseconds that more preferred resolvers still get once a less preferred one has found something; default 1000. */
  readonly preferenceGrace?: number | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof FirstOfOptions, 'list' | 'other'>> = {
  name: 'other',
  attemptDelay: 'other',
  preferenceGrace: 'other',
  clock: 'other',
}

/**
 * Asks the resolvers in order of preference and answers with the most preferred one that found something.
 *
 * The first starts at once, the k-th `k x attemptDelay` later or as soon as all before it have ended with nothing, so that
 * multicast stays silent where DNS works. Once a less preferred one has found something, the more preferred get at most
 * `preferenceGrace` more; their open attempts end as `timeout` then. Results of the others are not passed on; their
 * attempts and warnings are. When none finds anything, the attempts of all make the outcome. It owns the resolvers:
 * disposing it disposes them.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, at once, when `attemptDelay` or `preferenceGrace` is no number of milliseconds.
 */
export function firstOf(resolvers: readonly Resolver[], options: FirstOfOptions = {}): Resolver {
  checkOptionNames('firstOf', options, optionNames)
  const { name = 'first', clock } = options
  const attemptDelay = checkedTime('attemptDelay', options.attemptDelay ?? 250)
  const preferenceGrace = checkedTime('preferenceGrace', options.preferenceGrace ?? 1_000)

  const race = <Event extends DiscoverEvent | ResolveEvent>(
    context: QueryContext<Event | DiscoverEvent>,
    resultType: ResultType,
    sendQuery: SendQuery<Event>,
  ): Promise<void> => new Race({ resolvers, context, resultType, sendQuery, attemptDelay, preferenceGrace }).run()

  return composeResolver({
    name,
    clock,
    resolvers,
    discover: (context) => race(context, 'cluster', (resolver, query) => resolver.discover(query)),
    resolve: (cluster, context) => race(context, 'endpoint', (resolver, query) => resolver.resolve(cluster, query)),
  })
}

interface RaceOptions<Event extends DiscoverEvent | ResolveEvent> {
  /** Most preferred first. */
  readonly resolvers: readonly Resolver[]
  readonly context: QueryContext<Event | DiscoverEvent>
  readonly resultType: ResultType
  readonly sendQuery: SendQuery<Event>
  /** Milliseconds. */
  readonly attemptDelay: number
  /** Milliseconds. */
  readonly preferenceGrace: number
}

/** Milliseconds for results that come as the time of the query runs out. */
const LAST_CALL = 50

interface Contender<Event> {
  readonly resolver: Resolver
  /** Its name in a choice. */
  readonly label: string
  readonly cancel: AbortController
  /** Its results, held back until the race is decided. */
  readonly results: (Event | DiscoverEvent)[]
  readonly attempts: OpenAttempts
  /** The statuses of its attempts. */
  readonly statuses: Set<AttemptStatus>
  state: 'waiting' | 'running' | 'ended'
}

/** One query of `firstOf`. Its resolvers are the runners; the winner is the one whose results are passed on. */
class Race<Event extends DiscoverEvent | ResolveEvent> {
  readonly #options: RaceOptions<Event>
  readonly #runners: readonly Contender<Event>[]
  // Stryker disable next-line ArrayDeclaration: what is no promise is not waited for
  readonly #relays: Promise<void>[] = []
  /** Stops the timers. */
  readonly #over = new AbortController()
  /** No other is to start: the winner is known, or all have ended. */
  readonly #finished: Promise<void>
  #finish: () => void = () => {}
  #winner: Contender<Event> | undefined
  /** Of the winner; `undefined` where there was nothing to choose. */
  #choice: Choice | undefined
  #graceIsOver = false

  constructor(options: RaceOptions<Event>) {
    this.#options = options
    const labels = labelsOf(options.resolvers)
    this.#runners = options.resolvers.map((resolver, index) => ({
      resolver,
      label: labels[index] as string, // one for each
      cancel: new AbortController(),
      results: [],
      attempts: new OpenAttempts(options.resultType, options.context.clock),
      statuses: new Set(),
      state: 'waiting',
    }))
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** Resolves when the winner has ended, or all have ended with nothing. */
  async run(): Promise<void> {
    const { attemptDelay, context } = this.#options
    const onTimeUp = (): void => this.#after(LAST_CALL, () => this.#endGrace())
    // Stryker disable next-line ObjectLiteral: after the race it starts a timer that is stopped at once: it would only be kept for longer
    context.signal.addEventListener('abort', onTimeUp, { signal: this.#over.signal })
    for (const [index, runner] of this.#runners.entries()) {
      // Stryker disable next-line all: the first has started by then, and none starts twice
      if (index > 0) this.#after(index * attemptDelay, () => this.#start(runner))
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
    if (this.#options.context.signal.aborted) this.#giveUpWaiting()
    else this.#start(next)
  }

  #start(runner: Contender<Event>): void {
    const { context, resultType, sendQuery } = this.#options
    if (runner.state !== 'waiting' || this.#leader() !== undefined || context.signal.aborted) return
    runner.state = 'running'
    const signal = AbortSignal.any([context.callerSignal, runner.cancel.signal])
    const { clock, signal: over } = context
    const options = { signal, over, timeout: context.timeLeft(), clock, resultType, room: () => context.room() }
    const relayed = relay(runner.resolver, sendQuery, options, (event) => this.#onEvent(runner, event))
    this.#relays.push(
      relayed.then(() => {
        runner.state = 'ended'
        this.#goOn()
      }),
    )
  }

  #onEvent(runner: Contender<Event>, event: Event | DiscoverEvent): void {
    const { context, resultType, preferenceGrace } = this.#options
    runner.attempts.onEvent(event)
    if (event.type === 'attempt-finished') runner.statuses.add(event.status)
    if (event.type !== resultType || runner === this.#winner) {
      context.emit(event.type === resultType ? this.#chosen(event) : event)
      return
    }
    // Stryker disable next-line ConditionalExpression: a further timer ends a grace that is over by then
    const noneHadResults = this.#leader() === undefined
    runner.results.push(event)
    // Stryker disable next-line ConditionalExpression: a further timer ends a grace that is over by then
    if (noneHadResults) this.#after(preferenceGrace, () => this.#endGrace())
    this.#goOn()
  }

  #endGrace(): void {
    this.#graceIsOver = true
    this.#goOn()
  }

  /** The most preferred one that has found something. */
  #leader(): Contender<Event> | undefined {
    return this.#runners.find((runner) => runner.results.length > 0)
  }

  #decide(): void {
    const leader = this.#leader()
    if (leader === undefined) return
    const moreHopeful = this.#runners.slice(0, this.#runners.indexOf(leader))
    if (!this.#graceIsOver && moreHopeful.some((runner) => runner.state !== 'ended')) return
    this.#winner = leader
    const unanswered = moreHopeful.filter(isUnanswered).map(({ label }) => [label])
    if (this.#runners.length > 1) this.#choice = { path: [leader.label], unanswered }
    for (const runner of this.#runners) if (runner !== leader) this.#dismiss(runner, leader)
    for (const result of leader.results) this.#options.context.emit(this.#chosen(result))
    // The first stays, as a leader is known by what it has found.
    leader.results.length = 1
  }

  /** Returns a result with its choice: the resolver that it comes from, and those that could not be asked. */
  #chosen<Result extends Event | DiscoverEvent>(event: Result): Result {
    if (this.#choice === undefined || (event.type !== 'cluster' && event.type !== 'endpoint')) return event
    if (event.choice === undefined) return { ...event, choice: this.#choice }
    const { path, unanswered } = choiceWithin(this.#choice.path[0] as string, event.choice) // which has a first label
    return { ...event, choice: { path, unanswered: [...this.#choice.unanswered, ...unanswered] } }
  }

  #dismiss(runner: Contender<Event>, winner: Contender<Event>): void {
    if (runner.state === 'ended') return
    const { name } = winner.resolver
    const error = { code: 'ETIMEDOUT', message: `no answer before ${name} won` }
    const finished = this.#wasWaitedFor(runner, winner)
      ? runner.attempts.finishResolver(runner.resolver, 'timeout', { error })
      : runner.attempts.finishResolver(runner.resolver, 'skipped', { detail: `not needed: ${name} answered` })
    for (const attempt of finished) this.#options.context.emit(attempt)
    runner.cancel.abort(stopped)
  }

  /**
   * Returns whether it would have won and was given its time: an operator has to fix that it did not answer. They start in
   * their order, so that it was running.
   */
  #wasWaitedFor(runner: Contender<Event>, winner: Contender<Event>): boolean {
    // Stryker disable next-line EqualityOperator: the winner itself is not asked about
    return this.#runners.indexOf(runner) < this.#runners.indexOf(winner)
  }

  /** Time is up before the turn of some: that is no denial by them. */
  #giveUpWaiting(): void {
    for (const runner of this.#runners) {
      if (runner.state !== 'waiting') continue
      runner.state = 'ended'
      const error = { code: 'ETIMEDOUT', message: 'the time was up before its turn' }
      this.#options.context.emit(resolverAttempt(runner.resolver, 'timeout', { error }))
    }
  }

  #after(ms: number, then: () => void): void {
    this.#options.context.clock.sleep(ms, this.#over.signal).then(then, () => {})
  }
}

/**
 * Returns whether a resolver without results might have some: it has not ended, could not be asked, or was silent. A denial, a
 * cluster without address, and a source that is not configured are answers.
 */
function isUnanswered<Event>({ state, statuses }: Contender<Event>): boolean {
  if (state !== 'ended' || statuses.size === 0) return true
  return [...statuses].some((status) => couldNotAsk(status) || status === 'silent')
}

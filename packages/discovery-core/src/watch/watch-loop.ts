import type { ClusterName } from '../cluster-name.js'
import { DiscoveryError } from '../discovery-error.js'
import type { ResolveEvent } from '../events.js'
import { hintsOf } from '../hints-of.js'
import { Flight } from '../keep/flight.js'
import { keepLastGood, type LastGood } from '../keep/last-good.js'
import type { Round } from '../keep/round.js'
import { allowManyListeners } from '../many-listeners.js'
import type { ResultType } from '../outcome-tally.js'
import type { Ask } from '../relay.js'
import { GRACE, lateness } from '../release.js'
import type { Resolver } from '../resolver.js'
import { stopped } from '../stopped.js'
import { Pace } from './pace.js'
import type { WatchPolicy } from './watch-options.js'

/** How long, in milliseconds, hints are gathered before one question answers them all. */
const SETTLING = 100
/** Milliseconds between two rounds that hints ask for. */
const HINT_INTERVAL = 1_000

export interface WatchLoopOptions {
  readonly resolver: Resolver
  readonly cluster: ClusterName | undefined
  readonly resultType: ResultType
  readonly ask: Ask<ResolveEvent>
  readonly policy: WatchPolicy
  onEvent(event: ResolveEvent): void
  /** Called after each round. */
  onRound(known: LastGood): void
}

/** Asks again and again, and keeps what is good: until it is stopped, or the resolver is disposed of. */
export class WatchLoop {
  readonly #options: WatchLoopOptions
  readonly #pace: Pace
  readonly #over = new AbortController()
  #flight: Flight<ResolveEvent> | undefined
  #known: LastGood | undefined
  /** Cuts the wait for the next round short. */
  #wake: AbortController | undefined
  /** Hints are being waited for, until this resolves. */
  #listening: Promise<void> | undefined
  #isHinted = false
  #lastRoundAt = Number.NEGATIVE_INFINITY
  /** Those who wait for a round that begins from now on. */
  #waiting: (() => void)[] = []

  constructor(options: WatchLoopOptions) {
    this.#options = options
    this.#pace = new Pace(options.policy)
  }

  /** Resolves when it was stopped. */
  async run(): Promise<void> {
    const { clock, keep } = this.#options.policy
    while (!this.#over.signal.aborted) {
      this.#listen()
      const waiting = this.#waiting.splice(0)
      const round = await this.#ask()
      if (round === undefined) break
      throwIfDisposed(round, this.#options.resolver)
      this.#known = keepLastGood(this.#known?.kept ?? [], round, keep)
      this.#options.onRound(this.#known)
      for (const resolve of waiting) resolve()
      await this.#pause(this.#pace.after(this.#known, this.#lastRoundAt, clock.now()))
    }
    this.stop()
    await this.#stopListening()
  }

  /** Asks at once, or again when a question is under way; resolves when that is answered, or the loop has stopped. */
  refresh(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#over.signal.aborted) return resolve()
      this.#waiting.push(resolve)
      this.#wake?.abort(stopped)
    })
  }

  stop(): void {
    this.#over.abort(stopped)
    this.#wake?.abort(stopped)
    this.#flight?.cancel()
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  async #ask(): Promise<Round | undefined> {
    const { resolver, ask, resultType, policy, onEvent } = this.#options
    const { clock, timeout } = policy
    this.#lastRoundAt = clock.now()
    this.#isHinted = false
    this.#flight = new Flight({ resolver, ask, resultType, clock, timeout, background: true, onEnd: () => {} })
    this.#flight.join(onEvent)
    return this.#flight.done
  }

  async #pause(ms: number): Promise<void> {
    const { clock } = this.#options.policy
    if (!this.#isHinted) await this.#sleep(ms)
    if (!this.#isHinted || this.#waiting.length > 0) return
    await this.#sleep(Math.max(SETTLING, this.#lastRoundAt + HINT_INTERVAL - clock.now()))
  }

  /** Sleeps until somebody wants the next round at once. */
  async #sleep(ms: number): Promise<void> {
    if (this.#over.signal.aborted || this.#waiting.length > 0) return
    const wake = new AbortController()
    this.#wake = wake
    await this.#options.policy.clock.sleep(ms, wake.signal).catch(() => {})
    this.#wake = undefined
  }

  /** Hints may end, because what gives them has failed: each round begins to listen anew where that has happened. */
  #listen(): void {
    const { resolver, cluster, policy } = this.#options
    const hints = this.#listening === undefined ? hintsOf([resolver]) : undefined
    if (hints === undefined) return
    const signal = allowManyListeners(this.#over.signal)
    const hint = (): void => {
      // Those that follow are answered by the same round.
      if (this.#isHinted) return
      this.#isHinted = true
      this.#wake?.abort(stopped)
    }
    const listening = hints(cluster, { signal, clock: policy.clock, hint })
    this.#listening = listening.finally(() => {
      this.#listening = undefined
    })
  }

  /** Whoever gives hints and does not stop is left behind. */
  async #stopListening(): Promise<void> {
    const done = new AbortController()
    await Promise.race([this.#listening, lateness([this.#over.signal], GRACE, this.#options.policy.clock, done.signal)])
    done.abort(stopped)
  }
}

function throwIfDisposed({ attempts }: Round, { name }: Resolver): void {
  const code = 'ERR_RESOLVER_DISPOSED'
  const isDisposed = attempts.some(({ backend, error }) => backend === name && error?.code === code)
  if (isDisposed) throw new DiscoveryError(code, `the resolver ${name} was disposed while it was watched`)
}

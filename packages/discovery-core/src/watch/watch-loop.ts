import type { ClusterName } from '../model/cluster-name.js'
import type { ResolveEvent } from '../model/events.js'
import { changesOf } from '../query/changes-stream.js'
import { GRACE } from '../query/query-run.js'
import type { SendQuery } from '../query/relay.js'
import type { Resolver } from '../query/resolver.js'
import type { ResultType } from '../report/outcome-tally.js'
import { type LastGood, retainLastGood } from '../retain/last-good.js'
import { type Poll, SharedPoll } from '../retain/poll.js'
import { allowManyListeners, stopped } from '../runtime/cancellation.js'
import { lateness } from '../runtime/clock.js'
import { DiscoveryError } from '../runtime/discovery-error.js'
import { RefreshSchedule } from './refresh-schedule.js'
import type { WatchPolicy } from './watch-options.js'

/** Time, in milliseconds, in which hints are gathered before one poll answers them all. */
const SETTLING = 100
/** Milliseconds between two polls that hints ask for. */
const HINT_INTERVAL = 1_000

export interface WatchLoopOptions {
  readonly resolver: Resolver
  readonly cluster: ClusterName | undefined
  readonly resultType: ResultType
  readonly sendQuery: SendQuery<ResolveEvent>
  readonly policy: WatchPolicy
  onEvent(event: ResolveEvent): void
  /** Called after each poll. */
  onPoll(known: LastGood): void
}

/** Asks again and again, and keeps what is good: until it is stopped, or the resolver is disposed of. */
export class WatchLoop {
  readonly #options: WatchLoopOptions
  readonly #pace: RefreshSchedule
  readonly #over = new AbortController()
  #poll: SharedPoll<ResolveEvent> | undefined
  #known: LastGood | undefined
  /** Cuts the wait for the next poll short. */
  #wake: AbortController | undefined
  /** Hints are being waited for, until this resolves. */
  #listening: Promise<void> | undefined
  #isHinted = false
  #lastPollAt = Number.NEGATIVE_INFINITY
  /** Those who wait for a poll that begins from now on. */
  #waiting: (() => void)[] = []

  constructor(options: WatchLoopOptions) {
    this.#options = options
    this.#pace = new RefreshSchedule(options.policy)
  }

  /** Resolves when it was stopped. */
  async run(): Promise<void> {
    const { clock, keep } = this.#options.policy
    while (!this.#over.signal.aborted) {
      this.#listen()
      const waiting = this.#waiting.splice(0)
      const poll = await this.#sendQuery()
      if (poll === undefined) break
      throwIfDisposed(poll, this.#options.resolver)
      this.#known = retainLastGood(this.#known?.retained ?? [], poll, keep)
      this.#options.onPoll(this.#known)
      for (const resolve of waiting) resolve()
      await this.#pause(this.#pace.after(this.#known, this.#lastPollAt, clock.now()))
    }
    this.stop()
    await this.#stopListening()
  }

  /** Asks at once, or again when a query is under way; resolves when that is answered, or the loop has stopped. */
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
    this.#poll?.cancel()
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  async #sendQuery(): Promise<Poll | undefined> {
    const { resolver, sendQuery, resultType, policy, onEvent } = this.#options
    const { clock, timeout } = policy
    this.#lastPollAt = clock.now()
    this.#isHinted = false
    this.#poll = new SharedPoll({ resolver, sendQuery, resultType, clock, timeout, background: true, onEnd: () => {} })
    this.#poll.join(onEvent)
    return this.#poll.done
  }

  async #pause(ms: number): Promise<void> {
    const { clock } = this.#options.policy
    if (!this.#isHinted) await this.#sleep(ms)
    if (!this.#isHinted || this.#waiting.length > 0) return
    await this.#sleep(Math.max(SETTLING, this.#lastPollAt + HINT_INTERVAL - clock.now()))
  }

  /** Sleeps until the next poll is wanted at once. */
  async #sleep(ms: number): Promise<void> {
    if (this.#over.signal.aborted || this.#waiting.length > 0) return
    const wake = new AbortController()
    this.#wake = wake
    await this.#options.policy.clock.sleep(ms, wake.signal).catch(() => {})
    this.#wake = undefined
  }

  /** Hints may end, because what gives them has failed: each poll begins to listen anew where that has happened. */
  #listen(): void {
    const { resolver, cluster, policy } = this.#options
    const hints = this.#listening === undefined ? changesOf([resolver]) : undefined
    if (hints === undefined) return
    const signal = allowManyListeners(this.#over.signal)
    const hint = (): void => {
      // Those that follow are answered by the same poll.
      if (this.#isHinted) return
      this.#isHinted = true
      this.#wake?.abort(stopped)
    }
    const listening = hints(cluster, { signal, clock: policy.clock, hint })
    this.#listening = listening.finally(() => {
      this.#listening = undefined
    })
  }

  /** A source of hints that does not stop is left behind. */
  async #stopListening(): Promise<void> {
    const done = new AbortController()
    await Promise.race([this.#listening, lateness([this.#over.signal], GRACE, this.#options.policy.clock, done.signal)])
    done.abort(stopped)
  }
}

function throwIfDisposed({ attempts }: Poll, { name }: Resolver): void {
  const code = 'ERR_RESOLVER_DISPOSED'
  const isDisposed = attempts.some(({ backend, error }) => backend === name && error?.code === code)
  if (isDisposed) throw new DiscoveryError(code, `the resolver ${name} was disposed while it was watched`)
}

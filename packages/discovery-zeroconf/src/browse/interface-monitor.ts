import type { Clock, ClusterName, Random, Withdrawal } from '@pstorage/discovery-core'
import { isFromLink, type MulticastInterface, type Sender, withoutZone } from '../link/multicast-interface.js'
import type { MulticastLink, MulticastMedium } from '../link/multicast-link.js'
import { WakeTimer } from '../link/wake-timer.js'
import { LinkReceiver } from '../records/link-receiver.js'
import type { ZeroconfLimits } from './browse-limits.js'
import { ContinuousBrowser } from './continuous-browser.js'
import { type Subscription, subscriptionKey } from './subscription.js'

/** Settings that all monitored interfaces share. */
export interface MonitorSettings {
  readonly medium: MulticastMedium
  readonly port: number
  readonly limits: ZeroconfLimits
  readonly random: Random
  readonly clock: Clock
}

/** An interface that is received from all the time. */
export interface MonitoredInterface {
  readonly receiver: LinkReceiver
  readonly link: MulticastLink
  /** True when the process was busy, so that datagrams may be waiting in the socket. */
  readonly isLate: boolean
  /** Keeps it open and calls `failed` when it breaks; returns a function that releases it. */
  hold(failed: (error: Error) => void): () => void
  /** Returns the continuous query for a cluster, or for all (`undefined`), if there is a subscription to just that. */
  continuousQuery(cluster: ClusterName | undefined): ContinuousQuery | undefined
}

/** A continuous query of an interface, which has sent all questions already. */
export interface ContinuousQuery {
  /** The time at which all answers had time to arrive, in milliseconds of the clock; later after a restart. */
  readonly completeAt: number
  readonly reported: ReportedResults
}

/** Receives from one interface all the time, and keeps its records. */
export class InterfaceMonitor {
  readonly #networkInterface: MulticastInterface
  readonly #settings: MonitorSettings
  readonly #closing = new AbortController()
  readonly #timer: WakeTimer
  readonly #receiver: LinkReceiver
  readonly #browser: ContinuousBrowser
  readonly #subscriptions = new Set<Subscription>()
  readonly #holders = new Map<object, (error: Error) => void>()
  readonly #stopObserving: () => void
  readonly #closed: Promise<void>
  /** By the key of a cluster, or '' for the names of all. */
  readonly #reported = new Map<string, ReportedResults>()
  /** Resolves when the interface is open; rejects when it cannot be opened. */
  readonly opening: Promise<MulticastLink>
  #link: MulticastLink | undefined
  #hasSent = false
  /** The last time without room for a record, as of the last check. */
  #fullAt = Number.NEGATIVE_INFINITY

  constructor(networkInterface: MulticastInterface, settings: MonitorSettings) {
    const { port, limits, random, clock } = settings
    this.#networkInterface = networkInterface
    this.#settings = settings
    this.#timer = new WakeTimer(clock, this.#closing.signal)
    this.#receiver = new LinkReceiver({ networkInterface, port, limits })
    const wake = (at: number): void => this.#timer.wake(at)
    this.#browser = new ContinuousBrowser({ receiver: this.#receiver, questions: limits.questions, random, wake })
    this.#stopObserving = this.#receiver.observe(this.#browser)
    this.opening = this.#open()
    this.#closed = this.#listen()
  }

  /** True when the interface broke, could not be opened, or has no subscription left. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /** The interface for queries, once it is open. */
  get shared(): MonitoredInterface | undefined {
    const link = this.#link
    if (link === undefined || this.isClosed) return undefined
    return {
      link,
      receiver: this.#receiver,
      isLate: this.#timer.lateness > 0,
      hold: (failed) => this.#hold(failed),
      continuousQuery: (cluster) => this.#continuousQuery(cluster),
    }
  }

  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription)
    this.#browser.add(subscription, this.#settings.clock.now())
  }

  /** Closes the interface once no query needs it. */
  async remove(subscription: Subscription): Promise<void> {
    const { cluster } = subscription
    this.#subscriptions.delete(subscription)
    this.#browser.remove(subscription, this.#settings.clock.now())
    // Later subscribers have no earlier results.
    if (!this.#browser.isSubscribed(cluster)) this.#reported.delete(subscriptionKey(cluster))
    await this.#endUnlessNeeded()
  }

  /** Closes the interface at once. */
  async close(error: Error): Promise<void> {
    this.#fail(error)
    await this.#closed
  }

  #continuousQuery(cluster: ClusterName | undefined): ContinuousQuery | undefined {
    // Without the shared port, unsolicited responses do not arrive.
    if (this.#link?.refusal !== undefined) return undefined
    // Questions were missed, and not restarted yet.
    if (this.#timer.lateness > LONGEST_PAUSE) this.#browser.restart(this.#settings.clock.now())
    const completeAt = this.#browser.completeAt(cluster)
    const { fullAt } = this.#receiver
    // An evicted record was not withdrawn, and has to be queried again.
    if (fullAt > this.#fullAt) this.#reported.clear()
    this.#fullAt = fullAt
    const isPartial = this.#settings.clock.now() < fullAt + RECOVERY_TIME
    if (completeAt === undefined || isPartial) return undefined
    const reported = this.#reported.get(subscriptionKey(cluster)) ?? new ReportedResults(this.#settings.limits.results)
    this.#reported.set(subscriptionKey(cluster), reported)
    const browser = this.#browser
    return {
      get completeAt() {
        return browser.completeAt(cluster) ?? completeAt
      },
      reported,
    }
  }

  #hold(failed: (error: Error) => void): () => void {
    const holder = {}
    this.#holders.set(holder, failed)
    return () => {
      this.#holders.delete(holder)
      void this.#endUnlessNeeded()
    }
  }

  async #endUnlessNeeded(): Promise<void> {
    if (this.#subscriptions.size > 0 || this.#holders.size > 0) return
    this.#closing.abort()
    await this.#closed
  }

  #fail(error: Error): void {
    if (this.isClosed) return
    this.#closing.abort()
    for (const failed of this.#holders.values()) failed(error)
    this.#browser.forget()
  }

  async #listen(): Promise<void> {
    try {
      this.#link = await this.opening
      while (!this.isClosed) {
        for (const message of this.#browser.takeQueries(this.#settings.clock.now())) {
          this.#link.send(message, (error) => this.#sent(error))
        }
        const late = await this.#timer.waitUntil(this.#browser.nextAt)
        if (late > LONGEST_PAUSE) this.#browser.restart(this.#settings.clock.now())
        // Datagrams that have arrived count before records expire.
        if (late > 0) await this.#link.receivePending()
      }
    } catch (error) {
      this.#failWith(error)
    } finally {
      this.#stopObserving()
      this.#link?.close()
    }
  }

  #open(): Promise<MulticastLink> {
    const { medium, port, clock } = this.#settings
    return medium.open(this.#networkInterface, {
      port,
      signal: this.#closing.signal,
      fallback: true,
      onMessage: (bytes, sender) => {
        // Thrown into a socket's event, an exception would end the process.
        try {
          this.#receive(bytes, sender, clock.now())
        } catch (error) {
          for (const subscription of this.#subscriptions) subscription.onFailure(error)
          this.#failWith(error)
        }
      },
      onError: (error) => this.#fail(error),
    })
  }

  #receive(bytes: Uint8Array, sender: Sender, now: number): void {
    this.#receiver.receive(bytes, sender, now)
    const isOwn = this.#networkInterface.subnets.some(({ address }) => address === withoutZone(sender.address))
    const isTooLong = bytes.length > this.#settings.limits.packetBytes
    if (!isOwn && !isTooLong && isFromLink(this.#networkInterface, sender)) this.#browser.observe(bytes, now)
  }

  #sent(error: Error | null): void {
    if (error === null) this.#hasSent = true
    else if (!this.#hasSent) this.#fail(error)
  }

  #failWith(error: unknown): void {
    this.#fail(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Milliseconds after a flood before the cache counts as complete. */
const RECOVERY_TIME = 10_000
/** Milliseconds that the process may be busy before due questions count as missed. */
const LONGEST_PAUSE = 1_000

/** Results that were reported from one continuous query. */
class ReportedResults {
  readonly #limit: number
  readonly #reported = new Map<string, Withdrawal>()

  /** `limit` is the number of results kept: the least recent are forgotten. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Adds the present results, and returns the earlier ones that are gone. */
  withdrawn(now: readonly Withdrawal[]): readonly Withdrawal[] {
    const present = new Map(now.map((one) => [withdrawalKey(one), one]))
    for (const [key, one] of present) {
      this.#reported.delete(key)
      this.#reported.set(key, one)
    }
    for (const key of this.#reported.keys()) {
      if (this.#reported.size <= this.#limit) break
      this.#reported.delete(key)
    }
    return [...this.#reported].flatMap(([key, one]) => (present.has(key) ? [] : one))
  }
}

function withdrawalKey({ what, origin }: Withdrawal): string {
  return JSON.stringify([what.toLowerCase(), origin])
}

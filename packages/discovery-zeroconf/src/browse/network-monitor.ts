import type { ClusterName } from '@pstorage/discovery-core'
import { chooseInterfaces } from '../link/choose-interfaces.js'
import { interfaceKey, type MulticastInterface } from '../link/multicast-interface.js'
import { InterfaceMonitor, type MonitoredInterface, type MonitorSettings } from './interface-monitor.js'
import type { Subscription } from './subscription.js'

/** Options of a {@link NetworkMonitor}. */
interface NetworkMonitorSettings extends MonitorSettings {
  /** The interfaces to listen on; default: all that can multicast. */
  readonly interfaces: readonly string[] | undefined
}

/**
 * Listens on the interfaces for as long as there are subscriptions, and follows them as they come, go and change.
 *
 * An interface that has changed is closed with all its records, and reopened.
 *
 * @see RFC 6762 section 10.3
 */
export class NetworkMonitor {
  readonly #settings: NetworkMonitorSettings
  readonly #subscriptions = new Set<Subscription>()
  readonly #monitors = new Map<string, InterfaceMonitor>()
  #polling: Polling | undefined

  constructor(settings: NetworkMonitorSettings) {
    this.#settings = settings
  }

  /** Returns the interface as it is monitored, if it is; waits while it is being opened. */
  async monitored(networkInterface: MulticastInterface, signal: AbortSignal): Promise<MonitoredInterface | undefined> {
    await settled(this.#polling?.firstPoll, signal)
    const monitor = this.#monitors.get(interfaceKey(networkInterface))
    await settled(monitor?.opening, signal)
    return monitor?.shared
  }

  /**
   * Calls `hint` for every change of a cluster, or of the names of all (`undefined`), until the signal aborts; resolves when
   * what was open for this alone is closed.
   *
   * @throws the internal error that ended it.
   */
  async watch(cluster: ClusterName | undefined, signal: AbortSignal, hint: () => void): Promise<void> {
    if (signal.aborted) return
    let subscription: Subscription | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => resolve(), { once: true })
        subscription = { cluster, onChange: hint, onFailure: reject }
        this.#add(subscription)
      })
    } finally {
      if (subscription !== undefined) await this.#remove(subscription)
    }
  }

  #add(subscription: Subscription): void {
    this.#subscriptions.add(subscription)
    for (const monitor of this.#monitors.values()) monitor.add(subscription)
    if (this.#polling !== undefined) return
    const abort = new AbortController()
    const firstPoll = this.#poll(abort.signal)
    this.#polling = { abort, firstPoll, finished: this.#keepPolling(firstPoll, abort.signal) }
  }

  /** Resolves when the interfaces that only this subscription needed are closed. */
  async #remove(subscription: Subscription): Promise<void> {
    this.#subscriptions.delete(subscription)
    const monitors = [...this.#monitors.values()]
    if (this.#subscriptions.size > 0) {
      await Promise.all(monitors.map((monitor) => monitor.remove(subscription)))
      return
    }
    const polling = this.#polling
    this.#polling = undefined
    polling?.abort.abort()
    this.#monitors.clear()
    await Promise.all([polling?.finished, ...monitors.map((monitor) => monitor.remove(subscription))])
  }

  async #keepPolling(firstPoll: Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock, medium } = this.#settings
    const timeSlept = (): number => (medium.timeOfDay?.() ?? clock.now()) - clock.now()
    let sleptBefore = timeSlept()
    try {
      await firstPoll
      while (!signal.aborted) {
        await clock.sleep(POLL_INTERVAL, signal)
        const slept = timeSlept() - sleptBefore
        sleptBefore += slept
        // Responses were missed meanwhile.
        if (slept > LONGEST_SLEEP) await this.#closeAll(new Error('the host was asleep'))
        await this.#poll(signal)
      }
    } catch (error) {
      if (!signal.aborted) for (const subscription of this.#subscriptions) subscription.onFailure(error)
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const host = await this.#settings.medium.interfaces()
    if (!signal.aborted) await this.#update(chooseInterfaces(host, this.#settings.interfaces).usable, signal)
  }

  async #closeAll(error: Error): Promise<void> {
    await Promise.all([...this.#monitors.values()].map((monitor) => monitor.close(error)))
  }

  async #update(usable: readonly MulticastInterface[], signal: AbortSignal): Promise<void> {
    const present = new Map(usable.map((networkInterface) => [interfaceKey(networkInterface), networkInterface]))
    for (const [key, monitor] of this.#monitors) {
      if (present.has(key) && !monitor.isClosed) continue
      this.#monitors.delete(key)
      await monitor.close(new Error('the interface has changed'))
    }
    if (signal.aborted) return
    for (const [key, networkInterface] of present) {
      if (this.#monitors.has(key)) continue
      const monitor = new InterfaceMonitor(networkInterface, this.#settings)
      this.#monitors.set(key, monitor)
      for (const subscription of this.#subscriptions) monitor.add(subscription)
    }
  }
}

interface Polling {
  readonly abort: AbortController
  readonly firstPoll: Promise<void>
  readonly finished: Promise<void>
}

/** Milliseconds by which the time of day may run ahead before all records are forgotten. */
const LONGEST_SLEEP = 5_000
/** Milliseconds between two reads of the interfaces; changes are noticed within five seconds. */
const POLL_INTERVAL = 2_000

/** Resolves when the promise has settled or the signal aborts. */
async function settled(promise: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  // A signal of its own: Node.js warns of more than ten listeners.
  const abort = AbortSignal.any([signal])
  if (promise === undefined || abort.aborted) return
  await new Promise<void>((resolve) => {
    abort.addEventListener('abort', () => resolve(), { once: true })
    promise.then(
      () => resolve(),
      () => resolve(),
    )
  })
}

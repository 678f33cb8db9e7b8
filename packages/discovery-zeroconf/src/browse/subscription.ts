import { type ClusterName, clusterNameKey } from '@pstorage/discovery-core'
import { nameKey } from '@pstorage/dns-message'
import { clusterOf, type Instance } from '../records/service-directory.js'

/** A subscription to the changes of a cluster, or of the names of all. */
export interface Subscription {
  /** The cluster; `undefined` for the names of all. */
  readonly cluster: ClusterName | undefined
  onChange(): void
  /** Called when an internal error ends it. */
  onFailure(fault: unknown): void
}

/** The instances of one interface that a {@link Subscription} knows, so that only relevant changes notify it. */
export class SubscriptionState {
  readonly subscription: Subscription
  readonly #wanted: string | undefined
  /** By the key of an instance, its relevant content. */
  readonly #known = new Map<string, string>()

  constructor(subscription: Subscription) {
    this.subscription = subscription
    this.#wanted = subscription.cluster && clusterNameKey(subscription.cluster)
  }

  get isEmpty(): boolean {
    return this.#known.size === 0
  }

  has(key: string): boolean {
    return this.#known.has(key)
  }

  /** Tells whether the endpoints of an instance are relevant. */
  isWanted(instance: Instance): boolean {
    return this.#wanted !== undefined && this.#wanted === clusterKeyOf(instance)
  }

  /** Records an instance, or that it is gone; returns true when that is a relevant change. */
  update(key: string, instance: Instance | undefined): boolean {
    const before = this.#known.get(key)
    const now = instance && this.#essence(instance)
    if (now === before) return false
    if (now === undefined) this.#known.delete(key)
    else this.#known.set(key, now)
    return true
  }

  #essence(instance: Instance): string | undefined {
    if (this.#wanted === undefined) return clusterKeyOf(instance)
    if (!this.isWanted(instance)) return undefined
    const listening = instance.services.map(({ service, addresses }) => {
      const { priority, weight, port, target } = service.record
      return [priority, weight, port, nameKey(target), ...addresses.map(({ record }) => record.address).sort()]
    })
    return JSON.stringify(listening.map((one) => JSON.stringify(one)).sort())
  }
}

function clusterKeyOf(instance: Instance): string | undefined {
  const { name } = clusterOf(instance)
  return name && clusterNameKey(name)
}

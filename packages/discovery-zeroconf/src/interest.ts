import { type ClusterName, clusterNameKey } from '@pstorage/discovery-core'
import { nameKey } from '@pstorage/dns-message'
import { instanceCluster } from './instance-cluster.js'
import type { Instance } from './service-directory.js'

/** What somebody wants to hear about as it changes. */
export interface Interest {
  /** The cluster; `undefined` for the names of all. */
  readonly cluster: ClusterName | undefined
  /** Called when something of it changed. */
  changed(): void
  /** Called when nothing more can be told, because of a fault in here. */
  failed(fault: unknown): void
}

/** What an {@link Interest} knows of one interface, so that it is told of changes and of nothing else. */
export class InterestView {
  readonly interest: Interest
  readonly #wanted: string | undefined
  /** By the key of an instance, all that matters about it. */
  readonly #known = new Map<string, string>()

  constructor(interest: Interest) {
    this.interest = interest
    this.#wanted = interest.cluster && clusterNameKey(interest.cluster)
  }

  /** Whether anything is known that matters. */
  get isEmpty(): boolean {
    return this.#known.size === 0
  }

  /** Whether an instance matters. */
  has(key: string): boolean {
    return this.#known.has(key)
  }

  /** Whether it matters where an instance listens. */
  isWanted(instance: Instance): boolean {
    return this.#wanted !== undefined && this.#wanted === clusterKeyOf(instance)
  }

  /** Takes note of an instance, or that it is gone; says whether that changes anything that matters. */
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
    const places = instance.services.map(({ service, addresses }) => {
      const { priority, weight, port, target } = service.record
      return [priority, weight, port, nameKey(target), ...addresses.map(({ record }) => record.address).sort()]
    })
    return JSON.stringify(places.map((place) => JSON.stringify(place)).sort())
  }
}

function clusterKeyOf({ label, text }: Instance): string | undefined {
  const { name } = instanceCluster(label, text?.record ?? { cluster: null })
  return name && clusterNameKey(name)
}

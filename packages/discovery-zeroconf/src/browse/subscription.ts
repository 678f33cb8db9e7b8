import { type ClusterName, clusterNameKey } from '@pstorage/discovery-core'
import { nameKey } from '@pstorage/dns-message'
import { clusterKey } from '../records/instance-cluster.js'
import type { Instance } from '../records/service-directory.js'
import { ALL_INSTANCES, type BrowseQuestions, instancesOf } from './browse-questions.js'

/** A subscription to the changes of a cluster, or of the names of all. */
export interface Subscription {
  /** The cluster; `undefined` for the names of all. */
  readonly cluster: ClusterName | undefined
  onChange(): void
  /** Called when an internal error ends it. */
  onFailure(fault: unknown): void
}

/** Returns the key of the cluster of a subscription; '' for the names of all. */
export function subscriptionKey(cluster: ClusterName | undefined): string {
  return cluster === undefined ? '' : clusterNameKey(cluster)
}

/** The subscriptions to one cluster, or to the names of all, with what they know. */
export class SubscribedCluster {
  readonly questions: BrowseQuestions
  readonly subscriptions: Set<Subscription> = new Set()
  /** The time of the first question for its list, or of its restart. */
  startedAt: number
  /** The time at which the second list is requested; `Infinity` once it is, or without one. */
  secondAt: number = Number.POSITIVE_INFINITY
  /** By the key of an instance, its relevant content. */
  readonly #known = new Map<string, string>()

  constructor(cluster: ClusterName | undefined, startedAt: number) {
    this.questions = cluster === undefined ? ALL_INSTANCES : instancesOf(cluster)
    this.startedAt = startedAt
  }

  get isEmpty(): boolean {
    return this.#known.size === 0
  }

  has(key: string): boolean {
    return this.#known.has(key)
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

  notify(): void {
    for (const subscription of this.subscriptions) subscription.onChange()
  }

  #essence(instance: Instance): string | undefined {
    const cluster = clusterKey(instance)
    if (this.questions.cluster === undefined) return cluster
    if (this.questions.cluster !== cluster) return undefined
    const listening = instance.services.map(({ service, addresses }) => {
      const { priority, weight, port, target } = service.record
      return [priority, weight, port, nameKey(target), ...addresses.map(({ record }) => record.address).sort()]
    })
    return JSON.stringify(listening.map((one) => JSON.stringify(one)).sort())
  }
}

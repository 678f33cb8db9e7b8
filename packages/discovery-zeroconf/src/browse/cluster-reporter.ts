import { clusterNameKey, type DiscoverEvent } from '@pstorage/discovery-core'
import { clusterOf } from '../records/instance-cluster.js'
import type { MulticastQuestion } from '../records/multicast-question.js'
import type { Instance } from '../records/service-directory.js'
import { missingText } from './browse-questions.js'
import {
  type InstanceReporter,
  multicastSource,
  originOf,
  type ReporterContext,
  type ZeroconfWarningCode,
} from './instance-reporter.js'

/** Options of a {@link ClusterReporter}. */
interface ClusterReporterOptions {
  readonly context: ReporterContext
  readonly emit: (event: DiscoverEvent) => void
}

/** Reports the clusters of the instances on one interface. Their endpoints do not matter here. */
export class ClusterReporter implements InstanceReporter {
  readonly #options: ClusterReporterOptions
  readonly #reported = new Set<string>()
  readonly #clusters = new Set<string>()

  constructor(options: ClusterReporterOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#clusters.size
  }

  get isKnown(): boolean {
    return this.#clusters.size > 0
  }

  isWanted(): boolean {
    return true
  }

  missing(instance: Instance): readonly MulticastQuestion[] {
    return missingText(instance)
  }

  report(instance: Instance): void {
    if (instance.text !== undefined) this.#reportCluster(instance)
  }

  reportIncomplete(instance: Instance): void {
    this.#reportCluster(instance)
  }

  #reportCluster(instance: Instance): void {
    const { label, key, listing, text } = instance
    const { context, emit } = this.#options
    if (this.#reported.has(key)) return
    if (this.#reported.size >= context.results) {
      context.limitReached()
      return
    }
    this.#reported.add(key)
    const { name, fault } = clusterOf(instance)
    if (name === undefined) {
      const message = `${originOf(label, context.interface)} from ${listing.sender} is left out: ${fault}`
      emit({ type: 'warning', code: 'mdns-name-invalid' satisfies ZeroconfWarningCode, message })
      return
    }
    this.#clusters.add(clusterNameKey(name))
    emit({ type: 'cluster', name, source: multicastSource(label, context.interface, [listing, text]) })
  }
}

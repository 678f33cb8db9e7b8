import { clusterNameKey, type DiscoverEvent } from '@pstorage/discovery-core'
import type { BrowseReport, ReportPlace } from './browse-report.js'
import { instanceCluster } from './instance-cluster.js'
import { missingText } from './missing-records.js'
import type { MulticastQuestion } from './multicast-question.js'
import { multicastSource, originOf } from './multicast-source.js'
import type { Instance } from './service-directory.js'
import type { ZeroconfWarningCode } from './zeroconf-warning.js'

/** What a {@link DiscoverReport} needs. */
export interface DiscoverReportOptions {
  readonly place: ReportPlace
  readonly emit: (event: DiscoverEvent) => void
}

/** Reports the clusters that the instances of one interface belong to. Where they listen does not matter here. */
export class DiscoverReport implements BrowseReport {
  readonly #options: DiscoverReportOptions
  /** The instances that were reported. */
  readonly #told = new Set<string>()
  readonly #clusters = new Set<string>()

  constructor(options: DiscoverReportOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#clusters.size
  }

  get isClaimed(): boolean {
    return this.#clusters.size > 0
  }

  isWanted(): boolean {
    return true
  }

  missing(instance: Instance): readonly MulticastQuestion[] {
    return missingText(instance)
  }

  tell(instance: Instance): void {
    if (instance.text !== undefined) this.#tellCluster(instance)
  }

  giveUp(instance: Instance): void {
    this.#tellCluster(instance)
  }

  #tellCluster({ label, key, claim, text }: Instance): void {
    const { place, emit } = this.#options
    if (this.#told.has(key)) return
    if (this.#told.size >= place.results) {
      place.limitReached()
      return
    }
    this.#told.add(key)
    // What has no TXT record is to be taken as if it had an empty one (RFC 6763 section 6.1).
    const { name, fault } = instanceCluster(label, text?.record ?? { cluster: null })
    if (name === undefined) {
      const message = `${originOf(label, place.interface)} from ${claim.sender} is left out: ${fault}`
      emit({ type: 'warning', code: 'mdns-name-invalid' satisfies ZeroconfWarningCode, message })
      return
    }
    this.#clusters.add(clusterNameKey(name))
    const chain = text === undefined ? ([claim] as const) : ([claim, text] as const)
    emit({ type: 'cluster', name, source: multicastSource(label, place.interface, chain) })
  }
}

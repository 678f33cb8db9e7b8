import { clusterNameFault, type Warning } from '@pstorage/discovery-core'
import {
  equalNames,
  isSubdomainOf,
  type Name,
  nameToText,
  RecordClass,
  type ResourceRecord,
} from '@pstorage/dns-message'
import { NameTable, type TabledName } from './name-table.js'
import { secondsOf } from './time-to-live.js'
import { WarningList } from './warning-list.js'

/** Where the names are. */
export interface TransferPlace {
  /** The zone that is transferred. */
  readonly apex: Name
  /** The labels in front of the cluster name. */
  readonly service: Name
  /** The search domain, in the zone: its apex or below. */
  readonly domain: Name
}

/** Collects cluster names from the owners of SRV records: `<service>.<one label>.<domain>`, nothing above or below. */
export class TransferNames {
  readonly #place: TransferPlace
  readonly #names = new NameTable()
  readonly #warnings: WarningList
  #foreign = 0

  constructor(place: TransferPlace) {
    this.#place = place
    this.#warnings = new WarningList(nameToText(place.apex))
  }

  /** Each name once, with its first spelling and the least TTL in seconds. */
  get names(): Iterable<TabledName> {
    return this.#names
  }

  /** How many names there are. */
  get count(): number {
    return this.#names.size
  }

  get warnings(): readonly Warning[] {
    return this.#warnings.warnings
  }

  /** How many SRV records were outside of the zone, where they mean nothing (RFC 5936 section 3). */
  get foreign(): number {
    return this.#foreign
  }

  add(record: ResourceRecord): void {
    const { name: owner, class: recordClass, data } = record
    if (data.kind !== 'SRV' || recordClass !== RecordClass.IN) return
    const label = this.#clusterLabel(owner)
    if (label === undefined) this.#passOver(owner)
    else if (clusterNameFault(label) === undefined) this.#names.take(label, secondsOf(record.ttl))
    else if (label === '*') this.#warnOfWildcard(owner)
    else this.#warnOfName(owner, label)
  }

  #clusterLabel(owner: Name): string | undefined {
    const { service, domain } = this.#place
    const before = service.length
    if (owner.length !== before + 1 + domain.length || !isSubdomainOf(owner, domain)) return undefined
    return equalNames(owner.slice(0, before), service) ? owner[before] : undefined
  }

  #passOver(owner: Name): void {
    const { apex, domain } = this.#place
    if (!isSubdomainOf(owner, apex)) this.#foreign += 1
    else if (owner[0] === '*' && isSubdomainOf(owner, domain)) this.#warnOfWildcard(owner)
  }

  #warnOfWildcard(owner: Name): void {
    this.#warnings.add('axfr-wildcard', `${nameToText(owner)} is a wildcard and names no cluster`)
  }

  #warnOfName(owner: Name, label: string): void {
    this.#warnings.add('axfr-name-invalid', `${nameToText(owner)} names no cluster: ${clusterNameFault(label)}`)
  }
}

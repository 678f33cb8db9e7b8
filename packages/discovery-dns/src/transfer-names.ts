import {
  type ClusterName,
  clusterNameFault,
  clusterNameKey,
  parseClusterName,
  type Warning,
} from '@pstorage/discovery-core'
import { equalNames, labelToText, type Name, nameToText, RecordClass, type ResourceRecord } from '@pstorage/dns-message'

/** How many faulty names of a zone are worth a warning each. */
const MAX_WARNINGS = 100

/** Collects cluster names from the owners of SRV records: `<service>.<one label>.<domain>`, nothing above or below. */
export class TransferNames {
  readonly #service: Name
  readonly #domain: Name
  readonly #names = new Map<string, { readonly name: ClusterName; ttl: number }>()
  readonly #warnings = new Map<string, Warning>()

  constructor(service: Name, domain: Name) {
    this.#service = service
    this.#domain = domain
  }

  /** Each name once, with its first spelling and the least TTL in seconds. */
  get names(): readonly { readonly name: ClusterName; readonly ttl: number }[] {
    return [...this.#names.values()]
  }

  get warnings(): readonly Warning[] {
    return [...this.#warnings.values()]
  }

  add({ name: owner, class: recordClass, data, ttl }: ResourceRecord): void {
    if (data.kind !== 'SRV' || recordClass !== RecordClass.IN) return
    const label = this.#clusterLabel(owner)
    if (label === undefined) return
    if (clusterNameFault(label) !== undefined) {
      this.#warn(owner, label)
      return
    }
    const name = parseClusterName(label)
    const known = this.#names.get(clusterNameKey(name))
    if (known === undefined) this.#names.set(clusterNameKey(name), { name, ttl })
    else known.ttl = Math.min(known.ttl, ttl)
  }

  #clusterLabel(owner: Name): string | undefined {
    const before = this.#service.length
    if (owner.length !== before + 1 + this.#domain.length) return undefined
    const isOurs =
      equalNames(owner.slice(0, before), this.#service) && equalNames(owner.slice(before + 1), this.#domain)
    return isOurs ? owner[before] : undefined
  }

  #warn(owner: Name, label: string): void {
    if (this.#warnings.size >= MAX_WARNINGS) return
    const text = nameToText(owner)
    const warning =
      label === '*'
        ? { code: 'axfr-wildcard', message: `${text}: a wildcard names no cluster` }
        : {
            code: 'axfr-name-invalid',
            message: `${text}: ${labelToText(label)} is not a cluster name: ${clusterNameFault(label)}`,
          }
    this.#warnings.set(text, warning)
  }
}

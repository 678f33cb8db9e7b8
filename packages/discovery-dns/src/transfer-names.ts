import { clusterNameFault, type Warning } from '@pstorage/discovery-core'
import {
  isSubdomainOf,
  type MessageScan,
  type Name,
  nameToText,
  nameToWire,
  RecordClass,
  RecordType,
} from '@pstorage/dns-message'
import { CollectedNames } from './collected-names.js'
import type { NameRun } from './name-run.js'
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
  readonly #service: Uint8Array
  readonly #domain: Uint8Array
  readonly #names = new CollectedNames()
  readonly #warnings: WarningList
  #foreign = 0
  /** The last message in which a pointer led to the domain, and that pointer: nearly all names of a message end with it. */
  #message: MessageScan | undefined
  #pointer = 0

  constructor(place: TransferPlace) {
    this.#place = place
    this.#service = lowerCaseWire(place.service).subarray(0, -1)
    this.#domain = lowerCaseWire(place.domain)
    this.#warnings = new WarningList(nameToText(place.apex))
  }

  /** Each name once. */
  get names(): Iterable<NameRun> {
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

  /** Takes the record of a number in a message. */
  add(message: MessageScan, index: number): void {
    if (message.type(index) !== RecordType.SRV || message.class(index) !== RecordClass.IN) return
    const at = this.#clusterLabelAt(message, index)
    if (at === undefined) this.#passOver(message.owner(index))
    else this.#takeLabel(message, index, at)
  }

  #takeLabel(message: MessageScan, index: number, at: number): void {
    const { bytes } = message
    const start = at + 1
    const end = start + (bytes[at] as number) // which a label has in front
    if (this.#names.take(bytes, start, end, secondsOf(message.ttl(index)))) return
    const label = bytes.toString('latin1', start, end)
    if (label === '*') this.#warnOfWildcard(message.owner(index))
    else this.#warnOfName(message.owner(index), label)
  }

  /** Where the label is that may be a cluster name, with its length in front. */
  #clusterLabelAt(message: MessageScan, index: number): number | undefined {
    const front = message.passLabels(message.ownerOffset(index), this.#service)
    if (front === -1) return undefined
    const label = message.labelAt(front)
    const size = message.bytes[label] as number // of a name that was scanned
    // The root is no label, and nothing is behind it.
    return size === 0 || !this.#isDomain(message, label + 1 + size) ? undefined : label
  }

  /** Whether what is left of a name at `at` is the domain. */
  #isDomain(message: MessageScan, at: number): boolean {
    const { bytes } = message
    const pointer = ((bytes[at] as number) << 8) | (bytes[at + 1] as number) // there are fields after the name
    if (pointer === this.#pointer && message === this.#message) return true
    if (message.passLabels(at, this.#domain) === -1) return false
    if (pointer >= 0xc000) {
      this.#message = message
      this.#pointer = pointer
    }
    return true
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

function lowerCaseWire(name: Name): Uint8Array {
  return nameToWire(name.map((label) => label.replace(/[A-Z]/g, (letter) => letter.toLowerCase())))
}

import { clusterNameFault, type Warning } from '@pstorage/discovery-core'
import {
  equalNames,
  isSubdomainOf,
  lowerCase,
  type MessageScan,
  type Name,
  nameToText,
  nameToWire,
  RecordClass,
  RecordType,
} from '@pstorage/dns-message'
import { WarningList } from '../../client/current-settings.js'
import { secondsOf } from '../../reply/rrset.js'
import { CollectedNames } from './collected-names.js'
import type { NameRun } from './name-table.js'
import { type TransferTarget, type ZoneCutFault, ZoneCuts } from './zone-cuts.js'

const ASTERISK = 0x2a
/** Octets of memory that a name counts for besides its own: what a `Map` takes for a string, so that the order of names does not decide. */
const NAME_MEMORY = 96

/**
 * Collects cluster names from the owners of SRV and CNAME records: `<service>.<one label>.<domain>`, nothing above or below; and
 * what keeps a zone without names from denying that there are any.
 */
export class TransferNames {
  readonly #place: TransferTarget
  readonly #service: Uint8Array
  readonly #domain: Uint8Array
  readonly #apex: Uint8Array
  readonly #names = new CollectedNames()
  readonly #warnings: WarningList
  readonly #cuts: ZoneCuts
  #foreign = 0
  #hasDomain: boolean
  #hasOther = false
  /** The last message in which a pointer led to the domain, and that pointer: nearly all names of a message end with it. */
  #message: MessageScan | undefined
  #pointer = 0

  constructor(place: TransferTarget) {
    this.#place = place
    this.#service = lowerCaseWire(place.service).subarray(0, -1)
    this.#domain = lowerCaseWire(place.domain)
    this.#apex = lowerCaseWire(place.apex)
    this.#warnings = new WarningList(nameToText(place.apex))
    this.#cuts = new ZoneCuts(place)
    this.#hasDomain = equalNames(place.apex, place.domain)
  }

  /** Each name once. */
  get names(): Iterable<NameRun> {
    return this.#names
  }

  /** Number of names. */
  get count(): number {
    return this.#names.size
  }

  /** Octets of memory that the names count for. */
  get memory(): number {
    return this.#names.octets + NAME_MEMORY * this.#names.size
  }

  /** Does a part of what is left to do when the transfer is over. Returns whether there is more; to be called until there is none. */
  finishSome(): boolean {
    return this.#names.moveSome()
  }

  /** Made once all records have been added. */
  get warnings(): readonly Warning[] {
    const { delegated } = this.#cuts
    if (delegated === undefined || this.count === 0) return this.#warnings.warnings
    const place = nameToText(this.#place.apex)
    const message = `${place}: the zone ${delegated.reason}; clusters there are not in its transfer`
    return [...this.#warnings.warnings, { code: 'zone-cut', message }]
  }

  /** Returns why a whole zone without names does not deny that there are clusters; `undefined` where it does. */
  get fault(): ZoneCutFault | undefined {
    return this.#cuts.fault
  }

  /** Returns whether the zone holds the search domain: something at or below it. */
  get hasDomain(): boolean {
    return this.#hasDomain
  }

  /** Number of SRV records outside of the zone, where they mean nothing (RFC 5936 section 3). */
  get foreign(): number {
    return this.#foreign
  }

  /** Takes the record of a number in a message. */
  add(message: MessageScan, index: number): void {
    if (message.class(index) !== RecordClass.IN) return
    if (!this.#hasDomain) this.#hasDomain = isWithin(message, index, this.#domain)
    const type = message.type(index)
    if (type === RecordType.SRV || type === RecordType.CNAME) this.#takeService(message, index, type)
    else if (type === RecordType.NS || type === RecordType.DNAME) this.#takeCut(message, index, type)
    else if (!this.#hasOther && this.count === 0) this.#takeOther(message, index)
  }

  #takeCut(message: MessageScan, index: number, type: number): void {
    if (!this.#isTooDeep(message, index)) this.#cuts.addRecord(message.owner(index), type)
  }

  #takeService(message: MessageScan, index: number, type: number): void {
    const at = this.#clusterLabelAt(message, index)
    if (at !== undefined) this.#takeLabel(message, index, at)
    else if (type === RecordType.SRV) this.#passOver(message, index)
    else this.#passOverAlias(message, index)
  }

  #takeLabel(message: MessageScan, index: number, at: number): void {
    const { bytes } = message
    const start = at + 1
    const end = start + (bytes[at] as number) // which a label has in front
    if (this.#names.take(bytes, start, end, secondsOf(message.ttl(index)))) return
    const label = bytes.toString('latin1', start, end)
    if (label === '*') this.#takeWildcard(message.owner(index), message.type(index))
    else this.#warnOfName(message.owner(index), label)
  }

  /** Returns where the label is that may be a cluster name, with its length in front. */
  #clusterLabelAt(message: MessageScan, index: number): number | undefined {
    const front = message.passLabels(message.ownerOffset(index), this.#service)
    if (front === -1) return undefined
    const label = message.labelAt(front)
    const size = message.bytes[label] as number // of a name that was scanned
    // The root is no label, and nothing is behind it.
    return size === 0 || !this.#isDomain(message, label + 1 + size) ? undefined : label
  }

  /** Returns whether what is left of a name at `at` is the domain. */
  #isDomain(message: MessageScan, at: number): boolean {
    const { bytes } = message
    const pointer = ((bytes[at] as number) << 8) | (bytes[at + 1] as number) // there are fields after the name
    // Stryker disable next-line ConditionalExpression: the same is found: it takes longer
    if (pointer === this.#pointer && message === this.#message) return true
    if (message.passLabels(at, this.#domain) === -1) return false
    // Stryker disable next-line EqualityOperator,ConditionalExpression,BlockStatement: no name begins at octet 0; where no pointer is remembered the same is found, and it takes longer
    if (pointer >= 0xc000) {
      this.#message = message
      this.#pointer = pointer
    }
    return true
  }

  /**
   * Returns whether an owner has more labels than those of clusters have. Making a name of 120 labels would take many times as long
   * as all else.
   */
  #isTooDeep(message: MessageScan, index: number): boolean {
    const { service, domain } = this.#place
    let at = message.labelAt(message.ownerOffset(index))
    // Stryker disable next-line ArithmeticOperator,EqualityOperator: a name that is too long by some labels counts for nothing all the same
    for (let labels = service.length + 1 + domain.length; labels >= 0; labels--) {
      const size = message.bytes[at] as number // of a name that was scanned
      if (size === 0) return false
      at = message.labelAt(at + 1 + size)
    }
    return true
  }

  #passOver(message: MessageScan, index: number): void {
    if (!isWithin(message, index, this.#apex)) this.#foreign += 1
    else if (isWildcard(message, index) && !this.#isTooDeep(message, index)) {
      const owner = message.owner(index)
      if (isSubdomainOf(owner, this.#place.domain)) this.#takeWildcard(owner, RecordType.SRV)
    }
  }

  #passOverAlias(message: MessageScan, index: number): void {
    if (!isWildcard(message, index) || this.#isTooDeep(message, index)) return
    const owner = message.owner(index)
    if (this.#cuts.addRecord(owner, RecordType.CNAME)) this.#warnOfWildcard(owner)
  }

  /** A cluster may be published by records that are not SRV; where there is a name, that does not matter any more. */
  #takeOther(message: MessageScan, index: number): void {
    const at = this.#clusterLabelAt(message, index)
    if (at === undefined) return
    const owner = message.owner(index)
    if (clusterNameFault(owner[this.#place.service.length]) !== undefined) return
    this.#hasOther = true
    this.#cuts.addWithoutService(owner)
  }

  #takeWildcard(owner: Name, type: number): void {
    this.#cuts.addRecord(owner, type)
    this.#warnOfWildcard(owner)
  }

  #warnOfWildcard(owner: Name): void {
    this.#warnings.add('axfr-wildcard', `${nameToText(owner)} is a wildcard and names no cluster`)
  }

  #warnOfName(owner: Name, label: string): void {
    this.#warnings.add('axfr-name-invalid', `${nameToText(owner)} names no cluster: ${clusterNameFault(label)}`)
  }
}

/** Returns whether the owner of a record is a domain, or below it. */
function isWithin(message: MessageScan, index: number, domain: Uint8Array): boolean {
  for (let at = message.labelAt(message.ownerOffset(index)); ; ) {
    if (message.passLabels(at, domain) !== -1) return true
    const size = message.bytes[at] as number // of a name that was scanned
    if (size === 0) return false
    at = message.labelAt(at + 1 + size)
  }
}

/** Returns whether the first label of an owner is an asterisk. */
function isWildcard(message: MessageScan, index: number): boolean {
  const at = message.labelAt(message.ownerOffset(index))
  return message.bytes[at] === 1 && message.bytes[at + 1] === ASTERISK
}

function lowerCaseWire(name: Name): Uint8Array {
  return nameToWire(name.map(lowerCase))
}

import {
  addressConcern,
  type ClusterName,
  canonicalAddress,
  clusterNameKey,
  formatEndpoint,
  type ResolveEvent,
} from '@pstorage/discovery-core'
import { nameToText } from '@pstorage/dns-message'
import type { BrowseReport, ReportPlace } from './browse-report.js'
import { instanceCluster } from './instance-cluster.js'
import { isUnresolved, isWithdrawn, missingRecords } from './missing-records.js'
import type { MulticastQuestion } from './multicast-question.js'
import type { AddressRecord } from './multicast-record.js'
import { multicastSource, originOf } from './multicast-source.js'
import type { Told } from './record-cache.js'
import type { Instance, InstanceService } from './service-directory.js'
import type { WeightedDraw } from './weighted-draw.js'
import type { ZeroconfWarningCode } from './zeroconf-warning.js'

/** What a {@link ResolveReport} needs. */
export interface ResolveReportOptions {
  readonly cluster: ClusterName
  readonly place: ReportPlace
  /** Shared by all interfaces, so that a service stands at one place however many show it. */
  readonly draw: WeightedDraw
  readonly emit: (event: ResolveEvent) => void
}

/** Reports where the instances of one cluster listen, as one interface knows it. */
export class ResolveReport implements BrowseReport {
  readonly #options: ResolveReportOptions
  readonly #wanted: string
  /** What was emitted, so that it is not emitted again. */
  readonly #told = new Set<string>()
  readonly #endpoints = new Set<string>()
  #isClaimed = false

  constructor(options: ResolveReportOptions) {
    this.#options = options
    this.#wanted = clusterNameKey(options.cluster)
  }

  get count(): number {
    return this.#endpoints.size
  }

  get isClaimed(): boolean {
    return this.#isClaimed
  }

  isWanted({ label, text }: Instance): boolean {
    const { name } = instanceCluster(label, text?.record ?? EMPTY_TEXT)
    return name !== undefined && clusterNameKey(name) === this.#wanted
  }

  missing(instance: Instance): readonly MulticastQuestion[] {
    return missingRecords(instance, (wanted) => this.isWanted(wanted))
  }

  tell(instance: Instance): void {
    if (instance.text !== undefined) this.#tellInstance(instance)
  }

  giveUp(instance: Instance): void {
    this.#tellInstance(instance)
    if (!this.isWanted(instance)) return
    const { services } = instance
    const who = this.#who(instance)
    if (services.length === 0) this.#warn('mdns-service-missing', `${who}: nobody told its SRV record`)
    const rivals = new Set(services.map(({ service }) => service.sender))
    if (rivals.size > 1) {
      const message = `${who}: ${[...rivals].join(' and ')} both say that they are it`
      this.#warn('mdns-instance-conflict', message)
    }
    for (const { service } of services.filter(isUnresolved)) {
      const message = `${who}: nobody told an address of ${nameToText(service.record.target)}`
      this.#warn('mdns-target-unresolved', message)
    }
  }

  #tellInstance(instance: Instance): void {
    if (!this.isWanted(instance)) return
    this.#tellCluster(instance)
    for (const service of instance.services) {
      if (service.service.record.port > 0) this.#tellService(instance, service)
      else if (!isWithdrawn(service)) this.#warn('mdns-port-invalid', `${this.#who(instance)} has port 0`)
    }
  }

  #tellCluster({ label, key, claim, text }: Instance): void {
    const { place, emit } = this.#options
    this.#isClaimed = true
    if (!this.#isNews(`cluster ${key}`)) return
    const { name } = instanceCluster(label, text?.record ?? EMPTY_TEXT)
    if (name === undefined) return
    const chain = text === undefined ? ([claim] as const) : ([claim, text] as const)
    emit({ type: 'cluster', name, source: multicastSource(label, place.interface, chain) })
  }

  #tellService(instance: Instance, { service, addresses }: InstanceService): void {
    for (const told of addresses) {
      const address = canonicalAddress(this.#zoned(told.record.address))
      const concern = address === undefined ? UNREADABLE : addressConcern(address)
      const who = `${this.#who(instance)}: ${told.record.address}, an address of ${nameToText(service.record.target)},`
      if (address === undefined || concern?.level === 'refuse') {
        this.#warn('mdns-address-invalid', `${who} ${concern?.reason}`)
        continue
      }
      if (isLoopback(address) && !this.#options.place.loopback) {
        this.#warn('mdns-address-local', `${who} ${concern?.reason}`)
      }
      this.#tellEndpoint(instance, service, { ...told, record: { ...told.record, address } })
    }
  }

  #tellEndpoint(
    { label, key, claim, text }: Instance,
    service: InstanceService['service'],
    told: Told<AddressRecord>,
  ): void {
    const { place, draw, emit } = this.#options
    const { priority, weight, port, target } = service.record
    const { address } = told.record
    const endpoint = formatEndpoint({ address, port })
    const source = multicastSource(label, place.interface, [
      service,
      claim,
      told,
      ...(text === undefined ? [] : [text]),
    ])
    if (!this.#isNews(`${endpoint} ${source.origin}`)) return
    this.#endpoints.add(endpoint)
    const host = nameToText(target)
    const drawn = draw(`${key} ${priority} ${weight} ${port} ${host.toLowerCase()}`, weight)
    const preference = [priority, drawn, familyRank(address)]
    emit({ type: 'endpoint', address, port, host, priority, weight, ttl: source.ttl, source, preference })
  }

  #who({ label, claim }: Instance): string {
    return `${originOf(label, this.#options.place.interface)} from ${claim.sender}`
  }

  /** A link-local address means nothing without the link that it was heard on. */
  #zoned(address: string): string {
    return /^fe[89ab]/.test(address) ? `${address}%${this.#options.place.interface}` : address
  }

  #warn(code: ZeroconfWarningCode, message: string): void {
    if (this.#isNews(`${code} ${message}`)) this.#options.emit({ type: 'warning', code, message })
  }

  #isNews(what: string): boolean {
    const { place } = this.#options
    if (this.#told.has(what)) return false
    if (this.#told.size >= place.results) {
      place.limitReached()
      return false
    }
    this.#told.add(what)
    return true
  }
}

/** What has no TXT record is to be taken as if it had an empty one (RFC 6763 section 6.1). */
const EMPTY_TEXT = { cluster: null }
const UNREADABLE = { level: 'refuse', reason: 'is not an address' } as const

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** IPv4 before IPv6, and what works on this link alone last. */
function familyRank(address: string): number {
  if (!address.includes(':')) return 0
  return address.includes('%') ? 2 : 1
}

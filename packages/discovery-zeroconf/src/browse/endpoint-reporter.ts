import {
  addressConcern,
  type ClusterName,
  canonicalAddress,
  clusterNameKey,
  destinationRank,
  formatEndpoint,
  isLinkLocalIPv6,
  type Random,
  type ResolveEvent,
} from '@pstorage/discovery-core'
import { nameToText } from '@pstorage/dns-message'
import { isLoopbackAddress } from '../link/multicast-interface.js'
import { clusterOf } from '../records/instance-cluster.js'
import type { MulticastQuestion } from '../records/multicast-question.js'
import type { AddressRecord } from '../records/multicast-record.js'
import type { CachedRecord } from '../records/record-cache.js'
import type { Instance, InstanceService } from '../records/service-directory.js'
import { isUnresolved, isWithdrawn, missingRecords } from './browse-questions.js'
import {
  type InstanceReporter,
  multicastSource,
  originOf,
  type ReporterContext,
  type ZeroconfWarningCode,
} from './instance-reporter.js'

/** Options of an {@link EndpointReporter}. */
interface EndpointReporterOptions {
  readonly cluster: ClusterName
  readonly context: ReporterContext
  /** Shared by all interfaces, so that a service has one position on all of them. */
  readonly draw: WeightedDraw
  /** The addresses of this host, by which the addresses of one service are ordered. */
  readonly sources: readonly string[]
  readonly emit: (event: ResolveEvent) => void
}

/** Reports the endpoints of one cluster on one interface. */
export class EndpointReporter implements InstanceReporter {
  readonly #options: EndpointReporterOptions
  readonly #wanted: string
  readonly #reported = new Set<string>()
  readonly #endpoints = new Set<string>()
  #isKnown = false

  constructor(options: EndpointReporterOptions) {
    this.#options = options
    this.#wanted = clusterNameKey(options.cluster)
  }

  get count(): number {
    return this.#endpoints.size
  }

  get isKnown(): boolean {
    return this.#isKnown
  }

  isWanted(instance: Instance): boolean {
    const { name } = clusterOf(instance)
    return name !== undefined && clusterNameKey(name) === this.#wanted
  }

  missing(instance: Instance): readonly MulticastQuestion[] {
    return missingRecords(instance, (wanted) => this.isWanted(wanted))
  }

  report(instance: Instance): void {
    if (instance.text !== undefined) this.#reportInstance(instance)
  }

  reportIncomplete(instance: Instance): void {
    this.#reportInstance(instance)
    if (!this.isWanted(instance)) return
    const { services } = instance
    const subject = this.#describe(instance)
    if (services.length === 0) this.#warn('mdns-service-missing', `${subject}: it has no SRV record`)
    const conflicts = new Set(services.map(({ service }) => service.sender))
    if (conflicts.size > 1) {
      const message = `${subject}: ${[...conflicts].join(' and ')} both announce it`
      this.#warn('mdns-instance-conflict', message)
    }
    for (const { service } of services.filter(isUnresolved)) {
      const message = `${subject}: no address record for ${nameToText(service.record.target)}`
      this.#warn('mdns-target-unresolved', message)
    }
  }

  #reportInstance(instance: Instance): void {
    if (!this.isWanted(instance)) return
    this.#reportCluster(instance)
    for (const service of instance.services) {
      if (service.service.record.port > 0) this.#reportService(instance, service)
      else if (!isWithdrawn(service)) this.#warn('mdns-port-invalid', `${this.#describe(instance)} has port 0`)
    }
  }

  #reportCluster(instance: Instance): void {
    const { label, key, listing, text } = instance
    const { context, emit } = this.#options
    this.#isKnown = true
    if (!this.#isNew(`cluster ${key}`)) return
    const { name } = clusterOf(instance)
    if (name === undefined) return
    emit({ type: 'cluster', name, source: multicastSource(label, context.interface, [listing, text]) })
  }

  #reportService(instance: Instance, { service, addresses }: InstanceService): void {
    for (const cached of addresses) {
      const address = canonicalAddress(this.#zoned(cached.record.address))
      const concern = address === undefined ? UNREADABLE : addressConcern(address)
      const subject = `${this.#describe(instance)}: ${cached.record.address}, an address of ${nameToText(service.record.target)},`
      if (address === undefined || concern?.level === 'refuse') {
        this.#warn('mdns-address-invalid', `${subject} ${concern?.reason}`)
        continue
      }
      if (isLoopbackAddress(address) && !this.#options.context.loopback) {
        this.#warn('mdns-address-local', `${subject} ${concern?.reason}`)
      }
      this.#reportEndpoint(instance, service, { ...cached, record: { ...cached.record, address } })
    }
  }

  #reportEndpoint(
    { label, key, listing, text }: Instance,
    service: InstanceService['service'],
    cached: CachedRecord<AddressRecord>,
  ): void {
    const { context, draw, sources, emit } = this.#options
    const { priority, weight, port, target } = service.record
    const { address } = cached.record
    const endpoint = formatEndpoint({ address, port })
    const source = multicastSource(label, context.interface, [service, listing, cached, text])
    if (!this.#isNew(`${endpoint} ${source.origin}`)) return
    this.#endpoints.add(endpoint)
    const host = nameToText(target)
    const drawn = draw(`${key} ${priority} ${weight} ${port} ${host.toLowerCase()}`, weight)
    const preference = [priority, drawn, destinationRank(address, sources)]
    emit({ type: 'endpoint', address, port, host, priority, weight, ttl: source.ttl, source, preference })
  }

  #describe({ label, listing }: Instance): string {
    return `${originOf(label, this.#options.context.interface)} from ${listing.sender}`
  }

  /** Adds the zone to a link-local address, which means nothing on another link. */
  #zoned(address: string): string {
    return isLinkLocalIPv6(address) ? `${address}%${this.#options.context.interface}` : address
  }

  #warn(code: ZeroconfWarningCode, message: string): void {
    if (this.#isNew(`${code} ${message}`)) this.#options.emit({ type: 'warning', code, message })
  }

  #isNew(what: string): boolean {
    const { context } = this.#options
    if (this.#reported.has(what)) return false
    if (this.#reported.size >= context.results) {
      context.limitReached()
      return false
    }
    this.#reported.add(what)
    return true
  }
}

const UNREADABLE = { level: 'refuse', reason: 'is not an address' } as const

/** Draws the position of a service of a weight among its equals, lowest first; equal keys get equal positions. */
type WeightedDraw = (key: string, weight: number) => number

/**
 * Draws the order of RFC 2782 incrementally, before all members are known.
 *
 * Exponential times with the weights as rates end in the order of that draw: the chance to be first among the rest is
 * the share of the weights left. A weight of 0 keeps the very small chance that the RFC grants it.
 */
export function weightedDraw(random: Random): WeightedDraw {
  const drawn = new Map<string, number>()
  return (key, weight) => {
    const known = drawn.get(key)
    if (known !== undefined) return known
    const uniform = (1 + random.below(RESOLUTION)) / RESOLUTION
    const position = -Math.log(uniform) / (weight === 0 ? NEXT_TO_NOTHING : weight)
    drawn.set(key, position)
    return position
  }
}

const RESOLUTION = 2 ** 40
const NEXT_TO_NOTHING = 0.001

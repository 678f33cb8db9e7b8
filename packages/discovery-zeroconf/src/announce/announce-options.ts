import { hostname } from 'node:os'
import {
  addressConcern,
  type Clock,
  canonicalAddress,
  checkedPort,
  checkOptionNames,
  clusterNameKey,
  DEFAULT_MDS_PORT,
  DiscoveryError,
  type Endpoint,
  parseClusterName,
  parseEndpoint,
  quoteText,
  type Random,
  systemClock,
  systemRandom,
} from '@pstorage/discovery-core'
import { validateInterfaces } from '../link/choose-interfaces.js'
import { MULTICAST_PORT } from '../link/multicast-interface.js'
import type { AnnounceEvent } from './announce-event.js'
import { type AnnouncedHost, type AnnouncedService, serviceId } from './service-names.js'
import type { RecordTtls } from './service-registrations.js'

/** A cluster to announce. */
export interface AnnouncedCluster {
  readonly name: string
  /**
   * Endpoints of its MDS, or text as in `-b` (`IP`, `IP:PORT`, `[IPv6]:PORT`). Default: one MDS, at the addresses that
   * this host has on each interface. A link-local address needs its zone (`fe80::1%eth0`) and is announced on that
   * interface alone; a loopback address on the loopback interface alone.
   */
  readonly endpoints?: readonly (AnnouncedEndpoint | string)[] | undefined
  /** The port of the MDS on this host, without `endpoints`; default 2510. */
  readonly port?: number | undefined
  /**
   * The name of this host in instance and host names, without `endpoints`; default: the first label of its host name.
   */
  readonly host?: string | undefined
  /** SRV priority of endpoints without one of their own, lower ones first; default 0. */
  readonly priority?: number | undefined
  /** SRV weight of endpoints without one of their own; default 0. */
  readonly weight?: number | undefined
}

/** The address and port of an MDS; an `Endpoint` is one. */
export type AnnouncedEndpoint = Pick<Endpoint, 'address' | 'port'> & Partial<Pick<Endpoint, 'priority' | 'weight'>>

/** The part of the options that `update()` can change. */
export interface AnnounceContent {
  /** At least one; each name once. */
  readonly clusters: readonly AnnouncedCluster[]
}

/** Options of `announce()`. */
export interface AnnounceOptions extends AnnounceContent {
  /**
   * The interfaces to announce on, by name (`eth0`) or by address. Default: every interface that can multicast, except
   * loopback, which is taken only when named.
   */
  readonly interfaces?: readonly string[] | undefined
  /** The UDP port of multicast DNS; default 5353. Another one is for tests. */
  readonly port?: number | undefined
  /** Lifetimes of records, in seconds; each defaults on its own. */
  readonly ttls?: Partial<RecordTtls> | undefined
  /** Milliseconds between two reads of the interfaces; default 2,000. */
  readonly pollInterval?: number | undefined
  /** Called with every event, from the start on. */
  readonly onEvent?: ((event: AnnounceEvent) => void) | undefined
  /** Stops announcing, as `stop()` does. */
  readonly signal?: AbortSignal | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
  /** Default: unpredictable. */
  readonly random?: Random | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof AnnounceOptions, 'list' | 'other'>> = {
  clusters: 'list',
  interfaces: 'list',
  port: 'other',
  ttls: 'other',
  pollInterval: 'other',
  onEvent: 'other',
  signal: 'other',
  clock: 'other',
  random: 'other',
}

/** The options, validated and with their defaults. */
export interface AnnounceSettings {
  readonly services: readonly AnnouncedService[]
  readonly interfaces: readonly string[] | undefined
  readonly port: number
  readonly ttls: RecordTtls
  readonly pollInterval: number
  readonly onEvent: (event: AnnounceEvent) => void
  readonly signal: AbortSignal | undefined
  readonly clock: Clock
  readonly random: Random
}

/**
 * Validates the options.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, `ERR_CLUSTER_NAME_INVALID`, `ERR_ENDPOINT_INVALID`
 */
export function announceSettings(options: AnnounceOptions): AnnounceSettings {
  checkOptionNames('announce', options, optionNames)
  const { ttls = {}, onEvent = () => undefined, clock = systemClock, random = systemRandom } = options
  return {
    services: announcedServices(options),
    interfaces: validateInterfaces(options.interfaces),
    port: checkedPort('port', options.port ?? MULTICAST_PORT),
    ttls: {
      host: checkedInteger('ttls.host', ttls.host ?? 120, SHORTEST_TTL, LONGEST_TTL),
      service: checkedInteger('ttls.service', ttls.service ?? 4_500, SHORTEST_TTL, LONGEST_TTL),
    },
    pollInterval: checkedInteger('pollInterval', options.pollInterval ?? 2_000, 100, 3_600_000),
    onEvent,
    signal: options.signal,
    clock,
    random,
  }
}

/**
 * Returns the metadata servers of all clusters, each once.
 *
 * @throws DiscoveryError as {@link announceSettings}
 */
export function announcedServices({ clusters }: AnnounceContent): readonly AnnouncedService[] {
  if (!Array.isArray(clusters) || clusters.length === 0) throw invalid('clusters must be at least one')
  const names = new Set<string>()
  const services = clusters.flatMap((cluster: AnnouncedCluster) => {
    const name = parseClusterName(cluster.name)
    const key = clusterNameKey(name)
    if (names.has(key)) throw invalid(`clusters has ${quoteText(name)} twice`)
    names.add(key)
    const priority = checkedInteger('priority', cluster.priority ?? 0, 0, 65_535)
    const weight = checkedInteger('weight', cluster.weight ?? 0, 0, 65_535)
    const { endpoints } = cluster
    if (endpoints === undefined) {
      const port = checkedPort('port of a cluster', cluster.port ?? DEFAULT_MDS_PORT)
      const host: AnnouncedHost = { kind: 'here', label: checkedHost(cluster.host ?? hostname().split('.')[0] ?? '') }
      return [{ cluster: name, port, priority, weight, host }]
    }
    if (!Array.isArray(endpoints) || endpoints.length === 0) {
      throw invalid(`endpoints of ${quoteText(name)} must be at least one, or left out`)
    }
    return endpoints.map((item: AnnouncedEndpoint | string): AnnouncedService => {
      const endpoint = typeof item === 'string' ? parseEndpoint(item) : item
      return {
        cluster: name,
        port: checkedPort('port of an endpoint', endpoint.port),
        priority: checkedInteger('priority', endpoint.priority ?? priority, 0, 65_535),
        weight: checkedInteger('weight', endpoint.weight ?? weight, 0, 65_535),
        host: { kind: 'address', address: checkedAddress(endpoint.address) },
      }
    })
  })
  return [...new Map(services.map((service) => [serviceId(service), service])).values()]
}

const SHORTEST_TTL = 2
const LONGEST_TTL = 2 ** 31 - 1

function checkedAddress(text: string): string {
  const address = typeof text === 'string' ? canonicalAddress(text) : undefined
  if (address === undefined)
    throw new DiscoveryError('ERR_ENDPOINT_INVALID', `not an IP address: ${quoteText(`${text}`)}`)
  const concern = addressConcern(address)
  const isLost = concern !== undefined && address.startsWith('fe') && !address.includes('%')
  if (concern?.level === 'refuse' || isLost) {
    throw new DiscoveryError('ERR_ENDPOINT_INVALID', `unreachable address ${quoteText(address)}: it ${concern.reason}`)
  }
  return address
}

function checkedHost(host: string): string {
  // RFC 6763 section 4.1.1 forbids control characters in instance names; half a surrogate pair is no text.
  if (typeof host === 'string' && host !== '' && !/[\p{Cc}\p{Surrogate}]/u.test(host)) return host
  throw invalid('host must be text without control characters')
}

function checkedInteger(name: string, value: number, minimum: number, maximum: number): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value
  throw invalid(`${name} must be an integer from ${minimum} to ${maximum}: ${value}`)
}

function invalid(message: string): DiscoveryError {
  return new DiscoveryError('ERR_OPTION_INVALID', message)
}

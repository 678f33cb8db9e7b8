import { isIP } from 'node:net'
import {
  addressData,
  authorityData,
  isWithin,
  lowerCase,
  type Octets,
  RecordType,
  ROOT_NAME,
  serviceData,
  textData,
  type WireName,
  wireNameFromText,
} from '@pstorage/dns-message'
import { invalidOption, NameServerError, quote } from '../name-server-error.js'
import { maxDataLength, maxStringLength, type ZoneRecord } from './zone.js'

/** One metadata server of a cluster. */
export interface MdsEntry {
  /**
   * Name of its host, relative to the origin unless it ends in a dot. Default: `mds1.<cluster>`, `mds2.<cluster>`, ...
   * by index in the list. Several entries may share a host. `'.'` publishes that the service is not available (RFC 2782).
   */
  readonly host?: string | undefined
  /** Its IP address: IPv4 becomes an A record, IPv6 an AAAA record. */
  readonly address?: string | undefined
  /**
   * Further addresses. An entry without any address needs a `host`: it then gets an SRV record, and its
   * addresses come from the zone of that host.
   */
  readonly addresses?: readonly string[] | undefined
  /** Port, 1 to 65535; default 2510. */
  readonly port?: number | undefined
  /** SRV priority, 0 to 65535, lower first; default 0. */
  readonly priority?: number | undefined
  /** SRV weight, 0 to 65535; default 1. */
  readonly weight?: number | undefined
}

/** One storage cluster. */
export interface ClusterEntry {
  /** Cluster name: letters, digits, minus and underscore, 1 to 63 characters, unique without case. */
  readonly name: string
  /** Its metadata servers; an empty list publishes the name alone. */
  readonly mds: readonly MdsEntry[]
  /**
   * TTL of its SRV and address records, in seconds; default: that of the inventory. Records that several clusters
   * share (the list of names, the addresses of a host) take the lowest.
   */
  readonly ttl?: number | undefined
}

/** The zone around an inventory. */
export interface InventorySettings {
  readonly origin: WireName
  /** Seconds. */
  readonly ttl: number
  readonly service: string
  readonly clustersRecord: string
  readonly serial: number
  /** The address of the name server itself. */
  readonly nameServer: string
}

const defaultPort = 2510
// Refresh, retry and expire times of a secondary, in seconds (RFC 1912 section 2.2).
const refresh = 3600
const retry = 600
const expire = 86_400

/**
 * The records of an inventory: SOA, NS and its address, TXT with the cluster names, and for each cluster its SRV records
 * and the addresses of its hosts.
 *
 * @throws NameServerError `ERR_OPTION_INVALID` when an entry cannot be published; the message names it.
 */
export function* inventoryRecords(
  clusters: readonly ClusterEntry[],
  settings: InventorySettings,
): Generator<ZoneRecord> {
  const { origin, ttl, serial } = settings
  const server = relativeName('ns', origin, 'name server')
  const mailbox = relativeName('hostmaster', origin, 'mailbox')
  const times = { serial, refresh, retry, expire, minimum: ttl }
  yield { owner: origin, type: RecordType.SOA, ttl, data: authorityData(server, mailbox, times) }
  yield { owner: origin, type: RecordType.NS, ttl, data: server }
  yield addressRecord(server, settings.nameServer, ttl, 'address')
  const names = new ClusterNames()
  for (const cluster of clusters) names.add(cluster, ttl)
  yield* names.records(relativeName(settings.clustersRecord, origin, 'clustersRecord'))
  const hosts = new HostAddresses()
  for (const cluster of clusters) yield* clusterRecords(cluster, settings, hosts)
}

const nameRule = /^(?!-)[A-Za-z0-9_-]{1,63}$/

/** Collects the checked names of an inventory for one TXT record. */
class ClusterNames {
  readonly #keys = new Set<string>()
  readonly #strings: string[] = []
  #ttl = Number.POSITIVE_INFINITY

  add({ name, ttl }: ClusterEntry, defaultTtl: number): void {
    if (typeof name !== 'string' || !nameRule.test(name)) {
      throw invalidOption(`cluster name ${quote(name)} is not 1 to 63 letters, digits, "-" and "_", or begins with "-"`)
    }
    if (this.#keys.has(lowerCase(name))) throw invalidOption(`cluster ${quote(name)} is listed twice; DNS ignores case`)
    this.#keys.add(lowerCase(name))
    this.#ttl = Math.min(this.#ttl, checkedTtl(ttl, defaultTtl, name))
    const longer = `${this.#strings.at(-1)},${name}`
    if (this.#strings.length === 0 || longer.length > maxStringLength) this.#strings.push(name)
    else this.#strings[this.#strings.length - 1] = longer
  }

  // Names that do not fit one message are not listed at all: a client gets them by zone transfer, and an incomplete list
  // would hide clusters.
  *records(owner: WireName): Generator<ZoneRecord> {
    const data = textData(this.#strings)
    if (data === '' || data.length > maxDataLength) return
    yield { owner, type: RecordType.TXT, ttl: this.#ttl, data }
  }
}

/**
 * Checks that entries with the same host have the same addresses. All addresses of a name are one record set, so two entries
 * with one host name for different machines would each get the metadata servers of the other.
 */
class HostAddresses {
  readonly #hosts = new Map<string, { readonly addresses: string; readonly where: string }>()

  check(host: WireName, records: readonly ZoneRecord[], where: string): void {
    if (records.length === 0) return
    const addresses = JSON.stringify(records.map(({ type, data }) => [type, data]).sort())
    const known = this.#hosts.get(lowerCase(host))
    if (known === undefined) this.#hosts.set(lowerCase(host), { addresses, where })
    else if (known.addresses !== addresses) {
      throw invalidOption(
        `${where} has other addresses than ${known.where}, which has the same host; list all addresses in both`,
      )
    }
  }
}

function* clusterRecords(
  cluster: ClusterEntry,
  settings: InventorySettings,
  hosts: HostAddresses,
): Generator<ZoneRecord> {
  const { origin, service } = settings
  const ttl = cluster.ttl ?? settings.ttl
  const owner = relativeName(`${service}.${cluster.name}`, origin, 'service')
  if (!Array.isArray(cluster.mds)) throw invalidOption(`cluster ${quote(cluster.name)} has no list of metadata servers`)
  for (const [index, mds] of cluster.mds.entries()) {
    const where = `metadata server ${index + 1} of cluster ${quote(cluster.name)}`
    if (typeof mds.host === 'string' && isIP(mds.host) > 0) {
      throw invalidOption(`${where} has ${quote(mds.host)} as its host; give it as its address`)
    }
    const host = relativeName(mds.host ?? `mds${index + 1}.${cluster.name}`, origin, `host of ${where}`)
    yield { owner, type: RecordType.SRV, ttl, data: serviceOf(mds, host, where) }
    const addresses = [...hostRecords(mds, host, ttl, origin, where)]
    hosts.check(host, addresses, where)
    yield* addresses
  }
}

function serviceOf(mds: MdsEntry, host: WireName, where: string): Octets {
  const { port = defaultPort, priority = 0, weight = 1 } = mds
  return serviceData(
    checkedNumber(priority, 0, `priority of ${where}`),
    checkedNumber(weight, 0, `weight of ${where}`),
    checkedNumber(port, 1, `port of ${where}`),
    host,
  )
}

function* hostRecords(
  mds: MdsEntry,
  host: WireName,
  ttl: number,
  origin: WireName,
  where: string,
): Generator<ZoneRecord> {
  const addresses = [...(mds.address === undefined ? [] : [mds.address]), ...(mds.addresses ?? [])]
  if (addresses.length === 0 && mds.host === undefined)
    throw invalidOption(`${where} has neither an address nor a host`)
  if (addresses.length > 0 && (host === ROOT_NAME || !isWithin(lowerCase(host), lowerCase(origin)))) {
    throw invalidOption(`${where} has an address, but its host ${quote(mds.host)} is outside the zone`)
  }
  for (const address of addresses) yield addressRecord(host, address, ttl, `address of ${where}`)
}

function addressRecord(owner: WireName, address: string, ttl: number, what: string): ZoneRecord {
  const bytes = typeof address === 'string' ? addressData(address) : undefined
  if (bytes === undefined) throw invalidOption(`${what} is ${quote(address)}, which is not an IP address`)
  return { owner, type: bytes.type, ttl, data: bytes.data }
}

function relativeName(text: string, origin: WireName, what: string): WireName {
  try {
    return wireNameFromText(text, origin)
  } catch (cause) {
    throw new NameServerError('ERR_OPTION_INVALID', `${what} is ${quote(text)}, which is not a name`, { cause })
  }
}

const longestTtl = 2 ** 31 - 1

function checkedTtl(ttl: number | undefined, defaultTtl: number, cluster: string): number {
  if (ttl === undefined) return defaultTtl
  if (Number.isInteger(ttl) && ttl >= 0 && ttl <= longestTtl) return ttl
  throw invalidOption(
    `ttl of cluster ${quote(cluster)} is ${quote(ttl)}, not a whole number of seconds up to 2147483647`,
  )
}

function checkedNumber(value: number, least: number, what: string): number {
  if (Number.isInteger(value) && value >= least && value <= 65_535) return value
  throw invalidOption(`${what} is ${quote(value)}, not a whole number from ${least} to 65535`)
}

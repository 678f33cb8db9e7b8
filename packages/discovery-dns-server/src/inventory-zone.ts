import { isIP } from 'node:net'
import { RecordType } from '@pstorage/dns-message'
import type { ClusterEntry, MdsEntry } from './inventory.js'
import { NameServerError } from './name-server-error.js'
import type { Octets } from './octets.js'
import { quote } from './quote.js'
import { addressBytes, authorityBytes, longestData, longestString, serviceBytes, textBytes } from './record-bytes.js'
import { isWithin, nameKey, rootName, type WireName, wireNameFromText } from './wire-name.js'
import type { ZoneRecord } from './zone.js'

/** What surrounds an inventory in its zone. */
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
// A secondary asks after so many seconds, asks again, gives up; and how long "no such name" holds (RFC 1912 section 2.2).
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
  yield { owner: origin, type: RecordType.SOA, ttl, data: authorityBytes(server, mailbox, times) }
  yield { owner: origin, type: RecordType.NS, ttl, data: server }
  yield addressRecord(server, settings.nameServer, ttl, 'address')
  const names = new ClusterNames()
  for (const cluster of clusters) names.add(cluster, ttl)
  yield* names.records(relativeName(settings.clustersRecord, origin, 'clustersRecord'))
  const hosts = new HostAddresses()
  for (const cluster of clusters) yield* clusterRecords(cluster, settings, hosts)
}

const nameRule = /^[A-Za-z0-9_-]{1,63}$/

/** The names of an inventory, checked, on their way into one TXT record. */
class ClusterNames {
  readonly #keys = new Set<string>()
  readonly #strings: string[] = []
  #ttl = Number.POSITIVE_INFINITY

  add({ name, ttl }: ClusterEntry, defaultTtl: number): void {
    if (typeof name !== 'string' || !nameRule.test(name)) {
      throw invalid(`cluster name ${quote(name)} is not 1 to 63 letters, digits, "-" and "_"`)
    }
    if (this.#keys.has(name.toLowerCase())) throw invalid(`cluster ${quote(name)} is there twice; DNS ignores case`)
    this.#keys.add(name.toLowerCase())
    this.#ttl = Math.min(this.#ttl, checkedTtl(ttl, defaultTtl, name))
    const longer = `${this.#strings.at(-1)},${name}`
    if (this.#strings.length === 0 || longer.length > longestString) this.#strings.push(name)
    else this.#strings[this.#strings.length - 1] = longer
  }

  // Names that one message cannot hold are not listed at all: a client finds them all by zone transfer, and a list that
  // is silently short would hide clusters.
  *records(owner: WireName): Generator<ZoneRecord> {
    const data = textBytes(this.#strings)
    if (data === '' || data.length > longestData) return
    yield { owner, type: RecordType.TXT, ttl: this.#ttl, data }
  }
}

/**
 * Which host has which addresses. All addresses of a name are one record set, so two entries that mean different machines
 * by one host name would each get the metadata servers of the other.
 */
class HostAddresses {
  readonly #hosts = new Map<string, { readonly addresses: string; readonly where: string }>()

  check(host: WireName, records: readonly ZoneRecord[], where: string): void {
    if (records.length === 0) return
    const addresses = JSON.stringify(records.map(({ type, data }) => [type, data]).sort())
    const known = this.#hosts.get(nameKey(host))
    if (known === undefined) this.#hosts.set(nameKey(host), { addresses, where })
    else if (known.addresses !== addresses) {
      throw invalid(
        `${where} has other addresses than ${known.where}, which has the same host; list all of them at both`,
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
  if (!Array.isArray(cluster.mds)) throw invalid(`cluster ${quote(cluster.name)} has no list of metadata servers`)
  for (const [index, mds] of cluster.mds.entries()) {
    const where = `metadata server ${index + 1} of cluster ${quote(cluster.name)}`
    if (typeof mds.host === 'string' && isIP(mds.host) > 0) {
      throw invalid(`${where} has ${quote(mds.host)} as its host; give it as its address`)
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
  return serviceBytes(
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
  if (addresses.length === 0 && mds.host === undefined) throw invalid(`${where} has neither an address nor a host`)
  if (addresses.length > 0 && (host === rootName || !isWithin(nameKey(host), nameKey(origin)))) {
    throw invalid(`${where} has an address, but its host ${quote(mds.host)} is outside the zone`)
  }
  for (const address of addresses) yield addressRecord(host, address, ttl, `address of ${where}`)
}

function addressRecord(owner: WireName, address: string, ttl: number, what: string): ZoneRecord {
  const bytes = typeof address === 'string' ? addressBytes(address) : undefined
  if (bytes === undefined) throw invalid(`${what} is ${quote(address)}, which is not an IP address`)
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
  throw invalid(`ttl of cluster ${quote(cluster)} is ${quote(ttl)}, not a whole number of seconds up to 2147483647`)
}

function checkedNumber(value: number, least: number, what: string): number {
  if (Number.isInteger(value) && value >= least && value <= 65_535) return value
  throw invalid(`${what} is ${quote(value)}, not a whole number from ${least} to 65535`)
}

function invalid(message: string): NameServerError {
  return new NameServerError('ERR_OPTION_INVALID', message)
}

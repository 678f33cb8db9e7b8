import type { DiscoverReport, ResolveReport } from '@pstorage/discovery-core'
import { type ClusterRecords, clusterRecords } from './cluster-records.js'
import type { ZoneRecord } from './zone-record.js'

/** Returns records as lines of a master file (RFC 1035 section 5), under comments and in columns. */
export function recordLines({ names, services, addresses }: ClusterRecords): readonly string[] {
  const width = Math.max(0, ...[...names, ...services, ...addresses].map(({ owner }) => owner.length))
  const lines = (records: readonly ZoneRecord[]) => records.map((record) => recordLine(record, width))
  return [
    ...section('; The names of the clusters.', lines(names)),
    ...section('; The metadata servers of each.', lines(services)),
    ...section('; Their addresses.', lines(addresses)),
  ]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines]
}

function recordLine({ owner, type, data }: ZoneRecord, width: number): string {
  return `${owner.padEnd(width)}  IN  ${type.padEnd(4)} ${data}`
}

/** The parts of a whole zone besides its records. */
export interface ZoneFrame {
  readonly domain: string
  /** Seconds. */
  readonly ttl: number
  /** The address of the name server. */
  readonly nameServer: string
  readonly serial: number
}

/** The label of the name server of a zone of ours. */
const NAME_SERVER = 'ns'

/** Returns a whole zone as lines of a master file: SOA and NS records, and these. */
export function zoneLines(records: ClusterRecords, { domain, ttl, nameServer, serial }: ZoneFrame): readonly string[] {
  const type = nameServer.includes(':') ? 'AAAA' : 'A'
  return [
    `$ORIGIN ${domain}.`,
    `$TTL ${ttl}`,
    `@  IN  SOA ${NAME_SERVER} hostmaster ( ${serial} 3600 600 604800 ${Math.min(ttl, 300)} )`,
    `@  IN  NS  ${NAME_SERVER}`,
    '; The name server of this zone: its address is that of --ns.',
    `${NAME_SERVER}  IN  ${type}  ${nameServer}`,
    ...recordLines(records),
  ]
}

/**
 * Returns the results as records to include into a zone: TXT of names, or SRV with addresses, relative to the domain. Results
 * that cannot be records become comments; without results there are no lines.
 */
export function zoneOf(report: DiscoverReport | ResolveReport): string {
  const records =
    'clusters' in report
      ? clusterRecords(report.clusters.map(({ name }) => ({ name, endpoints: [] })))
      : { ...clusterRecords([{ name: report.cluster, endpoints: report.endpoints }]), names: [] }
  const omitted = records.warnings.map(({ message }) => `; ${message}`)
  return [...omitted, ...recordLines(records)].map((line) => `${line}\n`).join('')
}

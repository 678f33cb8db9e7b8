import type { ClusterRecords } from './cluster-records.js'
import type { ZoneRecord } from './zone-record.js'

/** Lines of a master file (RFC 1035 section 5), under comments and in columns. */
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

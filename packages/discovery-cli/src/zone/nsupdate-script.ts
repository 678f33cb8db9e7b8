import type { ClusterRecords } from './cluster-records.js'
import type { ZoneRecord } from './zone-record.js'

/** A dynamic update is one message of at most 65,535 octets (RFC 2136); so many characters of commands stay far below it. */
const LONGEST_UPDATE = 16_000

/**
 * Commands for nsupdate(1). The addresses come first and the names last, so that nobody is led to what is not there yet.
 * The SRV records of each cluster are replaced, within one update; names and addresses are only added. A name that a TXT record
 * lists already is listed twice then, which does no harm: who knows whether the other names of that record are still wanted?
 */
export function nsupdateLines(records: ClusterRecords, domain: string, ttl: number): readonly string[] {
  const add = (record: ZoneRecord): string => `update add ${absolute(record, domain, ttl)}`
  const services = new Map<string, string[]>()
  for (const record of records.services) {
    const lines = services.get(record.owner) ?? [`update delete ${record.owner}.${domain}. SRV`]
    services.set(record.owner, [...lines, add(record)])
  }
  const parts = [
    ...records.addresses.map((record) => [add(record)]),
    ...services.values(),
    ...records.names.map((record) => [add(record)]),
  ]
  return updates(parts)
}

/** What an operator should know about the names before running the commands. */
export function namesRemark({ names: [first] }: ClusterRecords, domain: string): readonly string[] {
  if (first === undefined) return []
  return [
    '; TXT records with other names stay. To replace them all, put this line before those that add the names:',
    `; update delete ${first.owner}.${domain}. TXT`,
  ]
}

function absolute({ owner, type, data }: ZoneRecord, domain: string, ttl: number): string {
  const target = type === 'SRV' ? `.${domain}.` : ''
  return `${owner}.${domain}. ${ttl} IN ${type} ${data}${target}`
}

/** Joins what belongs together into updates, and sends each. */
function updates(parts: readonly (readonly string[])[]): readonly string[] {
  const lines: string[] = []
  let length = 0
  for (const part of parts) {
    const more = part.reduce((sum, line) => sum + line.length, 0)
    if (length > 0 && length + more > LONGEST_UPDATE) {
      lines.push('send')
      length = 0
    }
    lines.push(...part)
    length += more
  }
  return length > 0 ? [...lines, 'send'] : lines
}

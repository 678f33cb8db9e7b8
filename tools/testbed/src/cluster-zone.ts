/** Size of a generated zone. */
export interface ClusterZoneOptions {
  /** They are called `cluster-1` and so on. */
  readonly clusters: number
}

/** Size of a generated zone of services. */
export interface ServiceZoneOptions extends ClusterZoneOptions {
  /** Metadata servers, `mds-1` and so on, which the clusters use in turn; at most 65,536; default 1,000. */
  readonly hosts?: number
}

const head = `$TTL 3600
@ SOA ns rname.invalid. 1 18000 600 86400 10800
@ NS ns
ns A 127.0.0.1
`

/** The text of a zone in which every cluster has one SRV record, and every host an address of 198.18.0.0/16 (RFC 2544). */
export function clusterZone({ clusters, hosts = 1_000 }: ServiceZoneOptions): string {
  const hostLines = numbered(hosts, (host) => `mds-${host} A 198.18.${(host - 1) >> 8}.${(host - 1) & 255}\n`)
  const clusterLines = numbered(
    clusters,
    (cluster) => `_pstorage._tcp.cluster-${cluster} SRV 0 1 2510 mds-${((cluster - 1) % hosts) + 1}\n`,
  )
  return head + hostLines.join('') + clusterLines.join('')
}

// A character-string holds 255 octets (RFC 1035 section 3.3), and so sixteen names of up to fourteen with their commas.
const namesInString = 16
// BIND loads no more than a hundred records of a name and type, unless told otherwise.
const stringsInRecord = 8

/**
 * The text of a zone that lists all clusters in the TXT records of `pstorage_clusters`.
 *
 * 2,000 clusters make an answer of more than 20,000 octets; 4,500 nearly fill the 65,535 that a message can have.
 */
export function clusterListZone({ clusters }: ClusterZoneOptions): string {
  const names = numbered(clusters, (cluster) => `cluster-${cluster}`)
  const strings = portions(names, namesInString).map((list) => `"${list.join(',')}"`)
  const records = portions(strings, stringsInRecord).map((record) => `pstorage_clusters TXT ${record.join(' ')}\n`)
  return head + records.join('')
}

function portions<T>(items: readonly T[], size: number): (readonly T[])[] {
  return numbered(Math.ceil(items.length / size), (number) => items.slice((number - 1) * size, number * size))
}

function numbered<T>(count: number, item: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => item(index + 1))
}

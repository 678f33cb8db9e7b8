/** A zone with one SRV record for each cluster, generated piece by piece, since the largest does not fit into a string. */
export interface LargeZone {
  readonly origin: string
  /** SRV records, and so clusters: 1 to 5,000,000. */
  readonly records: number
}

/** The numbers of the SOA record: serial, refresh, retry, expire, minimum. */
export const authorityNumbers: readonly number[] = [1, 3_600, 900, 604_800, 60]

/** Number of hosts that run the MDS. */
const HOSTS = 100

/** The name of the n-th cluster: in the order in which they are, as name servers send them (RFC 4034 section 6.1). */
export function clusterOf(index: number): string {
  return `cluster-${String(index).padStart(7, '0')}`
}

/** The name of the host of the n-th cluster, below the origin. */
export function hostOf(index: number): string {
  return `mds${index % HOSTS}`
}

/** The zone as text for a name server, in pieces of some thousand lines. */
export function* zoneText({ records }: LargeZone): Generator<string> {
  const hosts = Array.from({ length: HOSTS }, (_, index) => `${hostOf(index)} A 192.0.2.${index + 1}\n`)
  yield `$TTL 300\n@ SOA ns1 hostmaster ${authorityNumbers.join(' ')}\n@ NS ns1\nns1 A 127.0.0.1\n${hosts.join('')}`
  const LINES = 10_000
  for (let first = 0; first < records; first += LINES) {
    let text = ''
    for (let index = first; index < Math.min(records, first + LINES); index++) {
      text += `_pstorage._tcp.${clusterOf(index)} SRV 0 10 2510 ${hostOf(index)}\n`
    }
    yield text
  }
}

import { canonicalAddress, clusterNameFault, isLinkLocalIPv6, quoteText, type Warning } from '@pstorage/discovery-core'
import { type PublishedCluster, type PublishedEndpoint, txtRecords, type ZoneRecord } from './zone-record.js'

/** The records that publish clusters, and warnings about results that cannot be published. */
export interface ClusterRecords {
  readonly names: readonly ZoneRecord[]
  /** Of each cluster, in order. */
  readonly services: readonly ZoneRecord[]
  readonly addresses: readonly ZoneRecord[]
  readonly warnings: readonly Warning[]
}

/**
 * Makes TXT, SRV, A and AAAA records of clusters. Every target is a host of its own inside the domain.
 *
 * Priority and weight stay as they are; where they are not known they are 0 and 1, as in the manual page.
 *
 * @see pstorage-discovery(7), Discovery via DNS records
 */
export function clusterRecords(clusters: readonly PublishedCluster[]): ClusterRecords {
  const warnings: Warning[] = []
  const warn = (message: string): void => void warnings.push({ code: 'zone-record-omitted', message })
  const published = clusters.filter(({ name }) => {
    const fault = clusterNameFault(name)
    if (fault !== undefined) warn(`cluster ${quoteText(name, { maxLength: 80 })} is left out: ${fault}`)
    return fault === undefined
  })
  const services: ZoneRecord[] = []
  const addresses = new Map<string, ZoneRecord>()
  for (const { name, endpoints } of published) {
    for (const endpoint of endpoints.toSorted(inOrder)) {
      const fault = addressFault(endpoint)
      if (fault !== undefined) {
        warn(`an address of cluster ${name} is left out: ${quoteText(endpoint.address, { maxLength: 80 })} ${fault}`)
        continue
      }
      const { address, port, priority, weight } = endpoint
      const host = hostOf(name, address)
      services.push({
        owner: `_pstorage._tcp.${name}`,
        type: 'SRV',
        data: `${priority ?? 0} ${weight ?? 1} ${port} ${host}`,
      })
      addresses.set(host, { owner: host, type: address.includes(':') ? 'AAAA' : 'A', data: address })
    }
  }
  const names = txtRecords(published.map(({ name }) => name))
  if (names === undefined) {
    warn(`the TXT records are left out: ${published.length} names do not fit into a response; allow zone transfers`)
  }
  return {
    names: names ?? [],
    services,
    addresses: [...addresses.values()],
    warnings,
  }
}

/** The order of equal endpoints is random: sorted, the same records make the same text. */
function inOrder(a: PublishedEndpoint, b: PublishedEndpoint): number {
  const difference = (a.priority ?? 0) - (b.priority ?? 0) || a.port - b.port
  return difference || (a.address < b.address ? -1 : 1)
}

function addressFault({ address }: PublishedEndpoint): string | undefined {
  if (canonicalAddress(address) === undefined) return 'is not an address'
  return address.includes('%') || isLinkLocalIPv6(address) ? 'is link-local, which DNS cannot express' : undefined
}

/** The longest host that is made here, relative to the domain: the text of an IPv6 address below a label of 63 characters. */
export const LONGEST_HOST: number = 'mds-'.length + 39 + 1 + 63

/**
 * Returns the name of a host for an address, relative to the domain: below the name of the cluster, and made of the address alone. With
 * the name that a source gave, a host on the link would choose which host of the zone gets an address.
 *
 * Labels of hosts have letters, digits and hyphens only (RFC 1123 section 2.1), and servers refuse addresses of others. Clusters
 * whose names differ in other characters may share a host, which has the same address for both.
 */
function hostOf(cluster: string, address: string): string {
  const parent =
    cluster
      .toLowerCase()
      .replaceAll('_', '-')
      .replaceAll(/^-+|-+$/g, '') || 'cluster'
  return `mds-${address.replaceAll(/[.:]/g, '-').replace(/-$/, '-0')}.${parent}`
}

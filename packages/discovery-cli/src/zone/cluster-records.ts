import { canonicalAddress, clusterNameFault, quoteText, type Warning } from '@pstorage/discovery-core'
import { HostLabels } from './host-labels.js'
import { txtRecords } from './txt-records.js'
import type { PublishedCluster, PublishedEndpoint, ZoneRecord } from './zone-record.js'

/** The records that publish clusters, and what cannot be published. */
export interface ClusterRecords {
  readonly names: readonly ZoneRecord[]
  /** Of each cluster, in order. */
  readonly services: readonly ZoneRecord[]
  readonly addresses: readonly ZoneRecord[]
  readonly warnings: readonly Warning[]
}

/** The label of the name server of a zone of ours. */
export const NAME_SERVER = 'ns'

/**
 * Makes TXT, SRV, A and AAAA records of clusters. Every target is inside the domain, so that it needs no other.
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
  const labels = new HostLabels([NAME_SERVER])
  const services: ZoneRecord[] = []
  const hosts = new Map<string, Map<string, ZoneRecord>>()
  for (const { name, endpoints } of published) {
    for (const endpoint of endpoints.toSorted(inOrder)) {
      const fault = addressFault(endpoint)
      if (fault !== undefined) {
        warn(`an address of cluster ${name} is left out: ${quoteText(endpoint.address, { maxLength: 80 })} ${fault}`)
        continue
      }
      const { address, port, priority, weight } = endpoint
      const label = labels.labelOf(endpoint)
      const data = `${priority ?? 0} ${weight ?? 1} ${port} ${label}`
      services.push({ owner: `_pstorage._tcp.${name}`, type: 'SRV', data })
      const records = hosts.get(label) ?? new Map<string, ZoneRecord>()
      hosts.set(
        label,
        records.set(address, { owner: label, type: address.includes(':') ? 'AAAA' : 'A', data: address }),
      )
    }
  }
  const names = txtRecords(published.map(({ name }) => name))
  if (names === undefined) {
    warn(`the TXT records are left out: ${published.length} names do not fit into a response; allow zone transfers`)
  }
  return {
    names: names ?? [],
    services: distinct(services),
    addresses: [...hosts.values()].flatMap((records) => [...records.values()]),
    warnings,
  }
}

/** Chance has a hand in the order of what is equally good: it is taken out, so that the same records make the same text. */
function inOrder(a: PublishedEndpoint, b: PublishedEndpoint): number {
  const difference = (a.priority ?? 0) - (b.priority ?? 0) || a.port - b.port
  return difference || (a.address < b.address ? -1 : 1)
}

function addressFault({ address }: PublishedEndpoint): string | undefined {
  if (canonicalAddress(address) === undefined) return 'is not an address'
  return address.includes('%') || /^fe[89ab]/.test(address) ? 'is link-local, which DNS cannot say' : undefined
}

/** An IPv4 and an IPv6 address of one host and port make one record. */
function distinct(records: readonly ZoneRecord[]): readonly ZoneRecord[] {
  return [...new Map(records.map((record) => [`${record.owner} ${record.data}`, record])).values()]
}

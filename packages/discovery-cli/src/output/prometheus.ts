import { formatEndpoint, type ResolvedEndpoint, type ResolveReport } from '@pstorage/discovery-core'
import { asciiJson } from './ascii-json.js'
import { connectable } from './connectable.js'

/**
 * The endpoints as Prometheus reads them in a file (`file_sd`) or by HTTP (`http_sd`): a list of groups, one for each
 * endpoint. `pstorage_cluster` stays on what is scraped; labels that begin with `__meta_` are for relabelling.
 *
 * Nothing at all where nobody knows, or there is no address that anybody could connect to: an empty list would tell Prometheus
 * that there are no targets any more.
 *
 * @see https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export function prometheusOf({ outcome, cluster, endpoints: all }: ResolveReport): string {
  const endpoints = connectable(all)
  if (outcome === 'undetermined' || (all.length > 0 && endpoints.length === 0)) return ''
  const groups = endpoints.map((endpoint) => ({
    targets: [formatEndpoint(endpoint)],
    labels: { pstorage_cluster: cluster, ...metaLabels(endpoint) },
  }))
  return `${asciiJson(groups, 2)}\n`
}

/** Values of labels are texts; a label with an empty one is the same as none. */
function metaLabels({ host, priority, weight, sources }: ResolvedEndpoint): Readonly<Record<string, string>> {
  const backends = [...new Set(sources.map(({ backend }) => backend))]
  return {
    __meta_pstorage_backends: `,${backends.join(',')},`,
    ...(host !== null && { __meta_pstorage_host: host }),
    ...(priority !== null && { __meta_pstorage_priority: String(priority) }),
    ...(weight !== null && { __meta_pstorage_weight: String(weight) }),
  }
}

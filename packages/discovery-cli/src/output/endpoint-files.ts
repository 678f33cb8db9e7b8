import { formatEndpoint, isLinkLocalIPv6, type ResolvedEndpoint, type ResolveReport } from '@pstorage/discovery-core'
import { asciiText } from '../terminal/terminal-text.js'
import { asciiJson } from './json.js'

/**
 * Returns the endpoints as a `bs.list`, best first, under comments with their sources; an empty text where no endpoint can be
 * connected to.
 *
 * @see pstorage-discovery(7), Discovery via bootstrap lists
 */
export function bsListOf({ cluster, endpoints: all }: ResolveReport): string {
  const endpoints = connectable(all)
  if (endpoints.length === 0) return ''
  const origins = new Set(
    endpoints.flatMap(({ sources }) => sources.map(({ method, origin }) => `${method} ${origin}`)),
  )
  return [`# cluster ${asciiText(cluster)}`, ...[...origins].map((origin) => `# from ${asciiText(origin)}`)]
    .concat(endpoints.map((endpoint) => asciiText(formatEndpoint(endpoint))))
    .map((line) => `${line}\n`)
    .join('')
}

/**
 * Returns the endpoints as a share string, best first and without a password: `192.0.2.3:2510,192.0.2.4:2510:/my-cluster`; an
 * empty text where no endpoint can be connected to.
 */
export function shareOf({ cluster, endpoints: all }: ResolveReport): string {
  const endpoints = connectable(all)
  return endpoints.length === 0 ? '' : `${asciiText(`${endpoints.map(formatEndpoint).join(',')}:/${cluster}`)}\n`
}

/**
 * Returns the endpoints as Prometheus reads them in a file (`file_sd`) or by HTTP (`http_sd`): a list of groups, one for each
 * endpoint. `pstorage_cluster` stays on what is scraped; labels that begin with `__meta_` are for relabelling.
 *
 * Returns an empty text where the outcome is undetermined or no endpoint can be connected to: an empty list would remove all
 * targets in Prometheus.
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

/**
 * Returns the endpoints that a program can connect to as they are written: a link-local address without its link as zone may
 * be another host on each. DNS cannot express the link.
 *
 * @see RFC 4007 section 6
 */
export function connectable(endpoints: readonly ResolvedEndpoint[]): readonly ResolvedEndpoint[] {
  return endpoints.filter(({ address }) => !isLinkLocalIPv6(address) || address.includes('%'))
}

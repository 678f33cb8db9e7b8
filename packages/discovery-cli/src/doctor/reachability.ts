import {
  type AttemptError,
  type ClusterName,
  clusterNameKey,
  formatEndpoint,
  isLinkLocalIPv6,
  probe,
  type ResolvedEndpoint,
} from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  finding,
  firewallLooks,
  type Remedy,
  remedy,
  shellText,
} from '@pstorage/discovery-core/checks'
import type { SourceReports } from './source-reports.js'

/** The check that connects to metadata servers. */
export const mdsReachableCheck: CheckDescription = {
  id: 'mds-reachable',
  checks: 'every metadata server that is found accepts a TCP connection',
  levels: ['ok', 'notice', 'warning', 'error'],
  follows: ['network-route', 'bootstrap-stale'],
}

/** Tries a connection to every metadata server, each once. */
export async function checkReachability(
  sources: SourceReports,
  options: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const endpoints = new Map<string, ResolvedEndpoint>()
  for (const cluster of sources.clusters)
    for (const each of endpointsOf(sources, cluster)) endpoints.set(formatEndpoint(each), each)
  const probed = await probe([...endpoints.values()], options)
  const reachable = new Set(probed.filter((each) => each.reachable).map(formatEndpoint))
  const errors = new Map(probed.map((each) => [formatEndpoint(each), each.error]))
  const reported = new Set<string>()
  return sources.clusters.flatMap((cluster) => {
    const own = endpointsOf(sources, cluster)
    const lost = own.filter((each) => !reachable.has(formatEndpoint(each)))
    if (own.length === 0) return []
    if (lost.length === 0) {
      const seen = `${own.length === 1 ? 'its metadata server accepts' : `all ${own.length} metadata servers accept`} connections`
      return [finding(mdsReachableCheck, 'ok', { subject: cluster, seen })]
    }
    const isAlone = lost.length === own.length
    return lost.flatMap((each) => {
      const text = formatEndpoint(each)
      const { code, message } = errors.get(text) ?? unanswered
      // A server of many clusters is lost once, unless a cluster has no other.
      if (reported.has(text) && !isAlone) return []
      reported.add(text)
      if (isAlternative(each, own, reachable)) {
        return [
          finding(mdsReachableCheck, 'notice', {
            subject: `${text} of ${cluster}`,
            seen: message,
            meaning: 'zeroconf publishes every address of a host; this MDS accepts connections at another one',
          }),
        ]
      }
      return [
        finding(mdsReachableCheck, isAlone ? 'error' : 'warning', {
          subject: `${text} of ${cluster}`,
          seen: message,
          meaning: isAlone ? 'no metadata server of the cluster can be reached from here' : 'clients lose time with it',
          remedies: remediesOf(each, code, isAlone),
          follows: [
            ...(noRoute.has(code) ? ['network-route'] : []),
            ...(isOnlyListed(each, own) ? ['bootstrap-stale'] : []),
          ],
        }),
      ]
    })
  })
}

const unanswered: AttemptError = { code: 'ETIMEDOUT', message: 'connection timed out' }

/** Returns true for the link-local address of an MDS that is reached at another address of its host. */
function isAlternative(
  { address, host, port }: ResolvedEndpoint,
  own: readonly ResolvedEndpoint[],
  reachable: ReadonlySet<string>,
): boolean {
  if (host === null || !isLinkLocalIPv6(address)) return false
  return own.some((each) => each.host === host && each.port === port && reachable.has(formatEndpoint(each)))
}

/** Returns true for the address of a list that DNS, which has other ones of the cluster, does not have. */
function isOnlyListed({ sources }: ResolvedEndpoint, own: readonly ResolvedEndpoint[]): boolean {
  const isInDns = own.some((each) => each.sources.some(({ backend }) => backend === 'dns'))
  return isInDns && sources.every(({ method }) => method === 'bs-list')
}

function endpointsOf({ backends }: SourceReports, cluster: ClusterName): readonly ResolvedEndpoint[] {
  const all = backends.flatMap(({ reports }) => reports.get(clusterNameKey(cluster))?.endpoints ?? [])
  const united = new Map<string, ResolvedEndpoint>()
  for (const each of all) {
    const known = united.get(formatEndpoint(each))
    united.set(
      formatEndpoint(each),
      known === undefined ? each : { ...each, sources: [...known.sources, ...each.sources] },
    )
  }
  return [...united.values()]
}

/** The codes of a missing route. */
const noRoute: ReadonlySet<string> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL'])

/** @param isAlone true when the cluster has no other server, so that its line stays */
function remediesOf(endpoint: ResolvedEndpoint, code: string, isAlone: boolean): readonly Remedy[] {
  const text = formatEndpoint(endpoint)
  const { address, port } = endpoint
  const looks =
    code === 'ECONNREFUSED'
      ? commands(`root on ${address}`, shellText`ss -ltnp 'sport = :${port}'`)
      : noRoute.has(code)
        ? commands('you', shellText`ip route get ${address}`)
        : firewallLooks(address, port, 'tcp')
  const removals = endpoint.sources.flatMap(({ method, origin }): readonly Remedy[] => {
    if (isAlone || method !== 'bs-list') return []
    return [remedy({ kind: 'bs.list', place: origin.replace(/:\d+$/, ''), replaces: text, text: '' })]
  })
  return [...looks, ...removals]
}

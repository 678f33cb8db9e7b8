import {
  type ClusterName,
  clusterNameKey,
  formatEndpoint,
  probe,
  type ResolvedEndpoint,
} from '@pstorage/discovery-core'
import { type CheckDescription, type Finding, finding, type Remedy, remedy } from '@pstorage/discovery-core/checks'
import type { AllSources } from './source-view.js'

/** Whether metadata servers take connections. */
export const mdsReachableCheck: CheckDescription = {
  id: 'mds-reachable',
  checks: 'every metadata server that is found takes a TCP connection',
  levels: ['ok', 'notice', 'warning', 'error'],
}

/** Tries a connection to every metadata server, each once. */
export async function checkReachability(
  sources: AllSources,
  options: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const endpoints = new Map<string, ResolvedEndpoint>()
  for (const cluster of sources.clusters)
    for (const each of endpointsOf(sources, cluster)) endpoints.set(formatEndpoint(each), each)
  const probed = await probe([...endpoints.values()], options)
  const reachable = new Set(probed.filter((each) => each.reachable).map(formatEndpoint))
  const reasons = new Map(
    probed.map((each) => [formatEndpoint(each), each.error?.message ?? 'it did not answer in time']),
  )
  const codes = new Map(probed.map((each) => [formatEndpoint(each), each.error?.code ?? 'ETIMEDOUT']))
  const told = new Set<string>()
  return sources.clusters.flatMap((cluster) => {
    const own = endpointsOf(sources, cluster)
    const lost = own.filter((each) => !reachable.has(formatEndpoint(each)))
    if (own.length === 0) return []
    if (lost.length === 0) {
      const seen = `${own.length === 1 ? 'its metadata server takes' : `all ${own.length} metadata servers take`} connections`
      return [finding(mdsReachableCheck, 'ok', { subject: cluster, seen })]
    }
    const isAlone = lost.length === own.length
    return lost.flatMap((each) => {
      const text = formatEndpoint(each)
      // A server of many clusters is lost once, unless a cluster has no other.
      if (told.has(text) && !isAlone) return []
      told.add(text)
      if (isOneOfItsWays(each, own, reachable)) {
        return [
          finding(mdsReachableCheck, 'notice', {
            subject: `${text} of ${cluster}`,
            seen: `does not take a connection: ${reasons.get(text)}`,
            meaning: 'zeroconf tells every address of a host; this MDS takes connections at another one',
          }),
        ]
      }
      return [
        finding(mdsReachableCheck, isAlone ? 'error' : 'warning', {
          subject: `${text} of ${cluster}`,
          seen: `does not take a connection: ${reasons.get(text)}`,
          meaning: isAlone ? 'no metadata server of the cluster can be reached from here' : 'clients lose time with it',
          remedies: remediesOf(each, codes.get(text) ?? ''),
        }),
      ]
    })
  })
}

/** Whether this is the link-local address of an MDS that is reached at another address of its host. */
function isOneOfItsWays(
  { address, host, port }: ResolvedEndpoint,
  own: readonly ResolvedEndpoint[],
  reachable: ReadonlySet<string>,
): boolean {
  if (host === null || !/^fe[89ab]/i.test(address)) return false
  return own.some((each) => each.host === host && each.port === port && reachable.has(formatEndpoint(each)))
}

function endpointsOf({ views }: AllSources, cluster: ClusterName): readonly ResolvedEndpoint[] {
  const all = views.flatMap(({ reports }) => reports.get(clusterNameKey(cluster))?.endpoints ?? [])
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

/** This host does not know where to send anything. */
const noWay: ReadonlySet<string> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL'])

function remediesOf(endpoint: ResolvedEndpoint, code: string): readonly Remedy[] {
  const text = formatEndpoint(endpoint)
  const onHost = (command: string): Remedy =>
    remedy({ kind: 'command', place: `root on ${endpoint.address}`, text: command })
  const isRefused = code === 'ECONNREFUSED'
  const way = isRefused
    ? onHost(`ss -ltnp 'sport = :${endpoint.port}'`)
    : noWay.has(code)
      ? remedy({ kind: 'command', place: 'root', text: `ip route add ${endpoint.address} via <GATEWAY>` })
      : onHost(`nft insert rule inet filter input tcp dport ${endpoint.port} accept`)
  const removals = endpoint.sources.flatMap(({ method, origin }): readonly Remedy[] => {
    if (method !== 'bs-list') return []
    return [remedy({ kind: 'bs.list', place: origin.replace(/:\d+$/, ''), replaces: text, text: '' })]
  })
  return [way, ...removals]
}

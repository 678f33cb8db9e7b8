import { isIPv4 } from 'node:net'
import {
  type ClusterName,
  clusterNameKey,
  formatEndpoint,
  isLinkLocalIPv6,
  type ResolvedEndpoint,
  type ResolveReport,
} from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  finding,
  remedy,
  shellText,
} from '@pstorage/discovery-core/checks'
import type { BackendName } from '../context.js'
import type { SourceReports } from './source-reports.js'

/** The check that compares sources. */
export const sourcesAgreeCheck: CheckDescription = {
  id: 'sources-agree',
  checks: 'all sources that have addresses of a cluster have the same ones',
  levels: ['ok', 'warning'],
}

/** The check that compares lists with DNS. */
export const listStaleCheck: CheckDescription = {
  id: 'bootstrap-stale',
  checks: 'each bootstrap list has the addresses that DNS has',
  levels: ['ok', 'warning'],
}

/** Compares the sources, two by two. */
export function* checkAgreement(sources: SourceReports): Iterable<Finding> {
  let compared = 0
  let differences = 0
  for (const cluster of sources.clusters) {
    const sides = sidesOf(sources, cluster)
    for (const [index, one] of sides.entries()) {
      for (const other of sides.slice(index + 1)) {
        compared += 1
        const difference = compare(cluster, one, other)
        if (difference === undefined) continue
        differences += 1
        yield difference
      }
    }
  }
  if (compared === 0 || differences > 0) return
  const seen = `${sources.clusters.length} cluster${sources.clusters.length === 1 ? '' : 's'}: all sources agree`
  yield finding(sourcesAgreeCheck, 'ok', { subject: 'addresses', seen })
}

interface Side {
  readonly backend: BackendName
  readonly report: ResolveReport
}

function sidesOf({ backends }: SourceReports, cluster: ClusterName): readonly Side[] {
  return backends.flatMap(({ backend, reports }): readonly Side[] => {
    const report = reports.get(clusterNameKey(cluster))
    return report === undefined || report.endpoints.length === 0 ? [] : [{ backend, report }]
  })
}

function compare(cluster: ClusterName, one: Side, other: Side): Finding | undefined {
  const [left, right] = comparable(one.report.endpoints, other.report.endpoints)
  const [onlyLeft, onlyRight] = [left, right].map((side, index) => {
    const known = new Set((index === 0 ? right : left).map(formatEndpoint))
    return side.map(formatEndpoint).filter((endpoint) => !known.has(endpoint))
  })
  if (onlyLeft === undefined || onlyRight === undefined || onlyLeft.length + onlyRight.length === 0) return undefined
  const seen = [
    ...(onlyLeft.length > 0 ? [`only ${one.backend} has ${shown(onlyLeft)}`] : []),
    ...(onlyRight.length > 0 ? [`only ${other.backend} has ${shown(onlyRight)}`] : []),
  ].join('; ')
  const [dns, list] = [one, other].toSorted((a) => (a.backend === 'dns' ? -1 : 1))
  if (dns?.backend === 'dns' && list?.backend === 'bootstrap') return staleList(cluster, { dns, list, seen })
  return finding(sourcesAgreeCheck, 'warning', {
    subject: cluster,
    seen,
    meaning: `${one.backend} is preferred; one of them is out of date, or a host on the link forges answers`,
    remedies: commands('you', shellText`pstorage-discovery resolve ${cluster} --policy merge -v`),
  })
}

function staleList(
  cluster: ClusterName,
  { dns, list, seen }: { readonly dns: Side; readonly list: Side; readonly seen: string },
): Finding {
  const [file = ''] = (list.report.endpoints[0]?.sources ?? []).map(({ origin }) => origin.replace(/:\d+$/, ''))
  const text = dns.report.endpoints.map(formatEndpoint).sort().join('\n')
  return finding(listStaleCheck, 'warning', {
    subject: file,
    seen: `differs from DNS about ${cluster}: ${seen}`,
    meaning: 'hosts that read only the list connect to other servers than those that use DNS',
    remedies: [remedy({ kind: 'file', place: file, text })],
  })
}

/** Returns the endpoints that can be compared: of families that both sides have, and not link-local. */
function comparable(left: readonly ResolvedEndpoint[], right: readonly ResolvedEndpoint[]) {
  const isGlobal = ({ address }: ResolvedEndpoint): boolean => !isLinkLocalIPv6(address)
  const [one, other] = [left.filter(isGlobal), right.filter(isGlobal)]
  const has = (side: readonly ResolvedEndpoint[], isFour: boolean): boolean =>
    side.some(({ address }) => isIPv4(address) === isFour)
  const families = [true, false].filter((isFour) => has(one, isFour) && has(other, isFour))
  const compared = families.length > 0 ? families : [true, false]
  return [one, other].map((side) => side.filter(({ address }) => compared.includes(isIPv4(address)))) as [
    ResolvedEndpoint[],
    ResolvedEndpoint[],
  ] // two sides came in
}

function shown(endpoints: readonly string[]): string {
  const more = endpoints.length - 5
  return more > 0 ? `${endpoints.slice(0, 5).join(', ')} and ${more} more` : endpoints.join(', ')
}

import { type ClusterName, clusterNameKey, formatEndpoint, type ResolveReport } from '@pstorage/discovery-core'
import { type CheckDescription, type Finding, finding, type Remedy, remedy } from '@pstorage/discovery-core/checks'
import type { BackendName } from '../context.js'
import type { SourceReports } from './source-reports.js'

/** Checks whose findings keep a backend from answering. */
const silentBecause: Readonly<Record<BackendName, readonly string[]>> = {
  dns: ['dns-resolv-conf', 'dns-search-list', 'dns-server-answers', 'dns-server-tcp', 'dns-server-zone', 'dns-domain'],
  bootstrap: ['bootstrap-directory', 'bootstrap-name', 'bootstrap-list'],
  zeroconf: ['zeroconf-interface', 'zeroconf-port', 'zeroconf-loopback'],
}

/** Checks whose findings leave a cluster without an address. */
const unusableBecause: Readonly<Record<BackendName, readonly string[]>> = {
  dns: ['dns-srv-present', 'dns-srv-target', 'dns-srv-port', 'dns-host-address', 'dns-host-usable'],
  bootstrap: ['bootstrap-misnamed-list', 'bootstrap-list', 'bootstrap-syntax', 'bootstrap-address'],
  zeroconf: ['zeroconf-instance'],
}

/** Checks whose findings leave all clusters without a name. */
const unlistedBecause: readonly string[] = ['dns-txt-present', 'dns-domain']

/** The check that finds clusters. */
export const clusterFoundCheck: CheckDescription = {
  id: 'cluster-found',
  checks: 'some source names a cluster, or has addresses of the one in question',
  levels: ['ok', 'warning', 'error'],
  follows: [
    ...new Set([...Object.values(silentBecause).flat(), ...Object.values(unusableBecause).flat(), ...unlistedBecause]),
  ],
}

/** Reports the clusters of all sources, or the wanted one. */
export function* checkClustersFound(sources: SourceReports, wanted: ClusterName | undefined): Iterable<Finding> {
  if (wanted === undefined) {
    yield anyCluster(sources)
    return
  }
  const about = sources.backends.flatMap(({ backend, reports }) => {
    const report = reports.get(clusterNameKey(wanted))
    return report === undefined ? [] : [{ backend, report }]
  })
  const reports = about.map(({ report }) => report)
  const endpoints = new Set(reports.flatMap((report) => report.endpoints.map(formatEndpoint)))
  if (endpoints.size > 0) {
    const shown = [...endpoints].slice(0, 5).join(', ')
    const more = endpoints.size > 5 ? ` and ${endpoints.size - 5} more` : ''
    yield finding(clusterFoundCheck, 'ok', { subject: wanted, seen: `is at ${shown}${more}` })
    return
  }
  const isKnown = reports.some(({ outcome }) => outcome === 'known')
  const isCertain = isKnown || reports.every(({ outcome }) => outcome === 'absent')
  yield finding(clusterFoundCheck, 'error', {
    subject: wanted,
    seen: isKnown
      ? 'exists but has no usable address'
      : isCertain
        ? 'not found: every source answered'
        : 'not found, but not every source answered',
    meaning:
      sources.similar !== undefined
        ? `did you mean ${sources.similar}?`
        : isCertain
          ? 'nothing can connect to it'
          : 'it may exist all the same: fix the sources that did not answer first',
    // A name that no source knows may be a misspelling, for which nothing is to be created.
    remedies: isKnown ? [byHand(wanted)] : [],
    checked: isCertain,
    // A name that is like another one is the cause itself, whatever else is wrong.
    follows: sources.similar !== undefined ? [] : isKnown ? checksOf(about, 'known') : checksOf(about, 'undetermined'),
  })
}

function checksOf(
  about: readonly { readonly backend: BackendName; readonly report: ResolveReport }[],
  outcome: 'known' | 'undetermined',
): readonly string[] {
  const checks = outcome === 'known' ? unusableBecause : silentBecause
  return about.filter(({ report }) => report.outcome === outcome).flatMap(({ backend }) => checks[backend])
}

function anyCluster({ clusters, unanswered, isCut }: SourceReports): Finding {
  const isComplete = unanswered.length === 0
  const subject = 'clusters'
  if (clusters.length > 0) {
    const shown = clusters.slice(0, 8).join(', ')
    const more = clusters.length > 8 || isCut ? ', ...' : ''
    return finding(clusterFoundCheck, 'ok', {
      subject,
      seen: `${clusters.length}${isCut ? ' and more' : ''}: ${shown}${more}`,
    })
  }
  return finding(clusterFoundCheck, 'warning', {
    subject,
    seen: isComplete ? 'no source lists a cluster' : 'no cluster is listed, but not every source answered',
    meaning: isComplete
      ? 'none is published here, or the wrong sources are queried'
      : 'there may be clusters all the same',
    checked: isComplete,
    follows: isComplete ? unlistedBecause : unanswered.flatMap((backend) => silentBecause[backend]),
  })
}

/** The manual way, which always works. */
function byHand(cluster: ClusterName): Remedy {
  return remedy({ kind: 'bs.list', place: `/etc/pstorage/clusters/${cluster}/bs.list`, text: '<ADDRESS>:2510' })
}

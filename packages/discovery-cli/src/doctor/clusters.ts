import { type ClusterName, clusterNameKey, formatEndpoint } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  finding,
  type Remedy,
  remedy,
  shellWord,
} from '@pstorage/discovery-core/checks'
import type { AllSources } from './source-view.js'

/** Whether clusters are found. */
export const clusterFoundCheck: CheckDescription = {
  id: 'cluster-found',
  checks: 'some source names a cluster, or has addresses of the one in question',
  levels: ['ok', 'warning', 'error'],
}

/** Says whether anybody knows a cluster, or the wanted one. */
export function* checkClustersFound(sources: AllSources, wanted: ClusterName | undefined): Iterable<Finding> {
  if (wanted === undefined) {
    yield anyCluster(sources)
    return
  }
  const reports = sources.views.flatMap(({ reports }) => reports.get(clusterNameKey(wanted)) ?? [])
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
      ? 'is known, and nobody has a usable address of it'
      : isCertain
        ? 'everybody could be asked, and nobody knows it'
        : 'nobody who could be asked knows it, and somebody could not be asked',
    meaning: isCertain ? 'nothing can connect to it' : 'it may exist all the same: mend what could not be asked first',
    remedies: [byHand(wanted)],
    checked: isCertain,
  })
}

function anyCluster({ clusters, isComplete, isCut }: AllSources): Finding {
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
    seen: isComplete ? 'no source names any' : 'nobody who could be asked names any, and somebody could not be asked',
    meaning: isComplete ? 'none is published here, or the wrong place is asked' : 'there may be some all the same',
    checked: isComplete,
  })
}

/** The manual way, which always works. */
function byHand(cluster: ClusterName): Remedy {
  const folder = `/etc/pstorage/clusters/${shellWord(cluster)}`
  return remedy({
    kind: 'command',
    place: 'root',
    text: `mkdir -p ${folder} && echo '<ADDRESS>:2510' >${folder}/bs.list`,
  })
}

import type { ClusterName, Warning } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
} from '@pstorage/discovery-core/checks'
import { SERVICE_TYPE_TEXT } from '../service-type.js'
import { avahiServiceFile } from './avahi-file.js'

/** Whether clusters are told about. */
export const clustersCheck: CheckDescription = {
  id: 'zeroconf-clusters',
  checks: 'somebody tells about clusters, or about the one in question',
  levels: ['ok', 'notice'],
}

/** Whether what is told can be used. */
export const instanceCheck: CheckDescription = {
  id: 'zeroconf-instance',
  checks: 'everything that is told about metadata servers can be used',
  levels: ['ok', 'notice', 'warning', 'error'],
}

/** What was told about clusters. */
export interface InstanceFacts {
  readonly clusters: readonly ClusterName[]
  /** The ones that have no endpoint. */
  readonly unusable: readonly ClusterName[]
  readonly warnings: readonly (Warning & { readonly cluster: ClusterName | undefined })[]
  readonly wanted: ClusterName | undefined
}

/** Says which clusters are told about, and what is wrong with what is told. */
export function* checkInstances({ clusters, unusable, warnings, wanted }: InstanceFacts): Iterable<Finding> {
  const subject = SERVICE_TYPE_TEXT
  if (clusters.length === 0) {
    yield finding(clustersCheck, 'notice', {
      subject,
      seen: wanted === undefined ? 'nobody tells about a cluster' : `nobody tells about ${wanted}`,
      meaning: 'multicast cannot say no: perhaps nobody publishes there, perhaps nobody was heard',
      remedies: [avahiServiceFile(wanted)],
    })
  } else {
    const seen = `${clusters.length} cluster${clusters.length === 1 ? '' : 's'}: ${clusters.slice(0, 10).join(', ')}`
    yield finding(clustersCheck, 'ok', { subject, seen })
  }
  for (const { code, message, cluster } of warnings) {
    const isLost = cluster !== undefined && unusable.includes(cluster)
    yield finding(instanceCheck, levelOf(code, isLost), {
      subject: cluster ?? subject,
      seen: message,
      meaning: isLost ? `${cluster} has no metadata server that can be used` : (meanings[code] ?? 'it is left out'),
      remedies: remediesOf(code, cluster),
    })
  }
  if (warnings.length === 0 && clusters.length > 0) {
    yield finding(instanceCheck, 'ok', { subject, seen: instanceCheck.checks })
  }
}

const meanings: Readonly<Record<string, string>> = {
  'mdns-address-local': 'it is used, and means another host everywhere else',
  'mdns-instance-conflict': 'all of them are used: one of them may be forged',
  'mdns-limit': 'what came after that was not heard',
}

function levelOf(code: string, isLost: boolean): FindingLevel {
  if (isLost) return 'error'
  return code === 'mdns-address-local' ? 'notice' : 'warning'
}

function remediesOf(code: string, cluster: ClusterName | undefined): readonly Remedy[] {
  switch (code) {
    case 'mdns-port-invalid':
    case 'mdns-name-invalid':
    case 'mdns-service-missing':
    case 'mdns-target-unresolved':
      return [avahiServiceFile(cluster)]
    default:
      return []
  }
}

import {
  type ClusterName,
  DEFAULT_MDS_PORT,
  discoverClusters,
  type Resolver,
  resolveCluster,
  type Warning,
} from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
  remedy,
} from '@pstorage/discovery-core/checks'
import { clusterSubtype, SERVICE_TYPE_TEXT } from '../records/service-type.js'

/** Checks that clusters are announced. */
export const clustersCheck: CheckDescription = {
  id: 'zeroconf-clusters',
  checks: 'a host announces clusters, or the one in question',
  levels: ['ok', 'notice'],
  follows: ['zeroconf-port', 'zeroconf-loopback', 'zeroconf-answers'],
}

/** Checks that the announced records can be used. */
export const instanceCheck: CheckDescription = {
  id: 'zeroconf-instance',
  checks: 'all announced records of metadata servers can be used',
  levels: ['ok', 'notice', 'warning', 'error'],
}

/** The announced clusters, and the warnings about them. */
interface InstanceFacts {
  readonly clusters: readonly ClusterName[]
  /** The clusters without an endpoint. */
  readonly unusable: readonly ClusterName[]
  readonly warnings: readonly (Warning & { readonly cluster: ClusterName | undefined })[]
  readonly wanted: ClusterName | undefined
}

/** Reports the announced clusters and the faults of their records. @param isSilent no host answers on any link */
export function* checkInstances(
  { clusters, unusable, warnings, wanted }: InstanceFacts,
  isSilent: boolean,
): Iterable<Finding> {
  const subject = SERVICE_TYPE_TEXT
  if (clusters.length === 0) {
    yield finding(clustersCheck, 'notice', {
      subject,
      seen: wanted === undefined ? 'no host announces a cluster' : `no host announces ${wanted}`,
      meaning: 'multicast cannot deny: perhaps no host announces there, perhaps no answer arrived',
      // A name that no host announces may be a misspelling, which must not be announced.
      remedies: wanted === undefined ? [avahiServiceFile(undefined)] : [],
      follows: isSilent ? clustersCheck.follows : [],
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
  'mdns-limit': 'later records were not used',
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

/** Returns the Avahi service file that announces an MDS on its host; see avahi.service(5). */
function avahiServiceFile(cluster: ClusterName | undefined): Remedy {
  const name = cluster === undefined ? '<name><CLUSTER></name>' : `<name>${cluster}</name>`
  const subtype = cluster === undefined ? undefined : clusterSubtype(cluster)
  const lines = [
    '<?xml version="1.0" standalone="no"?>',
    '<!DOCTYPE service-group SYSTEM "avahi-service.dtd">',
    '<service-group>',
    `  ${name}`,
    '  <service>',
    '    <type>_pstorage._tcp</type>',
    ...(subtype === undefined ? [] : [`    <subtype>${subtype}._sub._pstorage._tcp</subtype>`]),
    `    <port>${DEFAULT_MDS_PORT}</port>`,
    '  </service>',
    '</service-group>',
  ]
  const place = `/etc/avahi/services/${cluster ?? 'pstorage'}.service`
  return remedy({ kind: 'file', place, software: 'Avahi', text: lines.join('\n') })
}

/** The most clusters that are resolved to find faults. */
const MAX_CLUSTERS = 50

/** Browses, and resolves the clusters found, or the wanted cluster alone. */
export async function instanceFacts(
  resolver: Resolver,
  wanted: ClusterName | undefined,
  options: { readonly signal: AbortSignal; readonly timeout: number },
): Promise<InstanceFacts> {
  const browsed = wanted === undefined ? await discoverClusters(resolver, options) : undefined
  const names = browsed?.clusters.map(({ name }) => name) ?? (wanted === undefined ? [] : [wanted])
  const resolved = await Promise.all(
    names.slice(0, MAX_CLUSTERS).map(async (name) => ({ name, report: await resolveCluster(resolver, name, options) })),
  )
  const known = resolved.filter(({ report: { outcome } }) => outcome === 'found' || outcome === 'known')
  const warnings = [
    ...(browsed?.warnings.map((warning) => ({ ...warning, cluster: undefined })) ?? []),
    ...resolved.flatMap(({ name, report }) => report.warnings.map((warning) => ({ ...warning, cluster: name }))),
  ]
  return {
    wanted,
    clusters: wanted === undefined ? names : known.map(({ name }) => name),
    unusable: known.filter(({ report }) => report.endpoints.length === 0).map(({ name }) => name),
    warnings: [...new Map(warnings.map((warning) => [warning.message, warning])).values()],
  }
}

import { type ClusterName, discoverClusters, type Resolver, resolveCluster } from '@pstorage/discovery-core'
import type { InstanceFacts } from './instances.js'

/** How many clusters are resolved to see what is wrong with them. */
const MAX_CLUSTERS = 50

/** Browses, and resolves what it has found, or the wanted cluster alone. */
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

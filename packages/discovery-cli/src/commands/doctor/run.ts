import { clusterNameKey, type ResolveReport } from '@pstorage/discovery-core'
import type { Finding } from '@pstorage/discovery-core/checks'
import { optionalClusterOperand } from '../../args/cluster-argument.js'
import type { RunCommand } from '../../args/command.js'
import { querySettings } from '../../args/settings.js'
import type { BackendName, CliContext } from '../../context.js'
import { checkAgreement } from '../../doctor/agreement.js'
import { checkClustersFound } from '../../doctor/clusters.js'
import type { Examination, FindingGroup } from '../../doctor/examination.js'
import { checkNetwork, networkFacts } from '../../doctor/network.js'
import { checkReachability } from '../../doctor/reachability.js'
import { type Checks, checkLoaders, type Progress, runChecks } from '../../doctor/run-checks.js'
import { openSources, type SourceReports, type SourcesQuery } from '../../doctor/source-reports.js'
import { UsageError } from '../../exit-codes.js'
import { backendLoaders } from '../../query/backends.js'
import { fixSettings, runFixes } from './fix.js'

/** `doctor`: checks the chosen backends, compares them, and tries their metadata servers. */
export const runDoctor: RunCommand = async (args, context) => {
  const share = optionalClusterOperand(args)
  if (share !== undefined && share.addresses.length > 0) {
    throw new UsageError('the addresses of a share string need no check of sources: name the cluster alone')
  }
  const { backends, settings, timeout } = querySettings(args, { policy: 'merge' })
  const signal = context.signal ?? new AbortController().signal
  const loaders = context.backends ?? backendLoaders
  const query = { backends, settings, loaders, cluster: share?.cluster, timeout, signal }
  const checks: Checks = (progress) => checkAll(query, context, progress)
  const fixing = fixSettings(args, context)
  return fixing === undefined ? runChecks(args, context, checks) : runFixes(args, context, { ...fixing, checks })
}

async function checkAll(query: SourcesQuery, context: CliContext, progress: Progress): Promise<Examination> {
  const { backends, cluster, settings, signal, timeout } = query
  const loaders = context.checks ?? checkLoaders
  await using opened = await openSources(query)
  const open = new Set<string>(backends)
  const show = (): void => progress([...open].join(', '))
  show()
  const checking = Promise.all(
    backends.map(async (backend): Promise<FindingGroup> => {
      const findings = await gathered(await loaders[backend](settings, { cluster, timeout, signal }))
      open.delete(backend)
      if (open.size > 0) show()
      return { title: backend, findings }
    }),
  )
  // They wait for the same networks, and need nothing of each other.
  const [checked, sources] = await Promise.all([checking, opened.query()])
  progress('metadata servers')
  const clusters = [
    ...checkClustersFound(sources, cluster),
    ...checkAgreement(sources),
    ...(await checkReachability(sources, { timeout, signal })),
  ]
  const network = usesNetwork(backends) ? [{ title: 'host', findings: [...checkNetwork(await networkFacts())] }] : []
  const groups = [...network, ...checked, { title: 'clusters', findings: clusters }]
  return { subject: cluster ?? null, groups, clusters: countFound(sources) }
}

/** Counts the clusters that a source knows. */
function countFound({ backends, clusters }: SourceReports): number {
  const isKnown = (report: ResolveReport | undefined): boolean =>
    report?.outcome === 'found' || report?.outcome === 'known'
  return clusters.filter((name) => backends.some(({ reports }) => isKnown(reports.get(clusterNameKey(name))))).length
}

function usesNetwork(backends: readonly BackendName[]): boolean {
  return backends.some((backend) => backend !== 'bootstrap')
}

async function gathered(findings: AsyncIterable<Finding>): Promise<readonly Finding[]> {
  const all: Finding[] = []
  for await (const each of findings) all.push(each)
  return all
}

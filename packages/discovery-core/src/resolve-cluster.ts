import { type ClusterName, parseClusterName } from './cluster-name.js'
import type { ResolveEvent } from './events.js'
import { guarded } from './guarded-resolver.js'
import { isPlainQuestion, keptReportsOf } from './kept-report.js'
import type { ResolveReport } from './report.js'
import { resolveFold } from './report-fold.js'
import type { QueryOptions, Resolver } from './resolver.js'
import { ownReportsOf } from './resolver-trust.js'

/** {@link QueryOptions}, and a look at what happens on the way. */
export interface ResolveOptions extends QueryOptions {
  /** Called with each event as it comes, before the report is ready. */
  readonly onEvent?: ((event: ResolveEvent) => void) | undefined
}

/**
 * Turns a cluster name into the endpoints of its metadata servers, in one report that says who said what.
 *
 * Any of the endpoints will do: an MDS redirects to the master (pstorage-discovery(7)). Only the outcome `absent` means
 * that there is no such cluster; `undetermined` means that somebody could not be asked.
 *
 * @throws DiscoveryError `ERR_CLUSTER_NAME_INVALID` before anything is asked, `ERR_OPTION_INVALID`,
 * `ERR_RESOLVER_DISPOSED`; `signal.reason` when aborted.
 */
export async function resolveCluster(
  resolver: Resolver,
  cluster: ClusterName | string,
  options: ResolveOptions = {},
): Promise<ResolveReport> {
  const name = parseClusterName(cluster)
  if (isPlainQuestion(options)) {
    const kept = keptReportsOf(resolver)?.resolve(name)
    if (kept !== undefined) return kept
  }
  if (options.onEvent === undefined) {
    const reports = ownReportsOf(resolver)
    if (reports !== undefined) return reports.resolve(name, options)
  }
  const { onEvent, ...query } = options
  const fold = resolveFold(name)
  for await (const event of guarded(resolver).resolve(name, query)) {
    fold.add(event)
    onEvent?.(event)
  }
  return fold.report()
}

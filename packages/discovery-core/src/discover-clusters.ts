import type { DiscoverEvent } from './events.js'
import { guarded } from './guarded-resolver.js'
import { isPlainQuestion, keptReportsOf } from './kept-report.js'
import type { DiscoverReport } from './report.js'
import { discoverFold } from './report-fold.js'
import type { QueryOptions, Resolver } from './resolver.js'
import { ownReportsOf } from './resolver-trust.js'

/** {@link QueryOptions}, and a look at what happens on the way. */
export interface DiscoverOptions extends QueryOptions {
  /** Called with each event as it comes, before the report is ready. */
  readonly onEvent?: ((event: DiscoverEvent) => void) | undefined
}

/**
 * Lists the names of the clusters around here, in one report that says who said what and who could not be asked.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`, `ERR_RESOLVER_DISPOSED`; `signal.reason` when aborted.
 */
export async function discoverClusters(resolver: Resolver, options: DiscoverOptions = {}): Promise<DiscoverReport> {
  if (isPlainQuestion(options)) {
    const kept = keptReportsOf(resolver)?.discover()
    if (kept !== undefined) return kept
  }
  if (options.onEvent === undefined) {
    const reports = ownReportsOf(resolver)
    if (reports !== undefined) return reports.discover(options)
  }
  const { onEvent, ...query } = options
  const fold = discoverFold()
  for await (const event of guarded(resolver).discover(query)) {
    fold.add(event)
    onEvent?.(event)
  }
  return fold.report()
}

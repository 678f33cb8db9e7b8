import { type ClusterName, parseClusterName } from '../cluster-name.js'
import type { ResolveEvent } from '../events.js'
import type { Outcome } from '../outcome.js'
import type { DiscoverReport, ResolveReport } from '../report.js'
import { discoverFold, resolveFold } from '../report-fold.js'
import type { QueryOptions, Resolver } from '../resolver.js'
import { allEvents } from './observe.js'

/**
 * What a `discover` of the resolver itself reports. `discoverClusters` would see to it that a resolver which breaks the
 * rules does no harm; here that has to show.
 */
export async function discovered(resolver: Resolver, options: QueryOptions = {}): Promise<DiscoverReport> {
  const fold = discoverFold()
  const outcome = saidOutcome(await allEvents(resolver.discover(options), fold.add))
  return { ...fold.report(), outcome }
}

/** The same for `resolve`. */
export async function resolved(
  resolver: Resolver,
  cluster: ClusterName | string,
  options: QueryOptions = {},
): Promise<ResolveReport> {
  const name = parseClusterName(cluster)
  const fold = resolveFold(name)
  const outcome = saidOutcome(await allEvents(resolver.resolve(name, options), fold.add))
  return { ...fold.report(), outcome }
}

function saidOutcome(events: readonly ResolveEvent[]): Outcome {
  for (const event of events) if (event.type === 'end') return event.outcome
  return 'undetermined'
}

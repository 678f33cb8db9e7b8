import type { ClusterName } from './cluster-name.js'
import type { DiscoverReport, ResolveReport } from './report.js'
import type { QueryOptions, Resolver } from './resolver.js'

/** Makes whole reports without a stream, for whoever wants nothing else. */
export interface OwnReports {
  discover(options: QueryOptions): Promise<DiscoverReport>
  resolve(cluster: ClusterName, options: QueryOptions): Promise<ResolveReport>
}

interface Made extends OwnReports {
  /** As it was made: whoever puts another method in its place wants that to be called. */
  readonly methods: Pick<Resolver, 'discover' | 'resolve'>
}

const ours = new WeakMap<Resolver, Made>()

/** Remembers that a resolver was made by `createResolver`, which sees to the rules of a stream. */
export function trust(resolver: Resolver, reports: OwnReports): Resolver {
  const { discover, resolve } = resolver
  ours.set(resolver, { ...reports, methods: { discover, resolve } })
  return resolver
}

/** Whether a resolver was made by `createResolver`. A copy of it, which may differ, was not. */
export function keepsTheRules(resolver: Resolver): boolean {
  return ours.has(resolver)
}

/** What makes the reports of a resolver that was made by `createResolver`, and is as it was made. */
export function ownReportsOf(resolver: Resolver): OwnReports | undefined {
  const made = ours.get(resolver)
  const isUntouched = made?.methods.discover === resolver.discover && made.methods.resolve === resolver.resolve
  return isUntouched ? made : undefined
}

import { isTime } from './checked-option.js'
import type { ClusterName } from './cluster-name.js'
import { hasListeners } from './diagnostics.js'
import type { DiscoverReport, ResolveReport } from './report.js'
import type { QueryOptions, Resolver } from './resolver.js'

/** Gives whole reports without a stream; `undefined` where it has to ask, or has more to do than to repeat one. */
export interface KeptReports {
  discover(): DiscoverReport | undefined
  resolve(cluster: ClusterName): ResolveReport | undefined
}

/** Whether a question wants nothing but a report; what is wrong with its options is found out by asking. */
export function isPlainQuestion({ signal, timeout, onEvent }: QueryOptions & { readonly onEvent?: unknown }): boolean {
  return onEvent === undefined && signal?.aborted !== true && (timeout === undefined || isTime(timeout))
}

// Not a property of the resolver: whoever wraps one by copying its properties wants its own methods to be called.
const known = new WeakMap<Resolver, KeptReports>()

/** Notes that this very resolver can give reports at once. */
export function rememberKeptReports(resolver: Resolver, reports: KeptReports): void {
  known.set(resolver, reports)
}

/** What a resolver can give at once. Nothing while somebody listens on the diagnostics channels for every question. */
export function keptReportsOf(resolver: Resolver): KeptReports | undefined {
  return hasListeners() ? undefined : known.get(resolver)
}

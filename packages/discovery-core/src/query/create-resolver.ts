import { type ClusterName, parseClusterName } from '../model/cluster-name.js'
import type { DiscoverEvent, ResolveEvent } from '../model/events.js'
import { discoverReportBuilder, resolveReportBuilder } from '../report/report-builder.js'
import { CancellationSource, stopped } from '../runtime/cancellation.js'
import { type Clock, systemClock } from '../runtime/clock.js'
import { DiscoveryError } from '../runtime/discovery-error.js'
import { type ChangesContext, changesOf, changesStream } from './changes-stream.js'
import { EventStream, runForReport } from './event-stream.js'
import type { QueryContext } from './query-context.js'
import { type QueryCall, type ResolverState, RunningCalls } from './query-run.js'
import type { QueryOptions, Resolver, ResolverShortcuts } from './resolver.js'

/**
 * The backend-specific part of a resolver. What all have in common (checking arguments, the deadline, abort, disposal,
 * the outcome) is done by {@link createResolver}.
 */
export interface ResolverParts {
  /** The `backend` of its sources and attempts. */
  readonly name: string
  /** Emits the names that it finds, and returns when it is done. */
  discover(context: QueryContext<DiscoverEvent>): Promise<void>
  /** Emits the endpoints that it finds, and returns when it is done. The name has been checked. */
  resolve(cluster: ClusterName, context: QueryContext<ResolveEvent>): Promise<void>
  /**
   * Hints that a new query is worth it, for one cluster or of the names, until its signal aborts; returns when it cannot
   * tell any more. Default: the resolver gives no hints.
   */
  readonly changes?: ((cluster: ClusterName | undefined, watching: ChangesContext) => Promise<void>) | undefined
  /** Releases what outlives a context; called once, when no context is under way any more. */
  dispose?(): Promise<void>
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/**
 * Makes a {@link Resolver} of the parts that differ from backend to backend.
 *
 * An exception from the parts is a fault of the backend itself: the stream rejects with it. What goes wrong outside is
 * for the parts to emit as an attempt.
 */
export function createResolver(parts: ResolverParts): Resolver {
  return makeResolver(parts, false)
}

/** Time, in milliseconds, that the disposal of a resolver may take before it is abandoned. */
const DISPOSAL_TIME = 2_000

/** {@link ResolverParts} of a resolver that asks others, which it owns. */
interface ComposedParts extends ResolverParts, Pick<ResolverShortcuts, 'cachedReports' | 'expire'> {
  readonly resolvers: readonly Resolver[]
}

/**
 * Makes a resolver that only asks others, by `relay`, which leaves behind a resolver that does not stop in time. What the
 * others know is then passed on after that, for as long as it takes.
 *
 * The hints are those of the others, disposing it disposes them, and expiring expires what they retain, unless the parts say
 * otherwise.
 */
export function composeResolver(parts: ComposedParts): Resolver {
  const { resolvers } = parts
  const expire = (cluster: ClusterName | undefined): void => {
    for (const { shortcuts } of resolvers) shortcuts?.expire?.(cluster)
  }
  const dispose = async (): Promise<void> => {
    await parts.dispose?.()
    await disposeAll(resolvers)
  }
  return makeResolver({ changes: changesOf(resolvers), expire, ...parts, dispose }, true)
}

function makeResolver(
  parts: ResolverParts & Pick<ResolverShortcuts, 'cachedReports' | 'expire'>,
  endsByItself: boolean,
): Resolver {
  const { name, clock = systemClock } = parts
  const disposal = new CancellationSource()
  const running = new RunningCalls()
  const state: ResolverState = { backend: name, clock, disposal, running, endsByItself }
  const { changes, cachedReports, expire } = parts
  let disposed: Promise<void> | undefined

  const dispose = async (): Promise<void> => {
    const reason = new DiscoveryError('ERR_RESOLVER_DISPOSED', `the resolver ${name} was disposed`)
    disposal.abort(reason)
    await running.cancelAll(reason)
    await parts.dispose?.()
  }

  const discoverCall = (options: QueryOptions): QueryCall<DiscoverEvent> => ({
    state,
    resultType: 'cluster',
    cluster: null,
    options,
    run: (context) => parts.discover(context),
  })
  const resolveCall = (cluster: ClusterName, options: QueryOptions): QueryCall<ResolveEvent> => ({
    state,
    resultType: 'endpoint',
    cluster,
    options,
    run: (context) => parts.resolve(cluster, context),
  })

  const resolver: Resolver = {
    name,
    discover: (options = {}) => new EventStream(() => discoverCall(options)),
    resolve: (cluster, options = {}) => new EventStream(() => resolveCall(parseClusterName(cluster), options)),
    ...(changes !== undefined && {
      async *changes(cluster: ClusterName | undefined, options: QueryOptions = {}) {
        const checked = cluster === undefined ? undefined : parseClusterName(cluster)
        yield* changesStream({ state, options, run: (watching) => changes.call(parts, checked, watching) })
      },
    }),
    [Symbol.asyncDispose]() {
      disposed ??= dispose()
      return disposed
    },
  }
  const { discover, resolve } = resolver
  const reports = {
    discover: (options: QueryOptions) => runForReport(discoverCall(options), discoverReportBuilder()),
    resolve: (cluster: ClusterName, options: QueryOptions) =>
      runForReport(resolveCall(cluster, options), resolveReportBuilder(cluster)),
  }
  return Object.assign(resolver, {
    shortcuts: { resolver, methods: { discover, resolve }, reports, cachedReports, expire },
  })
}

/**
 * Disposes all, also when one of them fails to; then throws what the first failure was. One that does not come to an end
 * is left behind.
 */
async function disposeAll(resolvers: readonly Resolver[]): Promise<void> {
  const done = new AbortController()
  const late = systemClock.sleep(DISPOSAL_TIME, done.signal).catch(() => {})
  const disposed = resolvers.map(async (resolver) => Promise.race([resolver[Symbol.asyncDispose](), late]))
  const results = await Promise.allSettled(disposed)
  done.abort(stopped)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ClusterName } from '../model/cluster-name.js'
import { allowManyListeners, stopped } from '../runtime/cancellation.js'
import { type Clock, lateness } from '../runtime/clock.js'
import { type EventQueue, eventQueue } from '../runtime/event-queue.js'
import { checkedTime } from '../runtime/option-checks.js'
import { GRACE, isAbortOf, type ResolverState, type RunningCall } from './query-run.js'
import type { QueryOptions, Resolver } from './resolver.js'

/** One call of `changes`, as the code of a backend sees it. */
export interface ChangesContext {
  /** Aborts when hints are not wanted any more. Let go of everything then, and return. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Says that a new query is worth it. Hints that were not taken yet count as one. */
  hint(): void
}

export interface ChangesCall {
  readonly state: ResolverState
  readonly options: QueryOptions
  readonly run: (watching: ChangesContext) => Promise<void>
}

/** Yields hints until their source stops. Leaving, aborting and disposing end that at once. */
export async function* changesStream({ state, options, run }: ChangesCall): AsyncGenerator<void> {
  const timeout = options.timeout === undefined ? undefined : checkedTime('timeout', options.timeout)
  const { clock, disposal, running } = state
  if (disposal.aborted) throw disposal.reason
  options.signal?.throwIfAborted()

  const hints = eventQueue<'hint'>()
  const over = new AbortController()
  let waiting = false
  const hint = (): void => {
    if (!waiting) hints.push('hint')
    waiting = true
  }
  const end = (reason: unknown): void => {
    hints.fail(reason)
    over.abort(reason)
  }
  const onAbort = (): void => end(options.signal?.reason)
  if (options.signal !== undefined) allowManyListeners(options.signal).addEventListener('abort', onAbort)
  if (timeout !== undefined) {
    clock.sleep(timeout, over.signal).then(
      () => hints.close(),
      () => {},
    )
  }
  const released = runToEnd(
    () => run({ signal: allowManyListeners(over.signal), clock, hint }),
    hints,
    over.signal,
    clock,
  )
  const work: RunningCall = { released, index: 0, cancel: end }
  running.add(work)
  try {
    for (;;) {
      if ((await hints.next()) === undefined) return
      waiting = false
      yield
    }
  } finally {
    end(new Error('hints were no longer wanted'))
    await released
    running.remove(work)
    options.signal?.removeEventListener('abort', onAbort)
  }
}

/** Resolves when the work has ended, or has not let go in time. */
async function runToEnd(
  work: () => Promise<void>,
  hints: EventQueue<'hint'>,
  over: AbortSignal,
  clock: Clock,
): Promise<void> {
  const settled = new AbortController()
  const working = async (): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (!isAbortOf(over, error)) hints.fail(error)
    }
    hints.close()
  }
  await Promise.race([working(), lateness([over], GRACE, clock, settled.signal)])
  settled.abort(stopped)
}

/** Returns what a resolver that is made of others passes on of their hints; nothing where none of them can tell. */
export function changesOf(
  resolvers: readonly Resolver[],
): ((cluster: ClusterName | undefined, watching: ChangesContext) => Promise<void>) | undefined {
  const telling = resolvers.filter(({ changes }) => changes !== undefined)
  if (telling.length === 0) return undefined
  return async (cluster, watching) => {
    await Promise.all(telling.map((resolver) => passOn(resolver, cluster, watching)))
  }
}

/** One that fails gives no hints, and takes none from the others. */
async function passOn(resolver: Resolver, cluster: ClusterName | undefined, watching: ChangesContext): Promise<void> {
  try {
    for await (const _ of resolver.changes?.(cluster, { signal: watching.signal }) ?? []) {
      if (watching.signal.aborted) return
      watching.hint()
      // One that always has a next hint would starve timers and sockets, and with them the code that wants it to stop.
      await nextTurn()
    }
  } catch {
    // Hints are a help: a caller that waits for them also asks from time to time without.
  }
}

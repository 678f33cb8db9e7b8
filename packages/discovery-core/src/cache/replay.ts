import { type AttemptStatus, newAttemptId } from '../model/attempt.js'
import type {
  AttemptFinishedEvent,
  AttemptStartedEvent,
  DiscoverEvent,
  EndEvent,
  ResolveEvent,
  WarningEvent,
} from '../model/events.js'
import { couldNotAsk, type Outcome } from '../model/outcome.js'
import { OpenAttempts, type QueryContext } from '../query/query-context.js'
import type { Resolver } from '../query/resolver.js'
import { isTooOld, type LastGood, outcomeWith, type RetainedResult } from '../retain/last-good.js'
import { replayed, staleItemsOf } from '../retain/lifetime.js'
import type { SharedPoll } from '../retain/poll.js'
import type { RetainPolicy } from '../retain/retain-options.js'
import { stopped } from '../runtime/cancellation.js'
import type { Clock } from '../runtime/clock.js'
import { formatAge } from '../runtime/text.js'

export interface FollowOptions {
  /** The resolver behind the cache. */
  readonly resolver: Resolver
  readonly clock: Clock
  /** Milliseconds to wait where there is something to fall back on; `undefined` where there is nothing. */
  readonly timeout: number | undefined
  /** Keeps an event from being passed on as it comes. */
  readonly holdBack: (event: DiscoverEvent | ResolveEvent) => boolean
}

/**
 * Passes the events of a poll under way on to one of the queries that share it.
 *
 * - `done`: it has ended
 * - `left`: the query is over, or waits no longer; the poll goes on where there is something to fall back on, or another
 *   query shares it
 */
export async function followPoll<Event extends DiscoverEvent | ResolveEvent>(
  poll: SharedPoll<Event>,
  context: QueryContext<Event | DiscoverEvent>,
  { resolver, clock, timeout, holdBack }: FollowOptions,
): Promise<'done' | 'left'> {
  const attempts = new OpenAttempts(poll.resultType, clock)
  const leave = poll.join((event) => {
    attempts.onEvent(event)
    if (!holdBack(event)) context.emit(event)
  })
  const waited = new AbortController()
  const left = new Promise<'left'>((resolve) => {
    const giveUp = (): void => resolve('left')
    if (context.signal.aborted) giveUp()
    // Stryker disable next-line ObjectLiteral: it is not waited for any more: it would only be kept for as long as the query
    context.signal.addEventListener('abort', giveUp, { signal: waited.signal })
    if (timeout !== undefined) clock.sleep(timeout, waited.signal).then(giveUp, () => {})
  })
  const end = await Promise.race([poll.done, left])
  waited.abort(stopped)
  if (end === 'left' && !context.callerSignal.aborted) {
    // A poll that runs out of time together with this query says itself how its attempts ended.
    if (poll.endsAt <= clock.now()) {
      await poll.done
      leave()
      return 'done'
    }
    if (timeout !== undefined) poll.keepGoing()
    const error = { code: 'ETIMEDOUT', message: 'no answer in time' }
    for (const attempt of attempts.finishResolver(resolver, 'timeout', { error })) {
      // What there is to fall back on is whole, whatever has come in addition.
      context.emit(timeout === undefined ? attempt : { ...attempt, count: 0 })
    }
  }
  leave()
  if (poll.isCancelled) await poll.done
  return end === 'left' ? 'left' : 'done'
}

/** The `backend` and `target` of the attempt that reports a replay. */
export interface ReplaySource {
  readonly backend: string
  readonly target: string
}

/** Returns what is known, without what has become too old meanwhile. */
export function stillGood(known: LastGood, now: number, policy: RetainPolicy): LastGood {
  const kept = known.retained.filter((one) => one.why === null || !isTooOld(one, now, policy))
  return { ...known, retained: kept, outcome: outcomeWith(kept, known.poll) }
}

/** All events of an answer that is given again: results, attempts and warnings as they were, and how old they are. */
export function replayAnswer(known: LastGood, now: number, source: ReplaySource): readonly (ResolveEvent | EndEvent)[] {
  const { retained, outcome, poll } = known
  const results = retained.filter(({ assertion }) => assertion.type === poll.resultType).length
  const id = newAttemptId()
  return [
    started(source, id),
    ...retained.map((one) => replayed(one, now)),
    ...poll.attempts,
    ...poll.warnings,
    ...staleWarning(known, now, source),
    finished(source, id, statusOf(outcome), results, ageOf(known, now)),
    // What no event says of its own.
    { type: 'end', outcome },
  ]
}

/** Returns what is added to a fresh answer for want of a better one. Nothing where nothing had to be kept. */
export function replayStale(known: LastGood, now: number, source: ReplaySource): readonly ResolveEvent[] {
  const kept = known.retained.filter(({ why }) => why !== null)
  if (kept.length === 0) return []
  const results = kept.filter(({ assertion }) => assertion.type === known.poll.resultType).length
  const id = newAttemptId()
  return [
    started(source, id),
    ...kept.map((one) => replayed(one, now)),
    ...staleWarning(known, now, source),
    finished(source, id, statusOf(known.outcome), results, ageOf({ ...known, retained: kept }, now)),
  ]
}

function started({ backend, target }: ReplaySource, id: number): AttemptStartedEvent {
  return { type: 'attempt-started', id, backend, method: 'cache', target }
}

function finished(
  { backend, target }: ReplaySource,
  id: number,
  status: AttemptStatus,
  count: number,
  detail: string,
): AttemptFinishedEvent {
  const none = { server: null, elapsedMs: 0, error: null }
  return { type: 'attempt-finished', id, backend, method: 'cache', target, status, count, detail, ...none }
}

/** Returns the status of a replay. To know nothing is no failure of a cache: the attempts that failed stand beside. */
function statusOf(outcome: Outcome): AttemptStatus {
  return outcome === 'found' ? 'found' : outcome === 'undetermined' ? 'skipped' : 'empty'
}

function ageOf(known: LastGood, now: number): string {
  const stale = staleItemsOf(known)
  const age = stale.size > 0 ? now - oldest(known.retained) : now - known.poll.at
  return `${stale.size > 0 ? 'stale' : 'kept'}, ${formatAge(age)} old`
}

function oldest(kept: readonly RetainedResult[]): number {
  return kept.reduce((least, { assertedAt }) => Math.min(least, assertedAt), Number.POSITIVE_INFINITY)
}

function staleWarning(known: LastGood, now: number, { target }: ReplaySource): readonly WarningEvent[] {
  const retained = known.retained.filter(({ why }) => why !== null)
  if (retained.length === 0 || staleItemsOf(known).size === 0) return []
  const age = formatAge(now - oldest(retained))
  const message = `${target}: results that were last confirmed ${age} ago are still given: ${reasonOf(known)}`
  return [{ type: 'warning', code: 'stale-answer', message }]
}

function reasonOf({ retained, poll }: LastGood): string {
  if (retained.every(({ why }) => why !== 'unheard')) return 'that there are none any more is not confirmed yet'
  const failed = poll.attempts.find(({ status }) => couldNotAsk(status))
  if (failed === undefined) return 'no source has answered'
  const reason = failed.error === null ? '' : ` (${failed.error.message})`
  return `${failed.backend} ended as ${failed.status}${reason}`
}

import type { AttemptStatus } from '../attempt.js'
import type { AskingEvent, AttemptEvent, EndEvent, ResolveEvent, WarningEvent } from '../events.js'
import { formatAge } from '../format-age.js'
import type { KeepPolicy } from '../keep/keep-options.js'
import { isTooOld, type Kept, type LastGood, outcomeWith } from '../keep/last-good.js'
import { staleItemsOf } from '../keep/lifetime.js'
import { repeated } from '../keep/repeat.js'
import { couldNotAsk, type Outcome } from '../outcome.js'

/** Who repeats what: the `backend` and the `target` of the attempt that says so. */
export interface Repeater {
  readonly backend: string
  readonly target: string
}

/** What is known, without what has become too old meanwhile. */
export function stillGood(known: LastGood, now: number, policy: KeepPolicy): LastGood {
  const kept = known.kept.filter((one) => one.why === null || !isTooOld(one, now, policy))
  return { ...known, kept, outcome: outcomeWith(kept, known.round) }
}

/** All events of an answer that is given again: results, attempts and warnings as they were, and how old they are. */
export function keptAnswer(known: LastGood, now: number, who: Repeater): readonly (ResolveEvent | EndEvent)[] {
  const { kept, outcome, round } = known
  const results = kept.filter(({ statement }) => statement.type === round.resultType).length
  return [
    ...asking(who),
    ...kept.map((one) => repeated(one, now)),
    ...round.attempts,
    ...round.warnings,
    ...staleWarning(known, now, who),
    attemptOf(who, statusOf(outcome), results, ageOf(known, now)),
    // What nobody said in an event of its own.
    { type: 'end', outcome },
  ]
}

/** What is added to a fresh answer for want of a better one. Nothing where nothing had to be kept. */
export function keptBeside(known: LastGood, now: number, who: Repeater): readonly ResolveEvent[] {
  const kept = known.kept.filter(({ why }) => why !== null)
  if (kept.length === 0) return []
  const results = kept.filter(({ statement }) => statement.type === known.round.resultType).length
  return [
    ...asking(who),
    ...kept.map((one) => repeated(one, now)),
    ...staleWarning(known, now, who),
    attemptOf(who, statusOf(known.outcome), results, ageOf({ ...known, kept }, now)),
  ]
}

function asking({ backend, target }: Repeater): readonly AskingEvent[] {
  return [{ type: 'asking', backend, method: 'cache', target }]
}

function attemptOf({ backend, target }: Repeater, status: AttemptStatus, count: number, detail: string): AttemptEvent {
  const none = { server: null, elapsedMs: 0, error: null }
  return { type: 'attempt', backend, method: 'cache', target, status, count, detail, ...none }
}

/** That nothing is known here is no failure of the cache: the attempts that failed stand beside. */
function statusOf(outcome: Outcome): AttemptStatus {
  return outcome === 'found' ? 'found' : outcome === 'undetermined' ? 'skipped' : 'empty'
}

function ageOf(known: LastGood, now: number): string {
  const stale = staleItemsOf(known)
  const age = stale.size > 0 ? now - oldest(known.kept) : now - known.round.at
  return `${stale.size > 0 ? 'stale' : 'kept'}, ${formatAge(age)} old`
}

function oldest(kept: readonly Kept[]): number {
  return kept.reduce((least, { saidAt }) => Math.min(least, saidAt), Number.POSITIVE_INFINITY)
}

function staleWarning(known: LastGood, now: number, { target }: Repeater): readonly WarningEvent[] {
  const retained = known.kept.filter(({ why }) => why !== null)
  if (retained.length === 0 || staleItemsOf(known).size === 0) return []
  const age = formatAge(now - oldest(retained))
  const message = `${target}: results that were last confirmed ${age} ago are still given: ${reasonOf(known)}`
  return [{ type: 'warning', code: 'stale-answer', message }]
}

function reasonOf({ kept, round }: LastGood): string {
  if (kept.every(({ why }) => why !== 'unheard')) return 'that there are none any more is not confirmed yet'
  const failed = round.attempts.find(({ status }) => couldNotAsk(status))
  if (failed === undefined) return 'nobody has answered'
  const reason = failed.error === null ? '' : ` (${failed.error.message})`
  return `${failed.backend} ended as ${failed.status}${reason}`
}

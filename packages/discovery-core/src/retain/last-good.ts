import type { Attempt, AttemptStatus } from '../model/attempt.js'
import { type Choice, isWithin } from '../model/choice.js'
import { clusterNameKey } from '../model/cluster-name.js'
import { formatEndpoint } from '../model/endpoint.js'
import { couldNotAsk, type Outcome } from '../model/outcome.js'
import type { Source } from '../model/source.js'
import type { Assertion, Poll } from './poll.js'
import type { RetainPolicy } from './retain-options.js'

/** A statement, and how far it can be relied upon. */
export interface RetainedResult {
  readonly assertion: Assertion
  /** Time at which its source last asserted it, in milliseconds of the clock. */
  readonly assertedAt: number
  /** Reason why it is kept although its source did not repeat it; `null` when it is fresh. */
  readonly why: 'unheard' | 'denied' | null
  /** Number of denials in a row, and the time of the last one. */
  readonly denials: number
  readonly deniedAt: number
}

/** Results after a poll: those of the poll, and those retained from before. */
export interface LastGood {
  readonly retained: readonly RetainedResult[]
  readonly outcome: Outcome
  /** The last round, for its attempts and warnings. */
  readonly poll: Poll
}

/**
 * Unites what was known with a new round: the one place where it is decided what an error or a no removes, and that no
 * error makes a caller go over from a preferred source to a less preferred one.
 */
export function retainLastGood(before: readonly RetainedResult[], round: Poll, policy: RetainPolicy): LastGood {
  const isWithdrawn = withdrawalsIn(round)
  const live = before.filter((old) => !isTooOld(old, round.at, policy) && !isWithdrawn(old.assertion))
  const unanswered = unansweredIn(round.assertions)
  const standing = verdictsAfter(round)
  const survivors = live.flatMap((old) => {
    const verdict = standing(old.assertion.source)
    const wasPassedOver = verdict === 'retracted' && isUnanswered(old.assertion, unanswered)
    return afterStanding(old, wasPassedOver ? 'unheard' : verdict, round.at, policy) ?? []
  })
  const kept: RetainedResult[] = []
  const said = new Set<string>()
  for (const statement of round.assertions) {
    if (goesOver(statement, survivors, live)) continue
    said.add(identityOf(statement))
    kept.push({
      assertion: statement,
      assertedAt: round.at - (statement.staleMs ?? 0),
      why: null,
      denials: 0,
      deniedAt: 0,
    })
  }
  for (const old of survivors) if (!said.has(identityOf(old.assertion))) kept.push(old)
  return { retained: kept, outcome: outcomeWith(kept, round), poll: round }
}

/** Returns whether a statement stands in for something preferred to it of which there is a last good answer. */
export function maySwitchSource(statement: Assertion, known: readonly RetainedResult[]): boolean {
  return goesOver(statement, known, known)
}

/**
 * Returns whether to take a statement would be to go over to a less preferred source because the preferred one could not be asked.
 * Not so where nothing of the preferred one is kept, or where something of the less preferred one is kept already.
 */
function goesOver({ choice }: Assertion, kept: readonly RetainedResult[], before: readonly RetainedResult[]): boolean {
  if (choice === undefined || choice.unanswered.length === 0) return false
  if (!kept.some(({ assertion }) => isUnanswered(assertion, choice.unanswered))) return false
  return !before.some(({ assertion }) => assertion.choice !== undefined && isWithin(assertion.choice.path, choice.path))
}

function isUnanswered({ choice }: Assertion, unanswered: Choice['unanswered']): boolean {
  return choice !== undefined && unanswered.some((path) => isWithin(choice.path, path))
}

/** Each once: nearly always all results of a round share one choice. */
function unansweredIn(statements: readonly Assertion[]): Choice['unanswered'] {
  const choices = new Set(statements.map(({ choice }) => choice))
  return [...choices].flatMap((choice) => choice?.unanswered ?? [])
}

/** The same when no source has answered in time: everything is kept. */
export function withoutAnswer(known: LastGood): LastGood {
  return { ...known, retained: known.retained.map((one) => ({ ...one, why: one.why ?? 'unheard' })) }
}

/** Returns whether its source has not said so for too long. */
export function isTooOld({ assertedAt }: RetainedResult, now: number, { maxStale }: RetainPolicy): boolean {
  return now - assertedAt > maxStale
}

/** Returns the key of a result, whatever its source. */
export function itemOf(statement: Assertion): string {
  return statement.type === 'endpoint' ? formatEndpoint(statement) : clusterNameKey(statement.name)
}

/**
 * The outcome of what is kept. A no is never kept over an error: there is nothing in it to keep. Results that were cut
 * short are not all that there is, and results that are not kept any more are none.
 */
export function outcomeWith(kept: readonly RetainedResult[], round: Poll): Outcome {
  const isResult = ({ type }: Assertion): boolean => type === round.resultType
  const hasResult = kept.some(({ assertion }) => isResult(assertion))
  if (hasResult) return round.outcome === 'undetermined' && round.assertions.some(isResult) ? 'undetermined' : 'found'
  if (kept.length > 0) return 'known'
  return round.outcome === 'found' ? 'undetermined' : round.outcome
}

function afterStanding(
  old: RetainedResult,
  standing: 'retracted' | 'denied' | 'unheard',
  now: number,
  { empty, confirmations, confirmInterval }: RetainPolicy,
): RetainedResult | undefined {
  if (standing === 'retracted') return undefined
  if (standing === 'unheard') return { ...old, why: 'unheard', denials: 0 }
  if (empty === 'believe') return undefined
  const counts = old.denials === 0 || now - old.deniedAt >= confirmInterval
  const denials = old.denials + (counts ? 1 : 0)
  if (empty === 'confirm' && denials >= confirmations) return undefined
  return { ...old, why: 'denied', denials, deniedAt: counts ? now : old.deniedAt }
}

/** Tells what those who said it know to stand no more. */
function withdrawalsIn({ attempts }: Poll): (statement: Assertion) => boolean {
  const withdrawals = attempts.flatMap(({ backend, method, withdrawn = [] }) =>
    withdrawn.map(({ what, origin }) => withdrawalKey(what, { backend, method, origin })),
  )
  const keys = new Set(withdrawals)
  return (statement) => {
    const what = statement.type === 'endpoint' ? formatEndpoint(statement) : statement.name
    return keys.has(withdrawalKey(what, statement.source))
  }
}

function withdrawalKey(
  what: string,
  { backend, method, origin }: Pick<Attempt, 'backend' | 'method'> & Pick<Source, 'origin'>,
): string {
  // Stryker disable next-line MethodExpression: names and addresses are ASCII, which is the same in capitals where it is the same in small letters
  return JSON.stringify([backend, method, origin, what.toLowerCase()])
}

/** A source that says the same again replaces what it said before, whatever server or line it comes from this time. */
function identityOf(statement: Assertion): string {
  return `${statement.type} ${itemOf(statement)} ${sourceKey(statement.source)}`
}

/**
 * Verdict of a poll on a source that did not repeat its assertion.
 *
 * - `retracted`: it answered without repeating it, or was not needed
 * - `denied`: it answered that there is nothing
 * - `unheard`: it could not be asked, or was silent
 */
export type SourceVerdict = 'retracted' | 'denied' | 'unheard'

/** Tells for every source how it stands after a round. */
function verdictsAfter(round: Poll): (source: Source) => SourceVerdict {
  const statuses = new Map<string, AttemptStatus>()
  const failed = new Set<string>()
  const failedAsAWhole = new Set<string>()
  for (const { backend, method, status: ended, incomplete } of round.attempts) {
    // What it has left out may be what a part would have said that could not be asked.
    const status = incomplete === true && ended === 'found' ? 'failed' : ended
    if (couldNotAsk(status)) (method === null ? failedAsAWhole : failed).add(backend)
    // Stryker disable next-line ConditionalExpression: nothing comes from a source without a method, so that is never looked up: the compiler does not know
    if (method === null) continue
    const key = sourceKey({ backend, method })
    const known = statuses.get(key)
    // Stryker disable next-line EqualityOperator: what weighs the same stands the same
    if (known === undefined || weight(status) > weight(known)) statuses.set(key, status)
  }
  const standing = (source: Source): SourceVerdict => {
    if (failedAsAWhole.has(source.backend)) return 'unheard'
    const status = statuses.get(sourceKey(source))
    if (status !== undefined) return standingOf(status)
    // Its query was not reached, or a resolver around it has failed that speaks for backends unnamed here.
    return failed.has(source.backend) || failedAsAWhole.size > 0 ? 'unheard' : 'retracted'
  }
  if (round.assertions.some(({ type }) => type === round.resultType)) return standing
  // Without any result the outcome has weighed all attempts already: what it leaves open takes nothing back.
  if (round.outcome === 'undetermined') return () => 'unheard'
  return (source) => (standing(source) === 'unheard' ? 'unheard' : 'denied')
}

/** Returns the key of a source: one backend may fail by one method and answer by another. */
function sourceKey({ backend, method }: Pick<Source, 'backend' | 'method'>): string {
  return `${backend} ${method}`
}

function standingOf(status: AttemptStatus): SourceVerdict {
  if (couldNotAsk(status) || status === 'silent') return 'unheard'
  return status === 'empty' ? 'denied' : 'retracted'
}

/** Of several attempts of one key the heaviest counts: a failure, silence, a result, a no, a query not needed. */
function weight(status: AttemptStatus): number {
  if (couldNotAsk(status)) return 4
  return status === 'silent' ? 3 : status === 'found' ? 2 : status === 'empty' ? 1 : 0
}

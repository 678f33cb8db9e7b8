import { newQuery, type Query } from '../../reply/query.js'
import type { Cookie } from './cookies.js'
import type { ExchangePlan } from './exchange-plan.js'
import { describeStep, type FallbackReason, type FallbackStep } from './fallback-steps.js'

/** A query in one of the forms that a transaction sends. */
export interface SentQuery extends Query {
  readonly hasCookie: boolean
  /** The step that led to it; `undefined` for the first query. */
  readonly step: FallbackStep | undefined
  readonly reason: FallbackReason | undefined
  /** Says in a phrase how and why it differs from the first query. */
  readonly note: string | null
}

/**
 * Builds a query in the form of a step; without one, in the form that is sent first.
 *
 * @param cookie goes with the first form only
 */
export function newSentQuery(
  { question, authenticData, randomCase }: ExchangePlan,
  cookie: Cookie | undefined,
  step?: FallbackStep,
  reason?: FallbackReason,
): SentQuery {
  const edns = step !== 'no-edns'
  const option = step === undefined ? cookie?.option : undefined
  const { id, bytes } = newQuery(question, { authenticData, edns, cookie: option, randomCase })
  const note = step === undefined || reason === undefined ? null : describeStep(step, reason)
  return { randomCase, id, edns, bytes, hasCookie: option !== undefined, step, reason, note }
}

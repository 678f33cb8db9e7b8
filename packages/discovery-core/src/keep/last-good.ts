import type { Attempt } from '../attempt.js'
import { clusterNameKey } from '../cluster-name.js'
import { formatEndpoint } from '../endpoint.js'
import type { Outcome } from '../outcome.js'
import type { Source } from '../source.js'
import type { KeepPolicy } from './keep-options.js'
import type { Round, Statement } from './round.js'
import { standingsAfter, voiceOf } from './standing.js'

/** A statement, and how far it can be relied upon. */
export interface Kept {
  readonly statement: Statement
  /** When its source last said so, in milliseconds of the clock. */
  readonly saidAt: number
  /** Why it is kept although its source did not repeat it; `null` when it is fresh. */
  readonly why: 'unheard' | 'denied' | null
  /** How many times in a row there was said to be nothing, and when last. */
  readonly denials: number
  readonly deniedAt: number
}

/** What is known after a round: what it said, and what is kept of before. */
export interface LastGood {
  readonly kept: readonly Kept[]
  readonly outcome: Outcome
  /** The last round, for its attempts and warnings. */
  readonly round: Round
}

/** Unites what was known with a new round: the one place where it is decided what an error or a no removes. */
export function keepLastGood(before: readonly Kept[], round: Round, policy: KeepPolicy): LastGood {
  const kept: Kept[] = []
  const said = new Set<string>()
  for (const statement of round.statements) {
    said.add(identityOf(statement))
    kept.push({ statement, saidAt: round.at - (statement.staleMs ?? 0), why: null, denials: 0, deniedAt: 0 })
  }
  const standing = standingsAfter(round)
  const isWithdrawn = withdrawalsIn(round)
  for (const old of before) {
    if (said.has(identityOf(old.statement)) || isTooOld(old, round.at, policy) || isWithdrawn(old.statement)) continue
    const result = afterStanding(old, standing(old.statement.source), round.at, policy)
    if (result !== undefined) kept.push(result)
  }
  return { kept, outcome: outcomeWith(kept, round), round }
}

/** The same when nobody has answered in time: everything is kept. */
export function unheard(known: LastGood): LastGood {
  return { ...known, kept: known.kept.map((one) => ({ ...one, why: one.why ?? 'unheard' })) }
}

/** Whether its source has not said so for too long. */
export function isTooOld({ saidAt }: Kept, now: number, { maxStale }: KeepPolicy): boolean {
  return now - saidAt > maxStale
}

/** What a result is told from others by, whoever says it. */
export function itemOf(statement: Statement): string {
  return statement.type === 'endpoint' ? formatEndpoint(statement) : clusterNameKey(statement.name)
}

/** The outcome of what is kept. A no is never kept over an error: there is nothing in it to keep. */
export function outcomeWith(kept: readonly Kept[], round: Round): Outcome {
  if (kept.some(({ statement }) => statement.type === round.resultType)) return 'found'
  return kept.length > 0 ? 'known' : round.outcome
}

function afterStanding(
  old: Kept,
  standing: 'retracted' | 'denied' | 'unheard',
  now: number,
  { empty, confirmations, confirmInterval }: KeepPolicy,
): Kept | undefined {
  if (standing === 'retracted') return undefined
  if (standing === 'unheard') return { ...old, why: 'unheard', denials: 0 }
  if (empty === 'believe') return undefined
  const counts = old.denials === 0 || now - old.deniedAt >= confirmInterval
  const denials = old.denials + (counts ? 1 : 0)
  if (empty === 'confirm' && denials >= confirmations) return undefined
  return { ...old, why: 'denied', denials, deniedAt: counts ? now : old.deniedAt }
}

/** Tells what those who said it know to stand no more. */
function withdrawalsIn({ attempts }: Round): (statement: Statement) => boolean {
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
  return JSON.stringify([backend, method, origin, what.toLowerCase()])
}

/** A source that says the same again replaces what it said before, whatever server or line it comes from this time. */
function identityOf(statement: Statement): string {
  return `${statement.type} ${itemOf(statement)} ${voiceOf(statement.source)}`
}

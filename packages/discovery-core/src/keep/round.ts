import { neverTell } from '../diagnostics.js'
import type { AttemptEvent, ClusterEvent, DiscoverEvent, EndpointEvent, ResolveEvent, WarningEvent } from '../events.js'
import type { Outcome } from '../outcome.js'
import { OutcomeTally, type ResultType } from '../outcome-tally.js'

/** What one source says: that a cluster exists, or that an endpoint belongs to it. */
export type Statement = ClusterEvent | EndpointEvent

/** All that one question has brought. */
export interface Round {
  /** When it ended, in milliseconds of the clock. */
  readonly at: number
  readonly resultType: ResultType
  readonly statements: readonly Statement[]
  readonly attempts: readonly AttemptEvent[]
  readonly warnings: readonly WarningEvent[]
  readonly outcome: Outcome
}

/** Writes a question down, event by event. */
export class RoundRecorder {
  readonly #resultType: ResultType
  readonly #tally: OutcomeTally
  readonly #statements: Statement[] = []
  readonly #attempts: AttemptEvent[] = []
  readonly #warnings: WarningEvent[] = []

  constructor(resultType: ResultType) {
    this.#resultType = resultType
    this.#tally = new OutcomeTally(resultType)
  }

  hear(event: DiscoverEvent | ResolveEvent): void {
    this.#tally.add(event)
    if (event.type === 'cluster' || event.type === 'endpoint') this.#statements.push(event)
    else if (event.type === 'warning') this.#warnings.push(event)
    else if (event.type === 'attempt') this.#attempts.push(keepable(event))
  }

  /** What has been heard so far. */
  round(at: number): Round {
    return {
      at,
      resultType: this.#resultType,
      statements: this.#statements,
      attempts: this.#attempts,
      warnings: this.#warnings,
      outcome: this.#tally.outcome(),
    }
  }
}

/** A copy that nobody else can change, since it will be told again. */
function keepable(event: AttemptEvent): AttemptEvent {
  const { error, withdrawn } = event
  const kept = Object.freeze({
    ...event,
    error: error === null ? null : Object.freeze({ ...error }),
    ...(withdrawn !== undefined && { withdrawn: Object.freeze(withdrawn.map((one) => Object.freeze({ ...one }))) }),
  })
  neverTell(kept)
  return kept
}

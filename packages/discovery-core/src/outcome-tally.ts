import type { AttemptStatus } from './attempt.js'
import type { DiscoverEvent, ResolveEvent } from './events.js'
import { type Outcome, outcomeOf } from './outcome.js'

/** What a question is for: `discover` finds clusters, `resolve` finds endpoints. */
export type ResultType = 'cluster' | 'endpoint'

/** Collects from the events of one question what its outcome is computed from. */
export class OutcomeTally {
  readonly #resultType: ResultType
  readonly #statuses = new Set<AttemptStatus>()
  #found = false
  #known = false

  constructor(resultType: ResultType) {
    this.#resultType = resultType
  }

  add(event: DiscoverEvent | ResolveEvent): void {
    if (event.type === this.#resultType) this.#found = true
    else if (event.type === 'cluster') this.#known = true
    else if (event.type === 'attempt') this.#statuses.add(event.status)
    else if (event.type === 'end' && event.outcome === 'known') this.#known = true
  }

  /** Whether there is a result. */
  get found(): boolean {
    return this.#found
  }

  outcome(): Outcome {
    return outcomeOf({ found: this.#found, known: this.#known, statuses: this.#statuses })
  }

  /** The outcome of a stream that ends so: what its events show, and `absent` only if it says so itself too. */
  concluded(said: Outcome): Outcome {
    const shown = this.outcome()
    return shown === 'absent' && said !== 'absent' ? 'undetermined' : shown
  }
}

import type { Attempt, AttemptStatus } from '../model/attempt.js'
import type { DiscoverEvent, ResolveEvent } from '../model/events.js'
import { couldNotAsk, type Outcome, outcomeOf } from '../model/outcome.js'
import type { Source } from '../model/source.js'

/** Kind of result of a query: `discover` finds clusters, `resolve` finds endpoints. */
export type ResultType = 'cluster' | 'endpoint'

/** Collects from the events of one query what its outcome is computed from. */
export class OutcomeTally {
  readonly #resultType: ResultType
  readonly #statuses = new Set<AttemptStatus>()
  /** Backends with results; `undefined` while there are none. */
  #sources: Set<string> | undefined
  /** Of the result before: nearly always that of the next one. */
  #lastSource: Source | undefined
  /** Backends whose names were cut short. */
  #cut: Set<string> | undefined
  #known = false

  constructor(resultType: ResultType) {
    this.#resultType = resultType
  }

  add(event: DiscoverEvent | ResolveEvent): void {
    if (event.type === this.#resultType) this.#addResult(event.source)
    else if (event.type === 'cluster') this.#known = true
    else if (event.type === 'attempt-finished') this.#addAttempt(event)
    else if (event.type === 'end' && event.outcome === 'known') this.#known = true
  }

  /** Returns whether there is a result. */
  get hasResult(): boolean {
    return this.#sources !== undefined
  }

  /** Names that were cut short are not what was asked for: they must not be taken for all. */
  outcome(): Outcome {
    if (this.#isCutShort()) return 'undetermined'
    return outcomeOf({ found: this.hasResult, known: this.#known, statuses: this.#statuses })
  }

  /** The outcome of a stream that ends so: what its events show, and `absent` only if it says so itself too. */
  concluded(said: Outcome): Outcome {
    const shown = this.outcome()
    return shown === 'absent' && said !== 'absent' ? 'undetermined' : shown
  }

  #addResult(source: Source): void {
    if (source === this.#lastSource) return
    this.#lastSource = source
    this.#sources ??= new Set()
    this.#sources.add(source.backend)
  }

  #addAttempt({ backend, status, count }: Attempt): void {
    this.#statuses.add(status)
    // Of endpoints any will do.
    if (count === 0 || this.#resultType !== 'cluster' || !couldNotAsk(status)) return
    this.#cut ??= new Set()
    this.#cut.add(backend)
  }

  /** Names that were cut short and then not used do not matter. */
  #isCutShort(): boolean {
    for (const backend of this.#cut ?? []) if (this.#sources?.has(backend)) return true
    return false
  }
}

/** Counts the names for which no attempt has ended: where that never happens, they are not all that there are. */
export class UnfinishedNames {
  /** Less than none where an attempt ended before its names came. */
  readonly #counts = new Map<string, number>()
  /** Of the name before: nearly always that of the next one. */
  #lastSource: Source | undefined
  #sinceLast = 0

  add(event: DiscoverEvent | ResolveEvent): void {
    if (event.type === 'cluster') this.#addName(event.source)
    else if (event.type === 'attempt-finished') this.#finish(event)
  }

  /** Takes the number of names by one method of a backend; from then on it is 0. */
  take(backend: string, method: string): number {
    this.#tally()
    const key = keyOf(backend, method)
    const count = this.#counts.get(key) ?? 0
    this.#counts.delete(key)
    return Math.max(0, count)
  }

  /** Takes the number of all names; from then on it is 0. */
  takeAll(): number {
    this.#tally()
    let sum = 0
    for (const count of this.#counts.values()) sum += Math.max(0, count)
    this.#counts.clear()
    return sum
  }

  #addName(source: Source): void {
    if (source !== this.#lastSource) this.#tally()
    this.#lastSource = source
    this.#sinceLast += 1
  }

  #finish({ backend, method, count }: Attempt): void {
    if (method === null || count === 0) return
    this.#tally()
    const key = keyOf(backend, method)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) - count)
  }

  /** Counts what came from the same source in a row. */
  #tally(): void {
    if (this.#lastSource === undefined) return
    const key = keyOf(this.#lastSource.backend, this.#lastSource.method)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + this.#sinceLast)
    this.#lastSource = undefined
    this.#sinceLast = 0
  }
}

function keyOf(backend: string, method: string): string {
  return `${backend} ${method}`
}

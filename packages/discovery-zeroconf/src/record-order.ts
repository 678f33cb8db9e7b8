/** The keys of a record: of its set, and within that. */
export type RecordKeys = readonly [setKey: string, valueKey: string]

/**
 * The order in which records have to go when there is no room for more.
 *
 * What was told longest ago goes first, but what had stood for {@link STANDING_AGE} when room became scarce goes only when it takes
 * up more than three quarters: a flood of what nobody heard of before makes room for itself by what it brought, however long it
 * lasts. Its own age does not count: where the process gets no processor for seconds, all that came before would have stood.
 */
export class RecordOrder {
  readonly #limit: number
  /** In both, what was told longest ago stands first. */
  readonly #young = new Map<string, Placed>()
  readonly #standing = new Map<string, Placed>()
  /** Since when room has been scarce, and when it last was. */
  #scarceSince = Number.NEGATIVE_INFINITY
  #scarceAt = Number.NEGATIVE_INFINITY

  /** `limit` is how many there may be in all. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#young.size + this.#standing.size
  }

  /** Notes that a record was told, which has been known since that time. */
  tell(keys: RecordKeys, since: number): void {
    const key = keys.join('\n')
    const own = this.#standing.has(key) ? this.#standing : this.#young
    own.delete(key)
    own.set(key, { keys, since })
  }

  remove(keys: RecordKeys): void {
    const key = keys.join('\n')
    if (!this.#young.delete(key)) this.#standing.delete(key)
  }

  /** Which record has to go for another one. */
  next(now: number): RecordKeys | undefined {
    if (now >= this.#scarceAt + RELIEF_TIME) this.#scarceSince = now
    this.#scarceAt = now
    this.#promote()
    const [young] = this.#young.values()
    const [standing] = this.#standing.values()
    const isTooMuchStanding = this.#standing.size > (this.#limit * 3) / 4
    return (young === undefined || (isTooMuchStanding && standing !== undefined) ? standing : young)?.keys
  }

  /** All records. */
  *keys(): Generator<RecordKeys> {
    for (const { keys } of this.#standing.values()) yield keys
    for (const { keys } of this.#young.values()) yield keys
  }

  #promote(): void {
    for (const [key, placed] of this.#young) {
      if (!isStanding(placed.since, this.#scarceSince)) return
      this.#young.delete(key)
      this.#standing.set(key, placed)
    }
  }
}

/** Whether a record that has been known since that time has stood long enough to be kept before others. */
export function isStanding(since: number, now: number): boolean {
  return since <= now - STANDING_AGE
}

interface Placed {
  readonly keys: RecordKeys
  readonly since: number
}

/** Milliseconds. */
const STANDING_AGE = 2_000
/** Milliseconds without need of room after which a flood is over: longer than a process goes without a processor. */
const RELIEF_TIME = 10_000

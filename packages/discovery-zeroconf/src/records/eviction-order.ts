/** The keys of a record: of its RRset, and within that. */
export type RecordKeys = readonly [setKey: string, valueKey: string]

/**
 * The order in which records are evicted when there is no room.
 *
 * The least recently received go first, but records that were older than {@link ESTABLISHED_AGE} when room became
 * scarce go only when they take up more than three quarters: a flood of new records evicts its own, however long it
 * lasts. Age during the flood does not count: in a process without a processor for seconds, all earlier records would
 * have become established.
 */
export class EvictionOrder {
  readonly #limit: number
  /** In both, the least recently received record is first. */
  readonly #young = new Map<string, OrderedRecord>()
  readonly #established = new Map<string, OrderedRecord>()
  /** The start of the present shortage of room, and its last moment. */
  #scarceSince = Number.NEGATIVE_INFINITY
  #scarceAt = Number.NEGATIVE_INFINITY

  /** `limit` is the number of records in all. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#young.size + this.#established.size
  }

  /** Records a reception of a record, which has been known since that time. */
  touch(keys: RecordKeys, since: number): void {
    const key = keys.join('\n')
    const own = this.#established.has(key) ? this.#established : this.#young
    own.delete(key)
    own.set(key, { keys, since })
  }

  remove(keys: RecordKeys): void {
    const key = keys.join('\n')
    if (!this.#young.delete(key)) this.#established.delete(key)
  }

  /** Returns the record to evict next. */
  next(now: number): RecordKeys | undefined {
    if (now >= this.#scarceAt + RELIEF_TIME) this.#scarceSince = now
    this.#scarceAt = now
    this.#promote()
    const [young] = this.#young.values()
    const [standing] = this.#established.values()
    const isTooMuchEstablished = this.#established.size > (this.#limit * 3) / 4
    return (young === undefined || (isTooMuchEstablished && standing !== undefined) ? standing : young)?.keys
  }

  *keys(): Generator<RecordKeys> {
    for (const { keys } of this.#established.values()) yield keys
    for (const { keys } of this.#young.values()) yield keys
  }

  #promote(): void {
    for (const [key, placed] of this.#young) {
      if (!isEstablished(placed.since, this.#scarceSince)) return
      this.#young.delete(key)
      this.#established.set(key, placed)
    }
  }
}

/** Tells whether a record that has been known since that time is preferred to newer ones. */
function isEstablished(since: number, now: number): boolean {
  return since <= now - ESTABLISHED_AGE
}

/**
 * Returns the record to evict from an RRset: the least recently received of those that are not established. Otherwise
 * the youngest, so that a flood that went unnoticed for a while removes its own records.
 */
export function evictionCandidate(
  setKey: string,
  set: ReadonlyMap<string, { readonly since: number }>,
  now: number,
): RecordKeys | undefined {
  let youngest: readonly [key: string, since: number] | undefined
  for (const [key, { since }] of set) {
    if (!isEstablished(since, now)) return [setKey, key]
    if (youngest === undefined || since > youngest[1]) youngest = [key, since]
  }
  return youngest && [setKey, youngest[0]]
}

interface OrderedRecord {
  readonly keys: RecordKeys
  readonly since: number
}

/** Milliseconds. */
const ESTABLISHED_AGE = 2_000
/** Milliseconds without eviction after which a flood is over: longer than a process goes without a processor. */
const RELIEF_TIME = 10_000

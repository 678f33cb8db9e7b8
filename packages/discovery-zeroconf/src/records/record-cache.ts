import { type Name, nameKey } from '@pstorage/dns-message'
import { EvictionOrder, evictionCandidate, type RecordKeys } from './eviction-order.js'
import {
  type AddressRecord,
  addressesKey,
  instanceKey,
  type MulticastRecord,
  type PointerRecord,
  pointersKey,
  recordSetKey,
  recordValueKey,
  type ServiceRecord,
  servicesKey,
  type TextRecord,
  textsKey,
} from './multicast-record.js'

/** A record and its sender. Times are those of the clock, in milliseconds. */
export interface CachedRecord<Record extends MulticastRecord = MulticastRecord> {
  readonly record: Record
  /** The address that sent it first. */
  readonly sender: string
  /** The time since which it has been known without a gap. */
  readonly since: number
  readonly receivedAt: number
  readonly expiresAt: number
  /**
   * The time since which it has to be reconfirmed: it was withdrawn or contradicted, or queries for it get no answer.
   */
  readonly reconfirmSince?: number | undefined
  /**
   * The queries of others without answer since it was last received, and the time of the last of them (RFC 6762 section
   * 10.5).
   */
  readonly failures?: { readonly count: number; readonly observedAt: number } | undefined
}

/** Limits of a cache. */
export interface CacheLimits {
  /** Records in all. */
  readonly records: number
  /** Records of one name and type; PTR records are not counted. */
  readonly recordsPerName: number
}

/** The effect of a record on the cache. */
interface CacheUpdate {
  /** `reconfirm` is a withdrawn record, which expires soon; `nothing` one withdrawn without having been known. */
  readonly change: 'new' | 'known' | 'reconfirm' | 'nothing'
  /** The limit that left no room for the record, and the record evicted for it. */
  readonly evicted?: { readonly limit: keyof CacheLimits; readonly record: MulticastRecord } | undefined
}

/**
 * The records of one interface. None outlives its TTL.
 *
 * A record that its own sender withdraws or replaces lives on for a second, in which it may be sent again. One that
 * another host withdraws or contradicts lives on for ten, since any host could have done so, unless it is sent again.
 *
 * @see RFC 6762 section 10
 */
export class RecordCache {
  readonly #limits: CacheLimits
  /** In each RRset, the least recently received record is first. */
  readonly #sets = new Map<string, Map<string, CachedRecord>>()
  readonly #order: EvictionOrder
  /** By the key of a host, the keys of its instances. */
  readonly #instancesByHost = new Map<string, Set<string>>()
  /** By the key of an instance, the keys of the PTR RRsets that list it. */
  readonly #listsByInstance = new Map<string, Set<string>>()

  constructor(limits: CacheLimits) {
    this.#limits = limits
    this.#order = new EvictionOrder(limits.records)
  }

  add(record: MulticastRecord, sender: string, now: number): CacheUpdate {
    const keys = [recordSetKey(record), recordValueKey(record)] as const
    const [setKey, valueKey] = keys
    const set = this.#sets.get(setKey)
    const cached = set?.get(valueKey)
    const known = cached !== undefined && cached.expiresAt > now ? cached : undefined
    if (record.ttl === 0) {
      if (known === undefined) return { change: 'nothing' }
      this.#replace(keys, shortened(known, sender, now))
      return { change: 'reconfirm' }
    }
    const evicted = cached === undefined ? this.#makeRoom(record, set, now) : undefined
    if (record.unique && record.kind !== 'PTR') this.#flush(record, sender, now)
    const ttl = Math.min(record.ttl, LONGEST_TTL[record.kind])
    this.#put(keys, {
      record: { ...record, ttl },
      // The first sender stays the origin, so that repetition by others makes no new source.
      sender: known?.sender ?? sender,
      since: known?.since ?? now,
      receivedAt: now,
      expiresAt: now + ttl * 1_000,
    })
    return { change: known === undefined ? 'new' : 'known', evicted }
  }

  /**
   * Records that another host asked for an RRset. A record that is asked for twice and not sent within ten seconds is
   * gone.
   *
   * @param knownKeys the keys of the known answers in the query, which get no answer
   * @returns true when a record has to be reconfirmed since now.
   * @see RFC 6762 section 10.5
   */
  observeQuery(setKey: string, kind: MulticastRecord['kind'], knownKeys: ReadonlySet<string>, now: number): boolean {
    let isAnyNewFailure = false
    for (const [valueKey, cached] of this.#sets.get(setKey) ?? []) {
      const { record, receivedAt, failures } = cached
      if (record.kind !== kind || knownKeys.has(valueKey)) continue
      // No responder multicasts a record twice within a second (RFC 6762 section 6).
      if (now < Math.max(receivedAt, failures?.observedAt ?? 0) + REPEAT_TIME) continue
      const count = (failures?.count ?? 0) + 1
      const isNewFailure = count >= 2 && cached.reconfirmSince === undefined
      const observed = { ...cached, failures: { count, observedAt: now } }
      this.#replace([setKey, valueKey], isNewFailure ? shortened(observed, undefined, now) : observed)
      isAnyNewFailure ||= isNewFailure
    }
    return isAnyNewFailure
  }

  /** Removes and returns the expired records. */
  sweep(now: number): MulticastRecord[] {
    const swept: MulticastRecord[] = []
    for (const keys of [...this.#order.keys()]) {
      const cached = this.#sets.get(keys[0])?.get(keys[1])
      if (cached === undefined || cached.expiresAt > now) continue
      this.#remove(keys)
      swept.push(cached.record)
    }
    return swept
  }

  *all(now: number): Generator<CachedRecord> {
    for (const set of this.#sets.values()) for (const cached of set.values()) if (cached.expiresAt > now) yield cached
  }

  /** Returns the PTR records of the service type, or of a subtype. */
  pointers(now: number, subtype?: string): CachedRecord<PointerRecord>[] {
    return this.#live(pointersKey(subtype), now)
  }

  /** Returns the keys of the listed instances, of all lists. */
  instances(): Iterable<string> {
    return this.#listsByInstance.keys()
  }

  isListed(key: string): boolean {
    return this.#listsByInstance.has(key)
  }

  /** Returns the TXT records of an instance, and those that have expired since the last sweep. */
  heldTexts(instance: string): readonly TextRecord[] {
    const set = this.#sets.get(textsKey(instance))
    return set === undefined ? [] : [...set.values()].map(({ record }) => record as TextRecord)
  }

  /** Returns the PTR record that lists an instance, of the service type rather than of a subtype. */
  pointer(key: string, now: number): CachedRecord<PointerRecord> | undefined {
    const lists = [...(this.#listsByInstance.get(key) ?? [])].sort()
    for (const list of lists) {
      const cached = this.#sets.get(list)?.get(key)
      // These RRsets have only PTR records.
      if (cached !== undefined && cached.expiresAt > now) return cached as CachedRecord<PointerRecord>
    }
    return undefined
  }

  services(instance: string, now: number): CachedRecord<ServiceRecord>[] {
    return this.#live(servicesKey(instance), now)
  }

  texts(instance: string, now: number): CachedRecord<TextRecord>[] {
    return this.#live(textsKey(instance), now)
  }

  /** Returns the keys of the instances on a host. */
  instancesAt(host: Name): Iterable<string> {
    return this.#instancesByHost.get(nameKey(host)) ?? []
  }

  addresses(host: Name, now: number): CachedRecord<AddressRecord>[] {
    return this.#live(addressesKey(host), now)
  }

  #live<Record extends MulticastRecord>(setKey: string, now: number): CachedRecord<Record>[] {
    const live: CachedRecord<Record>[] = []
    for (const cached of this.#sets.get(setKey)?.values() ?? []) {
      // The key of an RRset begins with the kind of all its records.
      if (cached.expiresAt > now) live.push(cached as CachedRecord<Record>)
    }
    return live
  }

  #put(keys: RecordKeys, cached: CachedRecord): void {
    const [setKey, valueKey] = keys
    const set = this.#sets.get(setKey) ?? new Map<string, CachedRecord>()
    set.delete(valueKey)
    this.#sets.set(setKey, set.set(valueKey, cached))
    this.#order.touch(keys, cached.since)
    const { record } = cached
    if (record.kind === 'SRV') link(this.#instancesByHost, nameKey(record.target), instanceKey(record.instance))
    if (record.kind === 'PTR') link(this.#listsByInstance, valueKey, setKey)
  }

  /** Changes the attributes of a record, without its position in any order. */
  #replace([setKey, valueKey]: RecordKeys, cached: CachedRecord): void {
    this.#sets.get(setKey)?.set(valueKey, cached)
  }

  #makeRoom(
    record: MulticastRecord,
    set: ReadonlyMap<string, CachedRecord> | undefined,
    now: number,
  ): CacheUpdate['evicted'] {
    const { records, recordsPerName } = this.#limits
    const isNameFull = record.kind !== 'PTR' && set !== undefined && set.size >= recordsPerName
    if (!isNameFull && this.#order.size < records) return undefined
    const leaving = isNameFull ? evictionCandidate(recordSetKey(record), set, now) : this.#order.next(now)
    const removed = leaving && this.#remove(leaving)
    return removed && { limit: isNameFull ? 'recordsPerName' : 'records', record: removed }
  }

  #flush(record: MulticastRecord, sender: string, now: number): void {
    const setKey = recordSetKey(record)
    const ownKey = recordValueKey(record)
    for (const [valueKey, cached] of this.#sets.get(setKey) ?? []) {
      // A record received within the last second may be of the same burst.
      if (valueKey === ownKey || cached.record.kind !== record.kind || cached.receivedAt >= now - GOODBYE_TIME) continue
      this.#replace([setKey, valueKey], shortened(cached, sender, now))
    }
  }

  #remove(keys: RecordKeys): MulticastRecord | undefined {
    const [setKey, valueKey] = keys
    const set = this.#sets.get(setKey)
    const cached = set?.get(valueKey)
    if (set === undefined || cached === undefined) return undefined
    set.delete(valueKey)
    if (set.size === 0) this.#sets.delete(setKey)
    this.#order.remove(keys)
    if (cached.record.kind === 'SRV') this.#unlinkHost(cached.record, set)
    if (cached.record.kind === 'PTR') unlink(this.#listsByInstance, valueKey, setKey)
    return cached.record
  }

  #unlinkHost({ instance, target }: ServiceRecord, left: ReadonlyMap<string, CachedRecord>): void {
    const host = nameKey(target)
    for (const { record } of left.values()) if (record.kind === 'SRV' && nameKey(record.target) === host) return
    unlink(this.#instancesByHost, host, instanceKey(instance))
  }
}

const HOUR = 60 * 60
/**
 * The longest lifetimes in seconds, as RFC 6762 section 10 recommends them for host records and for others; longer ones
 * are cut.
 */
const LONGEST_TTL = { PTR: 1.25 * HOUR, TXT: 1.25 * HOUR, SRV: 120, A: 120, AAAA: 120 } as const
/**
 * Milliseconds that a record lives on after its own sender withdraws or replaces it (RFC 6762 sections 10.1 and 10.2).
 */
const GOODBYE_TIME = 1_000
/** Milliseconds that a record lives on while it has to be reconfirmed (RFC 6762 section 10.5). */
const RECONFIRM_TIME = 10_000
const REPEAT_TIME = 1_000

/** Shortens the lifetime of a record that `sender` withdrew or contradicted, or that queries get no answer for. */
function shortened(cached: CachedRecord, sender: string | undefined, now: number): CachedRecord {
  const time = sender === cached.sender ? GOODBYE_TIME : RECONFIRM_TIME
  return { ...cached, reconfirmSince: cached.reconfirmSince ?? now, expiresAt: Math.min(cached.expiresAt, now + time) }
}

function link(index: Map<string, Set<string>>, key: string, value: string): void {
  index.set(key, (index.get(key) ?? new Set()).add(value))
}

function unlink(index: Map<string, Set<string>>, key: string, value: string): void {
  const values = index.get(key)
  values?.delete(value)
  if (values?.size === 0) index.delete(key)
}

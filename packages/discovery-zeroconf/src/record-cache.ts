import { type Name, nameKey } from '@pstorage/dns-message'
import type { AddressRecord, MulticastRecord, PointerRecord, ServiceRecord, TextRecord } from './multicast-record.js'
import {
  addressesKey,
  instanceKey,
  pointersKey,
  recordSetKey,
  recordValueKey,
  servicesKey,
  textsKey,
} from './record-key.js'
import { isStanding, type RecordKeys, RecordOrder } from './record-order.js'

/** A record, and who said it. Times are those of the clock, in milliseconds. */
export interface Told<Record extends MulticastRecord = MulticastRecord> {
  readonly record: Record
  /** The address it came from first. */
  readonly sender: string
  /** Since when it has been known without a gap. */
  readonly since: number
  readonly heardAt: number
  readonly expiresAt: number
  /** Since when there is reason to doubt it: somebody took it back or contradicted it, or nobody answers for it. */
  readonly doubtedAt?: number | undefined
  /** How often others have asked for it since it was last told, and got no answer, and when they last did. */
  readonly unanswered?: { readonly count: number; readonly askedAt: number } | undefined
}

/** How much a cache holds. */
export interface CacheLimits {
  /** Records in all. */
  readonly records: number
  /** Records of one name and type; those that list the instances of the service are not counted. */
  readonly recordsPerName: number
}

/** What became of a record. */
export interface CacheHearing {
  /** `doubted` is a record taken back, which lives on for a while; `nothing` one taken back that nobody had told. */
  readonly change: 'new' | 'known' | 'doubted' | 'nothing'
  /** The limit that left no room for the record, and the one that had to go for it. */
  readonly evicted?: { readonly limit: keyof CacheLimits; readonly record: MulticastRecord } | undefined
}

/**
 * The records that were heard on one interface. Nothing in it outlives its TTL.
 *
 * What its own sender takes back or replaces lives on for a second, in which it may be told again. What somebody else takes
 * back or contradicts lives on for ten, since anybody could have done so, unless it is told again.
 *
 * @see RFC 6762 section 10
 */
export class RecordCache {
  readonly #limits: CacheLimits
  /** In each set, what was told longest ago stands first. */
  readonly #sets = new Map<string, Map<string, Told>>()
  readonly #order: RecordOrder
  /** By the key of a host, the keys of the instances that run there. */
  readonly #instancesByHost = new Map<string, Set<string>>()
  /** By the key of an instance, the keys of the sets of PTR records that list it. */
  readonly #listsByInstance = new Map<string, Set<string>>()

  constructor(limits: CacheLimits) {
    this.#limits = limits
    this.#order = new RecordOrder(limits.records)
  }

  hear(record: MulticastRecord, sender: string, now: number): CacheHearing {
    const keys = [recordSetKey(record), recordValueKey(record)] as const
    const [setKey, valueKey] = keys
    const set = this.#sets.get(setKey)
    const told = set?.get(valueKey)
    const known = told !== undefined && told.expiresAt > now ? told : undefined
    if (record.ttl === 0) {
      if (known === undefined) return { change: 'nothing' }
      this.#replace(keys, doubted(known, sender, now))
      return { change: 'doubted' }
    }
    const evicted = told === undefined ? this.#makeRoom(record, set, now) : undefined
    if (record.unique && record.kind !== 'PTR') this.#flush(record, sender, now)
    const ttl = Math.min(record.ttl, LONGEST_TTL[record.kind])
    this.#put(keys, {
      record: { ...record, ttl },
      // Who said it first is named as its origin, so that repetition by others makes no new source.
      sender: known?.sender ?? sender,
      since: known?.since ?? now,
      heardAt: now,
      expiresAt: now + ttl * 1_000,
    })
    return { change: known === undefined ? 'new' : 'known', evicted }
  }

  /**
   * Notes that somebody else asked for the records of a set. What is asked for twice and not told again within ten seconds
   * is not there any more.
   *
   * @param knownKeys the keys of what the asker listed as known, which nobody answers
   * @returns whether there is a new doubt.
   * @see RFC 6762 section 10.5
   */
  askedFor(setKey: string, kind: MulticastRecord['kind'], knownKeys: ReadonlySet<string>, now: number): boolean {
    let isDoubted = false
    for (const [valueKey, told] of this.#sets.get(setKey) ?? []) {
      const { record, heardAt, unanswered } = told
      if (record.kind !== kind || knownKeys.has(valueKey)) continue
      // No responder tells a record to everybody twice within a second (RFC 6762 section 6).
      if (now < Math.max(heardAt, unanswered?.askedAt ?? 0) + REPEAT_TIME) continue
      const count = (unanswered?.count ?? 0) + 1
      const isNewDoubt = count >= 2 && told.doubtedAt === undefined
      const asked = { ...told, unanswered: { count, askedAt: now } }
      this.#replace([setKey, valueKey], isNewDoubt ? doubted(asked, undefined, now) : asked)
      isDoubted ||= isNewDoubt
    }
    return isDoubted
  }

  /** Lets go of what has expired, and says what that was. */
  sweep(now: number): MulticastRecord[] {
    const swept: MulticastRecord[] = []
    for (const keys of [...this.#order.keys()]) {
      const told = this.#sets.get(keys[0])?.get(keys[1])
      if (told === undefined || told.expiresAt > now) continue
      this.#remove(keys)
      swept.push(told.record)
    }
    return swept
  }

  /** All that lives. */
  *all(now: number): Generator<Told> {
    for (const set of this.#sets.values()) for (const told of set.values()) if (told.expiresAt > now) yield told
  }

  /** The instances that are listed under the service type, or under that subtype of it. */
  pointers(now: number, subtype?: string): Told<PointerRecord>[] {
    return this.#live(pointersKey(subtype), now)
  }

  /** The keys of the instances that are listed under whatever type. */
  instances(): Iterable<string> {
    return this.#listsByInstance.keys()
  }

  /** What lists the instance with that key: the service type rather than a subtype. */
  pointer(key: string, now: number): Told<PointerRecord> | undefined {
    const lists = [...(this.#listsByInstance.get(key) ?? [])].sort()
    for (const list of lists) {
      const told = this.#sets.get(list)?.get(key)
      // In these sets there are only PTR records.
      if (told !== undefined && told.expiresAt > now) return told as Told<PointerRecord>
    }
    return undefined
  }

  services(instance: string, now: number): Told<ServiceRecord>[] {
    return this.#live(servicesKey(instance), now)
  }

  texts(instance: string, now: number): Told<TextRecord>[] {
    return this.#live(textsKey(instance), now)
  }

  /** The keys of the instances that say they run on a host. */
  instancesAt(host: Name): Iterable<string> {
    return this.#instancesByHost.get(nameKey(host)) ?? []
  }

  addresses(host: Name, now: number): Told<AddressRecord>[] {
    return this.#live(addressesKey(host), now)
  }

  #live<Record extends MulticastRecord>(setKey: string, now: number): Told<Record>[] {
    const live: Told<Record>[] = []
    for (const told of this.#sets.get(setKey)?.values() ?? []) {
      // The key of a set begins with the kind of all its records.
      if (told.expiresAt > now) live.push(told as Told<Record>)
    }
    return live
  }

  #put(keys: RecordKeys, told: Told): void {
    const [setKey, valueKey] = keys
    const set = this.#sets.get(setKey) ?? new Map<string, Told>()
    set.delete(valueKey)
    this.#sets.set(setKey, set.set(valueKey, told))
    this.#order.tell(keys, told.since)
    const { record } = told
    if (record.kind === 'SRV') link(this.#instancesByHost, nameKey(record.target), instanceKey(record.instance))
    if (record.kind === 'PTR') link(this.#listsByInstance, valueKey, setKey)
  }

  /** Changes what is noted about a record, without its place in any order. */
  #replace([setKey, valueKey]: RecordKeys, told: Told): void {
    this.#sets.get(setKey)?.set(valueKey, told)
  }

  #makeRoom(record: MulticastRecord, set: ReadonlyMap<string, Told> | undefined, now: number): CacheHearing['evicted'] {
    const { records, recordsPerName } = this.#limits
    const isNameFull = record.kind !== 'PTR' && set !== undefined && set.size >= recordsPerName
    if (!isNameFull && this.#order.size < records) return undefined
    const leaving = isNameFull ? leavingOf(recordSetKey(record), set, now) : this.#order.next(now)
    const removed = leaving && this.#remove(leaving)
    return removed && { limit: isNameFull ? 'recordsPerName' : 'records', record: removed }
  }

  #flush(record: MulticastRecord, sender: string, now: number): void {
    const setKey = recordSetKey(record)
    const ownKey = recordValueKey(record)
    for (const [valueKey, told] of this.#sets.get(setKey) ?? []) {
      // What came within the last second may be of the same burst.
      if (valueKey === ownKey || told.record.kind !== record.kind || told.heardAt >= now - FAREWELL_TIME) continue
      this.#replace([setKey, valueKey], doubted(told, sender, now))
    }
  }

  #remove(keys: RecordKeys): MulticastRecord | undefined {
    const [setKey, valueKey] = keys
    const set = this.#sets.get(setKey)
    const told = set?.get(valueKey)
    if (set === undefined || told === undefined) return undefined
    set.delete(valueKey)
    if (set.size === 0) this.#sets.delete(setKey)
    this.#order.remove(keys)
    if (told.record.kind === 'SRV') this.#unlinkHost(told.record, set)
    if (told.record.kind === 'PTR') unlink(this.#listsByInstance, valueKey, setKey)
    return told.record
  }

  #unlinkHost({ instance, target }: ServiceRecord, left: ReadonlyMap<string, Told>): void {
    const host = nameKey(target)
    for (const { record } of left.values()) if (record.kind === 'SRV' && nameKey(record.target) === host) return
    unlink(this.#instancesByHost, host, instanceKey(instance))
  }
}

const HOUR = 60 * 60
/**
 * The longest lifetimes in seconds, as RFC 6762 section 10 recommends them for what depends on a host and for the rest; what
 * claims to live longer is cut to them.
 */
const LONGEST_TTL = { PTR: 1.25 * HOUR, TXT: 1.25 * HOUR, SRV: 120, A: 120, AAAA: 120 } as const
/** How long what its own sender takes back or replaces lives on, in milliseconds (RFC 6762 sections 10.1 and 10.2). */
const FAREWELL_TIME = 1_000
/** How long what is doubted lives on, in milliseconds (RFC 6762 section 10.5). */
const DOUBT_TIME = 10_000
const REPEAT_TIME = 1_000

/** The same record with less time to live: `sender` took it back or contradicted it, or nobody answers for it. */
function doubted(told: Told, sender: string | undefined, now: number): Told {
  const time = sender === told.sender ? FAREWELL_TIME : DOUBT_TIME
  return { ...told, doubtedAt: told.doubtedAt ?? now, expiresAt: Math.min(told.expiresAt, now + time) }
}

/**
 * What has to go of a set: what was told longest ago, of what has not stood for long if there is such. Otherwise what has stood
 * for the shortest time, so that a flood that went unheard for a while takes away what it brought.
 */
function leavingOf(setKey: string, set: ReadonlyMap<string, Told>, now: number): RecordKeys | undefined {
  let youngest: readonly [key: string, told: Told] | undefined
  for (const [key, told] of set) {
    if (!isStanding(told.since, now)) return [setKey, key]
    if (youngest === undefined || told.since > youngest[1].since) youngest = [key, told]
  }
  return youngest && [setKey, youngest[0]]
}

function link(index: Map<string, Set<string>>, key: string, value: string): void {
  index.set(key, (index.get(key) ?? new Set()).add(value))
}

function unlink(index: Map<string, Set<string>>, key: string, value: string): void {
  const values = index.get(key)
  values?.delete(value)
  if (values?.size === 0) index.delete(key)
}

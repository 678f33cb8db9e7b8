import { type Name, nameKey } from '@pstorage/dns-message'
import type { AddressRecord, MulticastRecord, PointerRecord, ServiceRecord, TextRecord } from './multicast-record.js'
import {
  addressesKey,
  instanceKey,
  POINTERS_KEY,
  recordSetKey,
  recordValueKey,
  servicesKey,
  textsKey,
} from './record-key.js'

/** A record, and who said it. Times are those of the clock, in milliseconds. */
export interface Told<Record extends MulticastRecord = MulticastRecord> {
  readonly record: Record
  /** The address it came from. */
  readonly sender: string
  readonly heardAt: number
  readonly expiresAt: number
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
  /** `nothing` is a record taken back that nobody had told. */
  readonly change: 'new' | 'known' | 'gone' | 'nothing'
  /** The limit that left no room for the record, and the one that had to go for it. */
  readonly evicted?: { readonly limit: keyof CacheLimits; readonly record: MulticastRecord } | undefined
}

/** The longest lifetime that RFC 6762 section 10 recommends, in seconds; what claims to live longer is cut to it. */
const LONGEST_TTL = 75 * 60
/** How long what a unique record contradicts lives on, in milliseconds (RFC 6762 section 10.2). */
const FLUSH_DELAY = 1_000

/**
 * The records that were heard on one interface. Nothing in it outlives its TTL.
 *
 * When it is full, what was told longest ago has to go: whoever floods the link cannot keep others out, who tell all that
 * belongs together at once.
 *
 * @see RFC 6762 section 10
 */
export class RecordCache {
  readonly #limits: CacheLimits
  /** In each set, what was told longest ago stands first. */
  readonly #sets = new Map<string, Map<string, Told>>()
  /** Of all records, what was told longest ago stands first. */
  readonly #order = new Map<string, readonly [setKey: string, valueKey: string]>()
  /** By the key of a host, the keys of the instances that run there. */
  readonly #instancesByHost = new Map<string, Set<string>>()

  constructor(limits: CacheLimits) {
    this.#limits = limits
  }

  hear(record: MulticastRecord, sender: string, now: number): CacheHearing {
    const keys = [recordSetKey(record), recordValueKey(record)] as const
    const [setKey, valueKey] = keys
    const set = this.#sets.get(setKey)
    const known = set?.get(valueKey)
    const isKnown = known !== undefined && known.expiresAt > now
    // RFC 6762 section 10.1 keeps it for one more second, in which others may rescue it by saying it again. Who does so is
    // heard anew here.
    if (record.ttl === 0) return { change: isKnown && this.#remove(keys) !== undefined ? 'gone' : 'nothing' }
    const evicted = known === undefined ? this.#makeRoom(record, set) : undefined
    if (record.unique && record.kind !== 'PTR') this.#flush(set, now)
    const ttl = Math.min(record.ttl, LONGEST_TTL)
    this.#put(keys, {
      record: { ...record, ttl },
      // Who said it first is named as its origin, so that repetition by others makes no new source.
      sender: isKnown ? known.sender : sender,
      heardAt: now,
      expiresAt: now + ttl * 1_000,
    })
    return { change: isKnown ? 'known' : 'new', evicted }
  }

  /** The instances of the service. */
  pointers(now: number): Told<PointerRecord>[] {
    return this.#live(POINTERS_KEY, now)
  }

  /** The instance with that key. */
  pointer(key: string, now: number): Told<PointerRecord> | undefined {
    const told = this.#sets.get(POINTERS_KEY)?.get(key)
    // In this set there are only PTR records.
    return told !== undefined && told.expiresAt > now ? (told as Told<PointerRecord>) : undefined
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

  #put(keys: readonly [setKey: string, valueKey: string], told: Told): void {
    const [setKey, valueKey] = keys
    const set = this.#sets.get(setKey) ?? new Map<string, Told>()
    set.delete(valueKey)
    this.#sets.set(setKey, set.set(valueKey, told))
    const orderKey = keys.join('\n')
    this.#order.delete(orderKey)
    this.#order.set(orderKey, keys)
    if (told.record.kind === 'SRV') this.#linkHost(told.record)
  }

  #makeRoom(record: MulticastRecord, set: ReadonlyMap<string, Told> | undefined): CacheHearing['evicted'] {
    const { records, recordsPerName } = this.#limits
    const isNameFull = record.kind !== 'PTR' && set !== undefined && set.size >= recordsPerName
    if (!isNameFull && this.#order.size < records) return undefined
    const [oldest] = isNameFull
      ? [...set.keys()].map((key) => [recordSetKey(record), key] as const)
      : this.#order.values()
    const removed = oldest && this.#remove(oldest)
    return removed && { limit: isNameFull ? 'recordsPerName' : 'records', record: removed }
  }

  #flush(set: Map<string, Told> | undefined, now: number): void {
    for (const [key, told] of set ?? []) {
      // What came within the last second may be of the same burst.
      if (told.heardAt >= now - FLUSH_DELAY) continue
      set?.set(key, { ...told, expiresAt: Math.min(told.expiresAt, now + FLUSH_DELAY) })
    }
  }

  #remove(keys: readonly [setKey: string, valueKey: string]): MulticastRecord | undefined {
    const [setKey, valueKey] = keys
    const set = this.#sets.get(setKey)
    const told = set?.get(valueKey)
    if (set === undefined || told === undefined) return undefined
    set.delete(valueKey)
    if (set.size === 0) this.#sets.delete(setKey)
    this.#order.delete(keys.join('\n'))
    if (told.record.kind === 'SRV') this.#unlinkHost(told.record, set)
    return told.record
  }

  #linkHost({ instance, target }: ServiceRecord): void {
    const host = nameKey(target)
    const instances = this.#instancesByHost.get(host) ?? new Set()
    this.#instancesByHost.set(host, instances.add(instanceKey(instance)))
  }

  #unlinkHost({ instance, target }: ServiceRecord, left: ReadonlyMap<string, Told>): void {
    const host = nameKey(target)
    for (const { record } of left.values()) if (record.kind === 'SRV' && nameKey(record.target) === host) return
    const instances = this.#instancesByHost.get(host)
    instances?.delete(instanceKey(instance))
    if (instances?.size === 0) this.#instancesByHost.delete(host)
  }
}

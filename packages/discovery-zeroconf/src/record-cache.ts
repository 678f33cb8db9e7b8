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

/**
 * What a record changed: it is new, known already, takes a known one back, or found no room. `nothing` is a record taken back
 * that nobody had heard.
 */
export type CacheChange = 'new' | 'known' | 'gone' | 'nothing' | keyof CacheLimits

/** The longest lifetime that RFC 6762 section 10 recommends, in seconds; what claims to live longer is cut to it. */
const LONGEST_TTL = 75 * 60
/** How long what a unique record contradicts lives on, in milliseconds (RFC 6762 section 10.2). */
const FLUSH_DELAY = 1_000

/**
 * The records that were heard on one interface. Nothing in it outlives its TTL.
 *
 * When it is full, what is new is refused: whoever floods the link can then keep others out, but can take nothing away.
 *
 * @see RFC 6762 section 10
 */
export class RecordCache {
  readonly #limits: CacheLimits
  readonly #sets = new Map<string, Map<string, Told>>()
  /** By the key of a host, the keys of the instances that run there. */
  readonly #instancesByHost = new Map<string, Set<string>>()
  #size = 0
  /** Before this nothing expires. */
  #nextExpiry = Number.POSITIVE_INFINITY

  constructor(limits: CacheLimits) {
    this.#limits = limits
  }

  hear(record: MulticastRecord, sender: string, now: number): CacheChange {
    const setKey = recordSetKey(record)
    const valueKey = recordValueKey(record)
    const set = this.#sets.get(setKey)
    const known = set?.get(valueKey)
    const isKnown = known !== undefined && known.expiresAt > now
    // RFC 6762 section 10.1 keeps it for one more second, in which others may rescue it by saying it again. Who does so is
    // heard anew here.
    if (record.ttl === 0) return isKnown && this.#remove(setKey, valueKey) ? 'gone' : 'nothing'
    if (known === undefined) {
      const limit = this.#limitReached(record, set, now)
      if (limit !== undefined) return limit
      this.#size += 1
    }
    if (record.unique && record.kind !== 'PTR') this.#flush(set, now)
    const ttl = Math.min(record.ttl, LONGEST_TTL)
    const told: Told = {
      record: { ...record, ttl },
      // Who said it first is named as its origin, so that repetition by others makes no new source.
      sender: isKnown ? known.sender : sender,
      heardAt: now,
      expiresAt: now + ttl * 1_000,
    }
    const into = this.#sets.get(setKey) ?? new Map<string, Told>()
    this.#sets.set(setKey, into.set(valueKey, told))
    this.#nextExpiry = Math.min(this.#nextExpiry, told.expiresAt)
    if (record.kind === 'SRV') this.#linkHost(record)
    return isKnown ? 'known' : 'new'
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

  #limitReached(
    record: MulticastRecord,
    set: Map<string, Told> | undefined,
    now: number,
  ): keyof CacheLimits | undefined {
    const { records, recordsPerName } = this.#limits
    const isFull = (): keyof CacheLimits | undefined => {
      if (this.#size >= records) return 'records'
      return record.kind !== 'PTR' && (set?.size ?? 0) >= recordsPerName ? 'recordsPerName' : undefined
    }
    if (isFull() !== undefined && now >= this.#nextExpiry) this.#removeExpired(now)
    return isFull()
  }

  #flush(set: Map<string, Told> | undefined, now: number): void {
    for (const [key, told] of set ?? []) {
      // What came within the last second may be of the same burst.
      if (told.heardAt >= now - FLUSH_DELAY) continue
      const expiresAt = Math.min(told.expiresAt, now + FLUSH_DELAY)
      set?.set(key, { ...told, expiresAt })
      this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt)
    }
  }

  #removeExpired(now: number): void {
    this.#nextExpiry = Number.POSITIVE_INFINITY
    for (const [setKey, set] of this.#sets) {
      for (const [valueKey, told] of set) {
        if (told.expiresAt <= now) this.#remove(setKey, valueKey)
        else this.#nextExpiry = Math.min(this.#nextExpiry, told.expiresAt)
      }
    }
  }

  #remove(setKey: string, valueKey: string): boolean {
    const set = this.#sets.get(setKey)
    const told = set?.get(valueKey)
    if (set === undefined || told === undefined) return false
    set.delete(valueKey)
    this.#size -= 1
    if (set.size === 0) this.#sets.delete(setKey)
    if (told.record.kind === 'SRV') this.#unlinkHost(told.record, set)
    return true
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

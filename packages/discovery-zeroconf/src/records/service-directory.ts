import { ClusterIndex } from './instance-cluster.js'
import {
  type AddressRecord,
  instanceKey,
  type MulticastRecord,
  type PointerRecord,
  type ServiceRecord,
  type TextRecord,
} from './multicast-record.js'
import { type CachedRecord, type CacheLimits, RecordCache } from './record-cache.js'
import { instanceListName } from './service-type.js'
import type { KnownInstance } from './write-messages.js'

/** An instance of the service as far as it is known: records joined by name. */
export interface Instance {
  /** As on the wire, an octet a character. */
  readonly label: string
  /** Equal for every spelling of the label. */
  readonly key: string
  /** The record that shows its existence: the PTR record that lists it, or its SRV record after a query by name. */
  readonly listing: CachedRecord<PointerRecord | ServiceRecord>
  readonly text: CachedRecord<TextRecord> | undefined
  readonly services: readonly InstanceService[]
}

/** One SRV record of an instance, and the addresses of its target. */
export interface InstanceService {
  readonly service: CachedRecord<ServiceRecord>
  readonly addresses: readonly CachedRecord<AddressRecord>[]
}

/**
 * Changed instances: by the key of each, the keys of the clusters that it may belong to or may have belonged to before;
 * `undefined` where that may be any, since the TXT record is missing or was.
 */
export type ChangedInstances = ReadonlyMap<string, readonly string[] | undefined>

/** The effect of a record on the directory. */
interface DirectoryUpdate {
  /** True when a record about the service was not known before. */
  readonly isNew: boolean
  /** True when a known record has to be reconfirmed. */
  readonly needsReconfirm: boolean
  /** The limit for which another record was evicted. */
  readonly limit: keyof CacheLimits | undefined
}

/**
 * The instances of one interface, whatever the order and the packets in which their records arrive.
 *
 * An instance exists while a PTR record lists it, since a service leaves by withdrawing that record, or for a query by
 * name.
 *
 * @see RFC 6763 sections 4 and 5
 */
export class ServiceDirectory {
  readonly cache: RecordCache
  readonly #clusters = new ClusterIndex()
  /** By the key of an instance that has changed, its label, unless only addresses have. */
  readonly #touched = new Map<string, string | undefined>()

  constructor(limits: CacheLimits) {
    this.cache = new RecordCache(limits)
  }

  add(record: MulticastRecord, sender: string, now: number): DirectoryUpdate {
    const { change, evicted } = this.cache.add(record, sender, now)
    const isNew = change === 'new' && this.#touch(record)
    if (evicted !== undefined) this.#touch(evicted.record)
    return {
      isNew,
      needsReconfirm: change === 'reconfirm' || (change === 'new' && record.unique),
      limit: evicted?.limit,
    }
  }

  /** Removes expired records. */
  sweep(now: number): void {
    for (const record of this.cache.sweep(now)) this.#touch(record)
  }

  /** Returns the instances that have changed since the last call. */
  takeChanged(): ChangedInstances {
    const changed = new Map<string, readonly string[] | undefined>()
    for (const [key, label] of this.#touched) {
      changed.set(key, label === undefined ? this.clustersOf(key) : this.#updateIndex(key, label))
    }
    this.#touched.clear()
    return changed
  }

  /** Returns the instance with that key, while it exists. */
  instance(key: string, now: number): Instance | undefined {
    const pointer = this.cache.pointer(key, now)
    return pointer && this.#joined(pointer, now)
  }

  /** Returns the instance of a label, listed or not, if its SRV and TXT records were received since then. */
  answeredInstance(label: string, since: number, now: number): Instance | undefined {
    const isRecent = ({ receivedAt }: CachedRecord): boolean => receivedAt >= since
    const service = this.cache.services(label, now).find(isRecent)
    const isComplete = service !== undefined && this.cache.texts(label, now).some(isRecent)
    return isComplete ? this.#joined(service, now) : undefined
  }

  /**
   * Returns the known answers for a list: the instances with more than half of their TTL left. An instance listed under
   * a subtype counts as listed under the service type (RFC 6763 section 7.1).
   */
  knownInstances(now: number, subtype?: string): KnownInstance[] {
    const left = ({ expiresAt }: CachedRecord): number => (expiresAt - now) / 1_000
    const listed = subtype === undefined ? this.#listedAnywhere(now) : this.cache.pointers(now, subtype)
    const lasting = listed.filter((pointer) => left(pointer) > pointer.record.ttl / 2)
    const list = instanceListName(subtype)
    return lasting.map((pointer) => ({ label: pointer.record.instance, ttl: Math.floor(left(pointer)), list }))
  }

  #listedAnywhere(now: number): CachedRecord<PointerRecord>[] {
    return [...this.cache.instances()].flatMap((key) => this.cache.pointer(key, now) ?? [])
  }

  /**
   * Returns the keys of the instances that may belong to a cluster: those that name it, and those that wait for the TXT
   * record that names theirs. Those of all clusters for `undefined`.
   *
   * @param cluster the key of the cluster
   */
  candidates(cluster: string | undefined): readonly string[] {
    if (cluster === undefined) return [...this.cache.instances()]
    return [...new Set([...this.#clusters.instancesOf(cluster), ...this.#clusters.unnamed])]
  }

  /** Returns the keys of the clusters that an instance may belong to. */
  clustersOf(key: string): readonly string[] {
    return this.#clusters.clustersOf(key)
  }

  /** Returns the keys of the instances that a record belongs to. */
  instancesOf(record: MulticastRecord): readonly string[] {
    return 'host' in record ? [...this.cache.instancesAt(record.host)] : [instanceKey(record.instance)]
  }

  /** Notes the instances that a record belongs to; returns true when there are any. */
  #touch(record: MulticastRecord): boolean {
    const keys = this.instancesOf(record)
    const label = 'host' in record ? undefined : record.instance
    for (const key of keys) this.#touched.set(key, label ?? this.#touched.get(key))
    return keys.length > 0
  }

  #updateIndex(key: string, label: string): readonly string[] | undefined {
    return this.#clusters.update(key, label, { isListed: this.cache.isListed(key), texts: this.cache.heldTexts(label) })
  }

  #joined(listing: Instance['listing'], now: number): Instance {
    const { instance } = listing.record
    const services = this.cache.services(instance, now).map((service) => {
      return { service, addresses: this.cache.addresses(service.record.target, now) }
    })
    // There is one, except after a change or in a conflict: the sender of the listing is preferred.
    const isOwn = ({ sender }: CachedRecord): number => (sender === listing.sender ? 1 : 0)
    const [text] = this.cache.texts(instance, now).sort((a, b) => isOwn(b) - isOwn(a) || b.receivedAt - a.receivedAt)
    return { label: instance, key: instanceKey(instance), listing, text, services }
  }
}

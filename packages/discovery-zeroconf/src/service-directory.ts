import type { KnownInstance } from './multicast-query.js'
import type { AddressRecord, MulticastRecord, PointerRecord, ServiceRecord, TextRecord } from './multicast-record.js'
import { type CacheLimits, RecordCache, type Told } from './record-cache.js'
import { instanceKey } from './record-key.js'

/** An instance of the service, as far as it is known: the records that belong together, joined by name. */
export interface Instance {
  /** As on the wire, an octet a character. */
  readonly label: string
  /** The same for every spelling of the label. */
  readonly key: string
  readonly pointer: Told<PointerRecord>
  readonly text: Told<TextRecord> | undefined
  readonly services: readonly InstanceService[]
}

/** One place where an instance listens. */
export interface InstanceService {
  readonly service: Told<ServiceRecord>
  readonly addresses: readonly Told<AddressRecord>[]
}

/** What a record meant for the directory. */
export interface DirectoryHearing {
  /** Whether something was learnt about the service that was not known before. */
  readonly isNews: boolean
  /** The limit that something else had to go for. */
  readonly limit: keyof CacheLimits | undefined
}

/**
 * The instances that were heard of on one interface, whatever the order and the packets in which their records come.
 *
 * An instance is one only while a PTR record lists it: withdrawing that record is how a service leaves.
 *
 * @see RFC 6763 sections 4 and 5
 */
export class ServiceDirectory {
  readonly #cache: RecordCache
  readonly #touched = new Set<string>()

  constructor(limits: CacheLimits) {
    this.#cache = new RecordCache(limits)
  }

  hear(record: MulticastRecord, sender: string, now: number): DirectoryHearing {
    const { change, evicted } = this.#cache.hear(record, sender, now)
    if (evicted !== undefined) this.#touch(evicted.record)
    const isChange = change === 'new' || change === 'gone'
    const isRelevant = isChange && this.#touch(record)
    return { isNews: change === 'new' && isRelevant, limit: evicted?.limit }
  }

  /** The keys of which something changed since this was last called, each with its instance, if there still is one. */
  takeTouched(now: number): [key: string, instance: Instance | undefined][] {
    const touched = [...this.#touched]
    this.#touched.clear()
    return touched.map((key) => {
      const pointer = this.#cache.pointer(key, now)
      return [key, pointer && this.#joined(pointer, now)]
    })
  }

  /** The instances whose senders need not list them again, since more than half of their time is left. */
  knownInstances(now: number): KnownInstance[] {
    const left = ({ expiresAt }: Told): number => (expiresAt - now) / 1_000
    const lasting = this.#cache.pointers(now).filter((pointer) => left(pointer) > pointer.record.ttl / 2)
    return lasting.map((pointer) => ({ label: pointer.record.instance, ttl: Math.floor(left(pointer)) }))
  }

  /** All instances. */
  instances(now: number): Instance[] {
    return this.#cache.pointers(now).map((pointer) => this.#joined(pointer, now))
  }

  /** Notes the instances that a record is about; says whether there are any. */
  #touch(record: MulticastRecord): boolean {
    const keys = 'host' in record ? [...this.#cache.instancesAt(record.host)] : [instanceKey(record.instance)]
    for (const key of keys) this.#touched.add(key)
    return keys.length > 0
  }

  #joined(pointer: Told<PointerRecord>, now: number): Instance {
    const { instance } = pointer.record
    const services = this.#cache.services(instance, now).map((service) => {
      return { service, addresses: this.#cache.addresses(service.record.target, now) }
    })
    // There is one, unless it has just changed or two hosts quarrel about the name.
    const text = this.#cache.texts(instance, now).toSorted((a, b) => b.heardAt - a.heardAt)[0]
    return { label: instance, key: instanceKey(instance), pointer, text, services }
  }
}

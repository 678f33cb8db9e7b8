import type { KnownInstance } from './multicast-query.js'
import type { AddressRecord, MulticastRecord, PointerRecord, ServiceRecord, TextRecord } from './multicast-record.js'
import { type CacheChange, type CacheLimits, RecordCache, type Told } from './record-cache.js'
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
export interface DirectoryChange {
  readonly change: CacheChange
  /** Whether something was learnt about the service that was not known before. */
  readonly isNews: boolean
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

  hear(record: MulticastRecord, sender: string, now: number): DirectoryChange {
    const change = this.#cache.hear(record, sender, now)
    if (change !== 'new' && change !== 'gone') return { change, isNews: false }
    const touched = 'host' in record ? [...this.#cache.instancesAt(record.host)] : [instanceKey(record.instance)]
    for (const key of touched) this.#touched.add(key)
    return { change, isNews: change === 'new' && touched.length > 0 }
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

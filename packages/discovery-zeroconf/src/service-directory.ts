import type { KnownInstance } from './multicast-query.js'
import type { AddressRecord, MulticastRecord, PointerRecord, ServiceRecord, TextRecord } from './multicast-record.js'
import { type CacheLimits, RecordCache, type Told } from './record-cache.js'
import { instanceKey } from './record-key.js'
import { instanceListName } from './service-type.js'

/** An instance of the service, as far as it is known: the records that belong together, joined by name. */
export interface Instance {
  /** As on the wire, an octet a character. */
  readonly label: string
  /** The same for every spelling of the label. */
  readonly key: string
  /** What says that it is there: the PTR record that lists it, or its SRV record where it was asked for by name. */
  readonly claim: Told<PointerRecord | ServiceRecord>
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
  /** The keys of the instances that it, or what had to go for it, is about, if it changed anything. */
  readonly touched: readonly string[]
  /** Whether something was learnt about the service that was not known before. */
  readonly isNews: boolean
  /** Whether there is a doubt now about something that was known. */
  readonly isDoubt: boolean
  /** The limit that something else had to go for. */
  readonly limit: keyof CacheLimits | undefined
}

/**
 * The instances that were heard of on one interface, whatever the order and the packets in which their records come.
 *
 * An instance is one only while a PTR record lists it, since withdrawing that record is how a service leaves, or for whoever
 * has just asked for it by name.
 *
 * @see RFC 6763 sections 4 and 5
 */
export class ServiceDirectory {
  readonly cache: RecordCache

  constructor(limits: CacheLimits) {
    this.cache = new RecordCache(limits)
  }

  hear(record: MulticastRecord, sender: string, now: number): DirectoryHearing {
    const { change, evicted } = this.cache.hear(record, sender, now)
    const own = change === 'new' ? this.instancesOf(record) : []
    const others = evicted === undefined ? [] : this.instancesOf(evicted.record)
    return {
      touched: [...own, ...others],
      isNews: own.length > 0,
      isDoubt: change === 'doubted' || (change === 'new' && record.unique),
      limit: evicted?.limit,
    }
  }

  /** Lets go of what has expired, and says which instances that was about. */
  sweep(now: number): string[] {
    return this.cache.sweep(now).flatMap((record) => this.instancesOf(record))
  }

  /** The instance with that key, if there still is one. */
  instance(key: string, now: number): Instance | undefined {
    const pointer = this.cache.pointer(key, now)
    return pointer && this.#joined(pointer, now)
  }

  /** The instance of that label, listed or not, if it was told since then what it is and where it listens. */
  toldInstance(label: string, since: number, now: number): Instance | undefined {
    const isRecent = ({ heardAt }: Told): boolean => heardAt >= since
    const service = this.cache.services(label, now).find(isRecent)
    const isComplete = service !== undefined && this.cache.texts(label, now).some(isRecent)
    return isComplete ? this.#joined(service, now) : undefined
  }

  /** Whether somebody lists an instance of the service, or of that subtype. */
  isAnyListed(subtype: string | undefined, now: number): boolean {
    return this.cache.pointers(now, subtype).length > 0
  }

  /** The instances whose senders need not list them again, since more than half of their time is left. */
  knownInstances(now: number, subtype?: string): KnownInstance[] {
    const left = ({ expiresAt }: Told): number => (expiresAt - now) / 1_000
    const lasting = this.cache.pointers(now, subtype).filter((pointer) => left(pointer) > pointer.record.ttl / 2)
    const list = instanceListName(subtype)
    return lasting.map((pointer) => ({ label: pointer.record.instance, ttl: Math.floor(left(pointer)), list }))
  }

  /** All instances. */
  instances(now: number): Instance[] {
    return [...this.cache.instances()].flatMap((key) => this.instance(key, now) ?? [])
  }

  /** The keys of the instances that a record is about. */
  instancesOf(record: MulticastRecord): readonly string[] {
    return 'host' in record ? [...this.cache.instancesAt(record.host)] : [instanceKey(record.instance)]
  }

  #joined(claim: Instance['claim'], now: number): Instance {
    const { instance } = claim.record
    const services = this.cache.services(instance, now).map((service) => {
      return { service, addresses: this.cache.addresses(service.record.target, now) }
    })
    // There is one, unless it has just changed or somebody contradicts: whoever claims the instance is believed first.
    const isOwn = ({ sender }: Told): number => (sender === claim.sender ? 1 : 0)
    const [text] = this.cache.texts(instance, now).sort((a, b) => isOwn(b) - isOwn(a) || b.heardAt - a.heardAt)
    return { label: instance, key: instanceKey(instance), claim, text, services }
  }
}

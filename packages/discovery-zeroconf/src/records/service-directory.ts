import { type ClusterName, clusterNameFault, escapeText, parseClusterName, quoteText } from '@pstorage/discovery-core'
import { utf8Label } from '@pstorage/dns-message'
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

/** The effect of a record on the directory. */
interface DirectoryUpdate {
  /** The keys of the instances that it, or the record evicted for it, belongs to, if it changed anything. */
  readonly touched: readonly string[]
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

  constructor(limits: CacheLimits) {
    this.cache = new RecordCache(limits)
  }

  add(record: MulticastRecord, sender: string, now: number): DirectoryUpdate {
    const { change, evicted } = this.cache.add(record, sender, now)
    const own = change === 'new' ? this.instancesOf(record) : []
    const others = evicted === undefined ? [] : this.instancesOf(evicted.record)
    return {
      touched: [...own, ...others],
      isNew: own.length > 0,
      needsReconfirm: change === 'reconfirm' || (change === 'new' && record.unique),
      limit: evicted?.limit,
    }
  }

  /** Removes expired records, and returns the keys of their instances. */
  sweep(now: number): string[] {
    return this.cache.sweep(now).flatMap((record) => this.instancesOf(record))
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

  instances(now: number): Instance[] {
    return [...this.cache.instances()].flatMap((key) => this.instance(key, now) ?? [])
  }

  /** Returns the keys of the instances that a record belongs to. */
  instancesOf(record: MulticastRecord): readonly string[] {
    return 'host' in record ? [...this.cache.instancesAt(record.host)] : [instanceKey(record.instance)]
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

/** The cluster of an instance, or the reason why it has none: a phrase, escaped. */
type InstanceCluster =
  | { readonly name: ClusterName; readonly fault?: undefined }
  | { readonly name?: undefined; readonly fault: string }

/**
 * Reads the cluster name of an instance: the value of the TXT key `cluster`, else the instance name without the suffix
 * of a name conflict: `my-cluster #2`, `my-cluster (2)`.
 *
 * The key without `=` counts as missing; the key with an empty value is an error, and the name is not used instead.
 *
 * @param label the label of the instance, an octet a character
 * @see RFC 6763 section 6.4, RFC 6762 section 9
 */
export function instanceCluster(label: string, { cluster }: Pick<TextRecord, 'cluster'>): InstanceCluster {
  const instance = utf8Label(label)
  if (instance === undefined) return { fault: 'its name is not UTF-8 text' }
  if (CONTROL_CHARACTER.test(instance)) return { fault: 'its name has control characters' }
  const text = cluster ?? instance.replace(CONFLICT_SUFFIX, '')
  const fault = clusterNameFault(text)
  if (fault === undefined) return { name: parseClusterName(text) }
  const where = cluster === null ? 'its name' : 'its TXT key "cluster"'
  return { fault: `${where} is no cluster name, ${quoteText(text, { maxLength: 80 })}: ${fault}` }
}

/** Returns the cluster of an instance. One without TXT record counts as one with an empty record (RFC 6763 section 6.1). */
export function clusterOf({ label, text }: Pick<Instance, 'label' | 'text'>): InstanceCluster {
  return instanceCluster(label, text?.record ?? { cluster: null })
}

/** Returns the name of an instance as people read it, escaped. */
export function instanceText(label: string): string {
  return escapeText(utf8Label(label) ?? label)
}

// RFC 6763 section 4.1.1 forbids them in instance names.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL_CHARACTER = /[\x00-\x1f\x7f]/

/** The suffixes of Avahi (`#2`) and Bonjour (`(2)`). */
const CONFLICT_SUFFIX = / (?:#\d{1,9}|\(\d{1,9}\))$/

import type { MulticastInterface, Sender } from '../link/multicast-interface.js'
import { type DropReason, type Reading, readResponse } from './read-response.js'
import type { CacheLimits } from './record-cache.js'
import { type ChangedInstances, ServiceDirectory } from './service-directory.js'

/** An observer of the instances on an interface. */
export interface LinkObserver {
  /** The key of the only cluster that it observes; all by default. */
  readonly cluster?: string | undefined
  /** Called with the changed instances that may concern it. */
  onInstances(changed: ChangedInstances, now: number): void
  /** Called for a record about any instance that was not known before. */
  onNewRecord?(now: number): void
  /** Called for a datagram that was not used, other than a query of another host. */
  onDropped(reading: Exclude<Reading, { readonly dropped: undefined }>, sender: Sender): void
  /** Called when there was more than a limit allows. */
  onLimitReached(limit: keyof ReceiverLimits): void
  /** Called when a cached record has to be reconfirmed (RFC 6762 section 10.4). */
  onReconfirm?(now: number): void
}

/** Limits of what is used of the datagrams of one interface. */
interface ReceiverLimits extends CacheLimits {
  /** Octets of a datagram. */
  readonly packetBytes: number
}

/** Options of a {@link LinkReceiver}. */
interface LinkReceiverOptions {
  readonly networkInterface: MulticastInterface
  readonly port: number
  readonly limits: ReceiverLimits
}

/**
 * Receives the datagrams of one interface: adds their records to a directory, and notifies observers of changes. No
 * sockets and no timers; every time is a parameter, in milliseconds of the clock.
 */
export class LinkReceiver {
  readonly directory: ServiceDirectory
  readonly #options: LinkReceiverOptions
  /** By the key of their cluster; those of all clusters by `undefined`. */
  readonly #observers = new Map<string | undefined, Set<LinkObserver>>()
  #fullAt = Number.NEGATIVE_INFINITY
  #last: { readonly bytes: Uint8Array; readonly address: string; readonly at: number } | undefined

  constructor(options: LinkReceiverOptions) {
    this.#options = options
    this.directory = new ServiceDirectory(options.limits)
  }

  /** Adds an observer; returns a function that removes it. */
  observe(observer: LinkObserver): () => void {
    const { cluster } = observer
    const observers = this.#observers.get(cluster) ?? new Set()
    this.#observers.set(cluster, observers.add(observer))
    return () => {
      observers.delete(observer)
      if (observers.size === 0 && this.#observers.get(cluster) === observers) this.#observers.delete(cluster)
    }
  }

  /**
   * The last time without room for a record, in milliseconds of the clock; minus infinity when there was always room.
   */
  get fullAt(): number {
    return this.#fullAt
  }

  receive(bytes: Uint8Array, sender: Sender, now: number): void {
    const reading = this.#isRepeated(bytes, sender, now)
      ? ({ dropped: 'repeated' } as const)
      : readResponse(bytes, sender, this.#rules)
    // A query of another host is no answer.
    if (reading.dropped === 'query') return
    if (reading.dropped !== undefined) {
      for (const observer of this.#everyObserver()) observer.onDropped(reading, sender)
      if (reading.dropped === 'too long') this.#limitReached('packetBytes')
      return
    }
    this.#last = { bytes, address: sender.address, at: now }
    let isAnyNew = false
    let isReconfirmNeeded = false
    for (const record of reading.records) {
      const { isNew, needsReconfirm, limit } = this.directory.add(record, sender.address, now)
      isAnyNew ||= isNew
      isReconfirmNeeded ||= needsReconfirm
      if (limit === undefined) continue
      this.#fullAt = now
      this.#limitReached(limit)
    }
    if (isAnyNew) for (const observer of this.#everyObserver()) observer.onNewRecord?.(now)
    this.#notify(now)
    if (isReconfirmNeeded) for (const observer of this.#everyObserver()) observer.onReconfirm?.(now)
  }

  sweep(now: number): void {
    this.directory.sweep(now)
    this.#notify(now)
  }

  get #rules() {
    const { networkInterface, port, limits } = this.#options
    return { networkInterface, port, packetBytes: limits.packetBytes }
  }

  #notify(now: number): void {
    const changed = this.directory.takeChanged()
    if (changed.size === 0) return
    for (const observer of this.#observers.get(undefined) ?? []) observer.onInstances(changed, now)
    const clusters = [...changed.values()]
    const isAnyConcerned = clusters.includes(undefined)
    for (const cluster of new Set(isAnyConcerned ? this.#observers.keys() : clusters.flatMap((keys) => keys ?? []))) {
      const observers = cluster === undefined ? undefined : this.#observers.get(cluster)
      if (cluster === undefined || observers === undefined) continue
      const theirs = new Map([...changed].filter(([, keys]) => keys?.includes(cluster) ?? true))
      if (theirs.size > 0) for (const observer of observers) observer.onInstances(theirs, now)
    }
  }

  *#everyObserver(): Generator<LinkObserver> {
    for (const observers of this.#observers.values()) yield* observers
  }

  #limitReached(limit: keyof ReceiverLimits): void {
    for (const observer of this.#everyObserver()) observer.onLimitReached(limit)
  }

  /** Tells whether a datagram equals the last one from the same sender, and need not be read again. */
  #isRepeated(bytes: Uint8Array, { address }: Sender, now: number): boolean {
    const last = this.#last
    if (last === undefined || last.address !== address || now - last.at >= REPEAT_TIME) return false
    return last.bytes.length === bytes.length && Buffer.compare(last.bytes, bytes) === 0
  }
}

/** Milliseconds. */
const REPEAT_TIME = 1_000

/** Counts the datagrams of an interface that were not used. */
export class DropCount {
  readonly #counts = new Map<DropReason, number>()

  add(reason: DropReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1)
  }

  /** The counts in one line; `undefined` when all datagrams were used. */
  get text(): string | undefined {
    if (this.#counts.size === 0) return undefined
    const parts = [...this.#counts].map(([reason, count]) => `${count} ${reason}`)
    return `not used: ${parts.join(', ')}`
  }
}

import { type Clock, type ClusterName, clusterNameKey, type Random } from '@pstorage/discovery-core'
import { Alarm } from './alarm.js'
import { ContinuousBrowse } from './continuous-browse.js'
import type { Interest } from './interest.js'
import { LinkHearing } from './link-hearing.js'
import type { SharedListening, WatchedListening } from './listen-on.js'
import { type ListeningPlace, onLink } from './listening-place.js'
import type { MulticastLink, MulticastMedium } from './multicast-link.js'
import type { Sender } from './read-response.js'
import { ToldBefore } from './told-before.js'
import type { ZeroconfLimits } from './zeroconf-limits.js'

/** What is the same for all interfaces that are watched. */
export interface WatchSettings {
  readonly medium: MulticastMedium
  readonly port: number
  readonly limits: ZeroconfLimits
  readonly random: Random
  readonly clock: Clock
}

/** One interface that is listened to all the time, with what was heard on it. */
export class PlaceWatch {
  readonly #place: ListeningPlace
  readonly #settings: WatchSettings
  readonly #over = new AbortController()
  readonly #alarm: Alarm
  readonly #hearing: LinkHearing
  readonly #browse: ContinuousBrowse
  readonly #interests = new Set<Interest>()
  readonly #holders = new Map<object, (error: Error) => void>()
  readonly #leave: () => void
  readonly #ended: Promise<void>
  /** By the key of a cluster, or '' for the names of all. */
  readonly #told = new Map<string, ToldBefore>()
  /** Resolves when the interface is open; rejects when it cannot be opened. */
  readonly opening: Promise<MulticastLink>
  #link: MulticastLink | undefined
  #hasAsked = false
  /** When there was last no room for what was heard, as far as was looked. */
  #fullAt = Number.NEGATIVE_INFINITY

  constructor(place: ListeningPlace, settings: WatchSettings) {
    const { port, limits, random, clock } = settings
    this.#place = place
    this.#settings = settings
    this.#alarm = new Alarm(clock, this.#over.signal)
    this.#hearing = new LinkHearing({ place, port, limits })
    const wake = (at: number): void => this.#alarm.ring(at)
    this.#browse = new ContinuousBrowse({ hearing: this.#hearing, questions: limits.questions, random, wake })
    this.#leave = this.#hearing.read(this.#browse)
    this.opening = this.#open()
    this.#ended = this.#listen()
  }

  /** Whether it is over: the interface broke, could not be opened, or nobody is interested any more. */
  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  /** The interface for questions, once it is open. */
  get shared(): SharedListening | undefined {
    const link = this.#link
    if (link === undefined || this.isOver) return undefined
    return {
      link,
      hearing: this.#hearing,
      hold: (failed) => this.#hold(failed),
      watched: (cluster) => this.#watched(cluster),
    }
  }

  add(interest: Interest): void {
    this.#interests.add(interest)
    this.#browse.add(interest, this.#settings.clock.now())
  }

  /** Lets go of it, once no question needs it any more. */
  async remove(interest: Interest): Promise<void> {
    this.#interests.delete(interest)
    // Those who come later know nothing of it.
    const isLast = [...this.#interests].every(({ cluster }) => keyOf(cluster) !== keyOf(interest.cluster))
    if (isLast) this.#told.delete(keyOf(interest.cluster))
    this.#browse.remove(interest, this.#settings.clock.now())
    await this.#endUnlessNeeded()
  }

  /** Closes it at once: the interface is not what it was. */
  async end(error: Error): Promise<void> {
    this.#fail(error)
    await this.#ended
  }

  #watched(cluster: ClusterName | undefined): WatchedListening | undefined {
    // Without the port that everybody uses, whoever comes unasked is not heard.
    if (this.#link?.refusal !== undefined) return undefined
    const heardOutAt = this.#browse.heardOutAt(cluster)
    const { fullAt } = this.#hearing
    // What was pushed out has not been taken back, and has to be asked for again.
    if (fullAt > this.#fullAt) this.#told.clear()
    this.#fullAt = fullAt
    const isPartial = this.#settings.clock.now() < fullAt + RECOVERY_TIME
    if (heardOutAt === undefined || isPartial) return undefined
    const told = this.#told.get(keyOf(cluster)) ?? new ToldBefore(this.#settings.limits.results)
    this.#told.set(keyOf(cluster), told)
    return { heardOutAt, told }
  }

  #hold(failed: (error: Error) => void): () => void {
    const holder = {}
    this.#holders.set(holder, failed)
    return () => {
      this.#holders.delete(holder)
      void this.#endUnlessNeeded()
    }
  }

  async #endUnlessNeeded(): Promise<void> {
    if (this.#interests.size > 0 || this.#holders.size > 0) return
    this.#over.abort()
    await this.#ended
  }

  #fail(error: Error): void {
    if (this.isOver) return
    this.#over.abort()
    for (const failed of this.#holders.values()) failed(error)
    this.#browse.forget()
  }

  async #listen(): Promise<void> {
    try {
      this.#link = await this.opening
      while (!this.isOver) {
        for (const message of this.#browse.takeQueries(this.#settings.clock.now())) {
          this.#link.send(message, (error) => this.#sent(error))
        }
        await this.#alarm.until(this.#browse.nextAt)
      }
    } catch (error) {
      this.#giveUp(error)
    } finally {
      this.#leave()
      this.#link?.close()
    }
  }

  #open(): Promise<MulticastLink> {
    const { medium, port, clock } = this.#settings
    return medium.open(this.#place, {
      port,
      signal: this.#over.signal,
      standIn: true,
      hear: (bytes, sender) => {
        // Thrown into a socket's event, an exception would end the process.
        try {
          this.#hear(bytes, sender, clock.now())
        } catch (error) {
          for (const interest of this.#interests) interest.failed(error)
          this.#giveUp(error)
        }
      },
      failed: (error) => this.#fail(error),
    })
  }

  #hear(bytes: Uint8Array, sender: Sender, now: number): void {
    this.#hearing.hear(bytes, sender, now)
    const isOwn = this.#place.subnets.some(({ address }) => address === sender.address.replace(/%.*$/, ''))
    const isTooLong = bytes.length > this.#settings.limits.packetBytes
    if (!isOwn && !isTooLong && onLink(this.#place, sender.address)) this.#browse.observe(bytes, now)
  }

  #sent(error: Error | null): void {
    if (error === null) this.#hasAsked = true
    else if (!this.#hasAsked) this.#fail(error)
  }

  #giveUp(error: unknown): void {
    this.#fail(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Milliseconds that a flood has to be over before what is known is taken for all that there is. */
const RECOVERY_TIME = 10_000

function keyOf(cluster: ClusterName | undefined): string {
  return cluster === undefined ? '' : clusterNameKey(cluster)
}

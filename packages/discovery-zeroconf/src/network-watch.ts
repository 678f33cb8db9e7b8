import { chooseInterfaces } from './choose-interfaces.js'
import type { Interest } from './interest.js'
import type { SharedListening } from './listen-on.js'
import { type ListeningPlace, placeKey } from './listening-place.js'
import { PlaceWatch, type WatchSettings } from './place-watch.js'
import { settled } from './settled.js'

/** What a {@link NetworkWatch} needs. */
export interface NetworkWatchSettings extends WatchSettings {
  /** The interfaces to listen on; left out: all that can multicast. */
  readonly interfaces: readonly string[] | undefined
}

/**
 * Listens on the interfaces for as long as anybody is interested in anything, and follows them as they come, go and change.
 *
 * An interface that is not what it was is closed, all that was heard on it forgotten, and opened anew.
 *
 * @see RFC 6762 section 10.3
 */
export class NetworkWatch {
  readonly #settings: NetworkWatchSettings
  readonly #interests = new Set<Interest>()
  readonly #places = new Map<string, PlaceWatch>()
  #following: Following | undefined

  constructor(settings: NetworkWatchSettings) {
    this.#settings = settings
  }

  /** The interface as it is listened to, if it is; waits while that begins. */
  async shared(place: ListeningPlace, signal: AbortSignal): Promise<SharedListening | undefined> {
    await settled(this.#following?.firstLook, signal)
    const watch = this.#places.get(placeKey(place))
    await settled(watch?.opening, signal)
    return watch?.shared
  }

  add(interest: Interest): void {
    this.#interests.add(interest)
    for (const place of this.#places.values()) place.add(interest)
    if (this.#following !== undefined) return
    const over = new AbortController()
    const firstLook = this.#look(over.signal)
    this.#following = { over, firstLook, ended: this.#follow(firstLook, over.signal) }
  }

  /** Resolves when what was open for this interest alone is closed. */
  async remove(interest: Interest): Promise<void> {
    this.#interests.delete(interest)
    const places = [...this.#places.values()]
    if (this.#interests.size > 0) {
      await Promise.all(places.map((place) => place.remove(interest)))
      return
    }
    const following = this.#following
    this.#following = undefined
    following?.over.abort()
    this.#places.clear()
    await Promise.all([following?.ended, ...places.map((place) => place.remove(interest))])
  }

  async #follow(firstLook: Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock, medium } = this.#settings
    const timeSlept = (): number => (medium.timeOfDay?.() ?? clock.now()) - clock.now()
    let sleptBefore = timeSlept()
    try {
      await firstLook
      while (!signal.aborted) {
        await clock.sleep(LOOK_INTERVAL, signal)
        const slept = timeSlept() - sleptBefore
        sleptBefore += slept
        // What was said meanwhile was not heard.
        if (slept > LONGEST_NAP) await this.#endAll(new Error('the host was asleep'))
        await this.#look(signal)
      }
    } catch (error) {
      if (!signal.aborted) for (const interest of this.#interests) interest.failed(error)
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const host = await this.#settings.medium.interfaces()
    if (!signal.aborted) await this.#compare(chooseInterfaces(host, this.#settings.interfaces).places, signal)
  }

  async #endAll(error: Error): Promise<void> {
    await Promise.all([...this.#places.values()].map((watch) => watch.end(error)))
  }

  async #compare(places: readonly ListeningPlace[], signal: AbortSignal): Promise<void> {
    const found = new Map(places.map((place) => [placeKey(place), place]))
    for (const [key, watch] of this.#places) {
      if (found.has(key) && !watch.isOver) continue
      this.#places.delete(key)
      await watch.end(new Error('the interface has changed'))
    }
    if (signal.aborted) return
    for (const [key, place] of found) {
      if (this.#places.has(key)) continue
      const watch = new PlaceWatch(place, this.#settings)
      this.#places.set(key, watch)
      for (const interest of this.#interests) watch.add(interest)
    }
  }
}

interface Following {
  readonly over: AbortController
  /** The first look at the interfaces. */
  readonly firstLook: Promise<void>
  readonly ended: Promise<void>
}

/** Milliseconds by which the time of day may run ahead before what is known is forgotten. */
const LONGEST_NAP = 5_000
/** Milliseconds between two looks at the interfaces; what changes is heard again within five seconds. */
const LOOK_INTERVAL = 2_000

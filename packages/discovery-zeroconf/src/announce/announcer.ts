import { escapeText } from '@pstorage/discovery-core'
import type { ResourceRecord } from '@pstorage/dns-message'
import { Alarm } from '../alarm.js'
import { chooseInterfaces, type InterfaceRefusal } from '../choose-interfaces.js'
import { type ListeningPlace, placeKey } from '../listening-place.js'
import type { MulticastFamily } from '../multicast-family.js'
import { multicastTrouble } from '../multicast-trouble.js'
import { addressesOn, instancesOn } from './addresses-on.js'
import { AnnounceError } from './announce-error.js'
import type { AnnounceEvent } from './announce-event.js'
import { type AnnounceContent, type AnnounceSettings, announcedServices } from './announce-options.js'
import { AnnouncingLink } from './announcing-link.js'
import { LONGEST_QUEUE } from './answer-schedule.js'
import type { AnsweringMedium } from './answering-port.js'
import { ConflictRate } from './conflict-rate.js'
import { SentMessages } from './sent-messages.js'
import { separateNames } from './separate-names.js'
import { type AnnouncedService, hostId, hostName, serviceClaims, serviceId, serviceText } from './service-claims.js'
import { absenceWarnings, serviceWarnings } from './service-warnings.js'

/** Announces services on all chosen interfaces, and follows these. */
export class Announcer {
  readonly #medium: AnsweringMedium
  readonly #settings: AnnounceSettings
  readonly #links = new Map<string, AnnouncingLink>()
  /** Why something is unavailable, as it was last told. */
  readonly #troubles = new Map<string, InterfaceTrouble>()
  readonly #numbers = new Map<string, number>()
  readonly #rate = new ConflictRate()
  readonly #sent = new SentMessages()
  readonly #over = new AbortController()
  readonly #announced: Alarm
  #services: readonly AnnouncedService[]
  #following: Promise<void> = Promise.resolve()
  #stopping: Promise<void> | undefined

  constructor(medium: AnsweringMedium, settings: AnnounceSettings) {
    this.#medium = medium
    this.#settings = settings
    this.#services = settings.services
    separateNames(this.#services, this.#numbers)
    this.#announced = new Alarm(settings.clock, this.#over.signal)
  }

  /** What is announced now, with the names that it has. */
  get services(): readonly AnnouncedService[] {
    return this.#services
  }

  /** The name of the instance that announces a service, and that of its host. */
  namesOf(service: AnnouncedService): { readonly instance: string; readonly host: string } {
    return {
      instance: serviceText(service, this.#numbers),
      host: hostName(service.host, this.#numbers).join('.'),
    }
  }

  /** The links on which all was announced. */
  get announcedLinks(): readonly AnnouncingLink[] {
    return [...this.#links.values()].filter(({ isAnnounced }) => isAnnounced)
  }

  /** Resolves when everything was announced wherever that is possible. */
  async start(): Promise<void> {
    for (const warning of serviceWarnings(this.#services)) this.#emit(warning)
    await this.#look()
    if (this.#links.size === 0) throw this.#nowhere()
    this.#following = this.#follow()
    await this.#whenAnnounced()
  }

  /** Resolves when the new content was announced wherever that is possible. */
  async update(content: AnnounceContent): Promise<void> {
    const services = announcedServices(content)
    if (this.#over.signal.aborted) throw new AnnounceError('ERR_ANNOUNCER_STOPPED', 'the announcer was stopped')
    this.#services = services
    separateNames(services, this.#numbers)
    for (const warning of serviceWarnings(this.#services)) this.#emit(warning)
    this.#publish(new Set())
    await this.#whenAnnounced()
  }

  /** Takes everything back and closes everything. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async #end(): Promise<void> {
    this.#over.abort()
    const links = [...this.#links.values()]
    await Promise.all(links.map((link) => link.goodbye()))
    for (const link of links) link.close()
    this.#links.clear()
    await this.#following
  }

  /** Looks at the interfaces from time to time. */
  async #follow(): Promise<void> {
    const { clock, pollInterval } = this.#settings
    const { signal } = this.#over
    while (!signal.aborted) {
      await clock.sleep(pollInterval, signal).catch(() => undefined)
      if (!signal.aborted) await this.#look()
    }
  }

  /** Opens links to interfaces that have appeared, and closes those to what has gone or changed. */
  async #look(): Promise<void> {
    const { places, refusals } = chooseInterfaces(await this.#medium.interfaces(), this.#settings.interfaces)
    if (this.#over.signal.aborted) return
    const wanted = new Map<string, { readonly place: ListeningPlace; readonly family: MulticastFamily }>()
    for (const place of places) {
      for (const family of this.#medium.families(place)) {
        wanted.set(linkKey(place, family), { place, family })
      }
    }
    for (const [key, link] of this.#links) {
      const place = wanted.get(key)?.place
      if (place === undefined) await this.#leave(key, link)
      else if (placeKey(place) !== placeKey(link.place)) this.#move(link, place)
    }
    for (const refusal of refusals) this.#unavailable(refusalKey(refusal), { name: refusal.wanted, ...refusal })
    const openings = [...wanted].filter(([key]) => !this.#links.has(key))
    await Promise.all(openings.map(([key, { place, family }]) => this.#open(key, place, family)))
    const present = new Set([...wanted.keys(), ...refusals.map(refusalKey)])
    for (const key of this.#troubles.keys()) if (!present.has(key)) this.#troubles.delete(key)
  }

  async #open(key: string, place: ListeningPlace, family: MulticastFamily): Promise<void> {
    const { port, clock, random } = this.#settings
    const where = { interface: place.name, family: family.name }
    const link: AnnouncingLink = new AnnouncingLink({
      place,
      family,
      medium: this.#medium,
      port,
      clock,
      random,
      sent: this.#sent,
      isOurs: (record) => this.#isOurs(record, link),
      conflict: (id, phase, now) => this.#conflict(id, phase, now),
      announced: () => {
        this.#emit({ type: 'announced', ...where, instances: instancesOn(link.place, this.#services, this.#numbers) })
        this.#announced.ring()
      },
      dropped: (count) => this.#dropped(count, place, family),
    })
    try {
      await link.open()
    } catch (error) {
      if (!this.#over.signal.aborted) this.#broken(key, link, error)
      return
    }
    if (this.#over.signal.aborted) {
      link.close()
      return
    }
    this.#links.set(key, link)
    this.#troubles.delete(key)
    this.#emit({ type: 'interface-up', ...where })
    this.#emit({ type: 'probing', ...where })
    link.publish(this.#claims(place))
    link.run().catch((error: unknown) => this.#broken(key, link, error))
  }

  /** The interface has other addresses, and is otherwise the same. */
  #move(link: AnnouncingLink, place: ListeningPlace): void {
    link.place = place
    link.publish(this.#claims(place))
  }

  /** An interface that is gone cannot be told; one that has another address now may still be. */
  async #leave(key: string, link: AnnouncingLink): Promise<void> {
    this.#links.delete(key)
    await link.goodbye()
    link.close()
    const { place } = link
    const { family } = link.options
    this.#emit({ type: 'interface-down', interface: place.name, family: family.name })
    this.#announced.ring()
  }

  #broken(key: string, link: AnnouncingLink, error: unknown): void {
    link.close()
    const isKnown = this.#links.delete(key)
    const { place } = link
    const { family } = link.options
    if (this.#over.signal.aborted) return
    if (isKnown) this.#emit({ type: 'interface-down', interface: place.name, family: family.name })
    this.#unavailable(key, { name: escapeText(place.name), error: multicastTrouble(place, error) })
    this.#announced.ring()
  }

  #unavailable(key: string, { name, error }: InterfaceTrouble): void {
    if (this.#troubles.get(key)?.error.message === error.message) return
    this.#troubles.set(key, { name, error })
    this.#emit({ type: 'interface-unavailable', interface: name, error })
  }

  #nowhere(): AnnounceError {
    const reasons = [...this.#troubles.values()].map(({ error }) => error.message)
    return new AnnounceError('ERR_NO_INTERFACE', `nothing can be announced: ${reasons.join('; ')}`)
  }

  #isOurs(record: ResourceRecord, asker: AnnouncingLink): boolean {
    return [...this.#links.values()].some((link) => link !== asker && link.says(record))
  }

  #conflict(id: string, phase: 'probing' | 'established', now: number): number {
    if (this.#rate.note(now)) {
      const message =
        'the names are disputed again and again, perhaps by somebody who means harm; probing has slowed down'
      this.#emit({ type: 'warning', code: 'mdns-announce-conflicts', message })
    }
    const delay = this.#rate.delay(now)
    if (phase === 'probing') this.#rename(id, delay)
    return delay
  }

  #dropped(count: number, { name }: ListeningPlace, family: MulticastFamily): void {
    const who = `on ${escapeText(name)} (${family.name})`
    const message = `${count} questions ${who} found no room among ${LONGEST_QUEUE} that wait for an answer, and got none`
    this.#emit({ type: 'warning', code: 'mdns-announce-limit', message })
  }

  #rename(id: string, delay: number): void {
    const service = this.#services.find((one) => serviceId(one) === id)
    const host = this.#services.find((one) => hostId(one.host) === id)?.host
    const name = (): string => {
      if (service !== undefined) return serviceText(service, this.#numbers)
      return host === undefined ? '' : hostName(host, this.#numbers).join('.')
    }
    const from = name()
    this.#numbers.set(id, (this.#numbers.get(id) ?? 1) + 1)
    separateNames(this.#services, this.#numbers, id)
    this.#emit({ type: 'renamed', kind: service === undefined ? 'host' : 'instance', from, to: name() })
    this.#publish(new Set([id]), delay)
  }

  #publish(lost: ReadonlySet<string>, delay = 0): void {
    for (const link of this.#links.values()) link.publish(this.#claims(link.place), { lost, delay })
  }

  #claims(place: ListeningPlace) {
    return serviceClaims(this.#services, {
      ttls: this.#settings.ttls,
      numbers: this.#numbers,
      addressesOf: (host) => addressesOn(place, host),
    })
  }

  /** Resolves when all links have announced everything, or there is none left. Rejects when the announcer is stopped first. */
  async #whenAnnounced(): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted) {
      const links = [...this.#links.values()]
      if (links.length === 0 && this.#troubles.size > 0) throw this.#nowhere()
      if (links.every(({ isAnnounced }) => isAnnounced)) {
        const places = links.map(({ place }) => place)
        for (const warning of absenceWarnings(this.#services, places)) this.#emit(warning)
        return
      }
      await this.#announced.until(this.#settings.clock.now() + LONGEST_WAIT)
    }
    throw new AnnounceError('ERR_ANNOUNCER_STOPPED', 'the announcer was stopped before everything was announced')
  }

  #emit(event: AnnounceEvent): void {
    this.#settings.onEvent(event)
  }
}

interface InterfaceTrouble {
  readonly name: string | null
  readonly error: InterfaceRefusal['error']
}

/** Events come before this. */
const LONGEST_WAIT = 2 ** 30

/** The same as long as a port that was opened there serves: the index is another one once the interface was made anew. */
function linkKey({ name, index }: ListeningPlace, family: MulticastFamily): string {
  return JSON.stringify([family.name, family.interface, name, index])
}

function refusalKey({ wanted }: InterfaceRefusal): string {
  return `refused ${wanted ?? ''}`
}

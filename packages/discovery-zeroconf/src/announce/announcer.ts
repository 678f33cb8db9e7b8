import { escapeText } from '@pstorage/discovery-core'
import type { ResourceRecord } from '@pstorage/dns-message'
import { chooseInterfaces, type InterfaceRefusal } from '../link/choose-interfaces.js'
import { interfaceKey, type MulticastFamily, type MulticastInterface } from '../link/multicast-interface.js'
import { multicastError } from '../link/multicast-link.js'
import type { ResponderMedium } from '../link/responder-port.js'
import { WakeTimer } from '../link/wake-timer.js'
import { AnnounceError, type AnnounceEvent } from './announce-event.js'
import { type AnnounceContent, type AnnounceSettings, announcedServices } from './announce-options.js'
import { AnnouncingLink, SentMessages } from './announcing-link.js'
import { DROP_REASONS, type DropReason } from './answer-schedule.js'
import { ConflictRate } from './probing.js'
import { type AnnouncedService, hostId, hostName, makeNamesUnique, serviceId, serviceText } from './service-names.js'
import {
  absenceWarnings,
  addressesOn,
  instancesOn,
  serviceRegistrations,
  serviceWarnings,
} from './service-registrations.js'

/** Announces services on all chosen interfaces, and follows the interfaces as they come, go and change. */
export class Announcer {
  readonly #medium: ResponderMedium
  readonly #settings: AnnounceSettings
  readonly #links = new Map<string, AnnouncingLink>()
  /** By the key of an interface, the error that was last reported. */
  readonly #failures = new Map<string, InterfaceFailure>()
  readonly #numbers = new Map<string, number>()
  readonly #rate = new ConflictRate()
  readonly #sent = new SentMessages()
  readonly #stopped = new AbortController()
  readonly #announced: WakeTimer
  #services: readonly AnnouncedService[]
  #polling: Promise<void> = Promise.resolve()
  #stopping: Promise<void> | undefined

  constructor(medium: ResponderMedium, settings: AnnounceSettings) {
    this.#medium = medium
    this.#settings = settings
    this.#services = settings.services
    makeNamesUnique(this.#services, this.#numbers)
    this.#announced = new WakeTimer(settings.clock, this.#stopped.signal)
  }

  get services(): readonly AnnouncedService[] {
    return this.#services
  }

  /** Returns the names of the instance and of the host that announce a service. */
  namesOf(service: AnnouncedService): { readonly instance: string; readonly host: string } {
    return {
      instance: serviceText(service, this.#numbers),
      host: hostName(service.host, this.#numbers).join('.'),
    }
  }

  /** The links on which all records were announced. */
  get announcedLinks(): readonly AnnouncingLink[] {
    return [...this.#links.values()].filter(({ isAnnounced }) => isAnnounced)
  }

  /** Resolves when everything was announced on each interface that permits it. */
  async start(): Promise<void> {
    for (const warning of serviceWarnings(this.#services)) this.#emit(warning)
    await this.#updateLinks()
    if (this.#links.size === 0) throw this.#noInterfaceError()
    this.#polling = this.#poll()
    await this.#whenAnnounced()
  }

  /** Resolves when the new content was announced on each interface that permits it. */
  async update(content: AnnounceContent): Promise<void> {
    const services = announcedServices(content)
    if (this.#stopped.signal.aborted) throw new AnnounceError('ERR_ANNOUNCER_STOPPED', 'the announcer was stopped')
    this.#services = services
    makeNamesUnique(services, this.#numbers)
    for (const warning of serviceWarnings(this.#services)) this.#emit(warning)
    this.#publish(new Set())
    await this.#whenAnnounced()
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async #end(): Promise<void> {
    this.#stopped.abort()
    const links = [...this.#links.values()]
    await Promise.all(links.map((link) => link.goodbye()))
    for (const link of links) link.close()
    this.#links.clear()
    await this.#polling
  }

  async #poll(): Promise<void> {
    const { clock, pollInterval } = this.#settings
    const { signal } = this.#stopped
    while (!signal.aborted) {
      await clock.sleep(pollInterval, signal).catch(() => undefined)
      if (!signal.aborted) await this.#updateLinks()
    }
  }

  /** Opens links to new interfaces, and closes those to interfaces that have gone or changed. */
  async #updateLinks(): Promise<void> {
    const { usable, refusals } = chooseInterfaces(await this.#medium.interfaces(), this.#settings.interfaces)
    if (this.#stopped.signal.aborted) return
    const wanted = new Map<
      string,
      { readonly networkInterface: MulticastInterface; readonly family: MulticastFamily }
    >()
    for (const networkInterface of usable) {
      for (const family of this.#medium.families(networkInterface)) {
        wanted.set(linkKey(networkInterface, family), { networkInterface, family })
      }
    }
    for (const [key, link] of this.#links) {
      const networkInterface = wanted.get(key)?.networkInterface
      if (networkInterface === undefined) await this.#closeLink(key, link)
      else if (interfaceKey(networkInterface) !== interfaceKey(link.networkInterface))
        this.#readdress(link, networkInterface)
    }
    for (const refusal of refusals) {
      const name = refusal.wanted === null ? null : escapeText(refusal.wanted)
      this.#unavailable(refusalKey(refusal), { name, error: refusal.error })
    }
    const openings = [...wanted].filter(([key]) => !this.#links.has(key))
    await Promise.all(openings.map(([key, { networkInterface, family }]) => this.#open(key, networkInterface, family)))
    const present = new Set([...wanted.keys(), ...refusals.map(refusalKey)])
    for (const key of this.#failures.keys()) if (!present.has(key)) this.#failures.delete(key)
  }

  async #open(key: string, networkInterface: MulticastInterface, family: MulticastFamily): Promise<void> {
    const { port, clock, random } = this.#settings
    const where = { interface: networkInterface.name, family: family.name }
    const link: AnnouncingLink = new AnnouncingLink({
      networkInterface,
      family,
      medium: this.#medium,
      port,
      clock,
      random,
      sent: this.#sent,
      isOurs: (record) => this.#isOurs(record, link),
      conflict: (id, phase, now) => this.#conflict(id, phase, now),
      announced: () => {
        this.#emit({
          type: 'announced',
          ...where,
          instances: instancesOn(link.networkInterface, this.#services, this.#numbers),
        })
        this.#announced.wake()
      },
      dropped: (count, reason) => this.#dropped(count, reason, networkInterface, family),
    })
    try {
      await link.open()
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#onLinkError(key, link, error)
      return
    }
    if (this.#stopped.signal.aborted) {
      link.close()
      return
    }
    this.#links.set(key, link)
    this.#failures.delete(key)
    this.#emit({ type: 'interface-up', ...where })
    this.#emit({ type: 'probing', ...where })
    link.publish(this.#registrations(networkInterface))
    link.run().catch((error: unknown) => this.#onLinkError(key, link, error))
  }

  /** Republishes on an interface whose addresses alone have changed. */
  #readdress(link: AnnouncingLink, networkInterface: MulticastInterface): void {
    link.networkInterface = networkInterface
    link.publish(this.#registrations(networkInterface))
  }

  /** Closes a link, with goodbyes where it still works: an interface with another address may be able to send. */
  async #closeLink(key: string, link: AnnouncingLink): Promise<void> {
    this.#links.delete(key)
    await link.goodbye()
    link.close()
    const { networkInterface } = link
    const { family } = link.options
    this.#emit({ type: 'interface-down', interface: networkInterface.name, family: family.name })
    this.#announced.wake()
  }

  #onLinkError(key: string, link: AnnouncingLink, error: unknown): void {
    link.close()
    const isKnown = this.#links.delete(key)
    const { networkInterface } = link
    const { family } = link.options
    if (this.#stopped.signal.aborted) return
    if (isKnown) this.#emit({ type: 'interface-down', interface: networkInterface.name, family: family.name })
    this.#unavailable(key, { name: escapeText(networkInterface.name), error: multicastError(networkInterface, error) })
    this.#announced.wake()
  }

  #unavailable(key: string, { name, error }: InterfaceFailure): void {
    if (this.#failures.get(key)?.error.message === error.message) return
    this.#failures.set(key, { name, error })
    this.#emit({ type: 'interface-unavailable', interface: name, error })
  }

  #noInterfaceError(): AnnounceError {
    const reasons = [...this.#failures.values()].map(({ error }) => error.message)
    return new AnnounceError('ERR_NO_INTERFACE', `nothing can be announced: ${reasons.join('; ')}`)
  }

  #isOurs(record: ResourceRecord, except: AnnouncingLink): boolean {
    return [...this.#links.values()].some((link) => link !== except && link.publishes(record))
  }

  #conflict(id: string, phase: 'probing' | 'established', now: number): number {
    if (this.#rate.note(now)) {
      const message = 'other hosts dispute the names again and again, perhaps on purpose; probing has slowed down'
      this.#emit({ type: 'warning', code: 'mdns-announce-conflicts', message })
    }
    const delay = this.#rate.delay(now)
    if (phase === 'probing') this.#rename(id, delay)
    return delay
  }

  #dropped(count: number, reason: DropReason, { name }: MulticastInterface, family: MulticastFamily): void {
    const where = `on ${escapeText(name)} (${family.name})`
    const message = `dropped ${count} questions ${where}: ${DROP_REASONS[reason]}`
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
    makeNamesUnique(this.#services, this.#numbers, id)
    this.#emit({ type: 'renamed', kind: service === undefined ? 'host' : 'instance', from, to: name() })
    this.#publish(new Set([id]), delay)
  }

  #publish(lost: ReadonlySet<string>, delay = 0): void {
    for (const link of this.#links.values()) link.publish(this.#registrations(link.networkInterface), { lost, delay })
  }

  #registrations(networkInterface: MulticastInterface) {
    return serviceRegistrations(this.#services, {
      ttls: this.#settings.ttls,
      numbers: this.#numbers,
      addressesOf: (host) => addressesOn(networkInterface, host),
    })
  }

  /**
   * Resolves when all links have announced everything, or there is none left. Rejects when the announcer is stopped
   * first.
   */
  async #whenAnnounced(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      const links = [...this.#links.values()]
      if (links.length === 0 && this.#failures.size > 0) throw this.#noInterfaceError()
      if (links.every(({ isAnnounced }) => isAnnounced)) {
        const usable = links.map(({ networkInterface }) => networkInterface)
        for (const warning of absenceWarnings(this.#services, usable)) this.#emit(warning)
        return
      }
      await this.#announced.waitUntil(this.#settings.clock.now() + LONGEST_WAIT)
    }
    throw new AnnounceError('ERR_ANNOUNCER_STOPPED', 'the announcer was stopped before everything was announced')
  }

  #emit(event: AnnounceEvent): void {
    this.#settings.onEvent(event)
  }
}

interface InterfaceFailure {
  readonly name: string | null
  readonly error: InterfaceRefusal['error']
}

/** Milliseconds; an event comes before. */
const LONGEST_WAIT = 2 ** 30

/** Identifies what a port was opened for; an interface made anew has another index. */
function linkKey({ name, index }: MulticastInterface, family: MulticastFamily): string {
  return JSON.stringify([family.name, family.interface, name, index])
}

function refusalKey({ wanted }: InterfaceRefusal): string {
  return `refused ${wanted ?? ''}`
}

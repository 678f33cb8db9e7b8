import type { Clock, Random } from '@pstorage/discovery-core'
import type { Message, ResourceRecord } from '@pstorage/dns-message'
import { Alarm } from '../alarm.js'
import type { ListeningPlace } from '../listening-place.js'
import type { MulticastFamily } from '../multicast-family.js'
import type { Sender } from '../read-response.js'
import type { AnsweringMedium, AnsweringPort } from './answering-port.js'
import type { Claim } from './claim.js'
import { DropReport } from './drop-report.js'
import { readDatagram } from './read-datagram.js'
import { type PublishOptions, Responder, type ResponderOptions } from './responder.js'
import type { SentMessages } from './sent-messages.js'

/** Where a link is, and what it needs. */
export interface AnnouncingLinkOptions {
  readonly place: ListeningPlace
  readonly family: MulticastFamily
  readonly medium: AnsweringMedium
  readonly port: number
  readonly clock: Clock
  readonly random: Random
  readonly sent: SentMessages
  readonly isOurs: ResponderOptions['isOurs']
  readonly conflict: ResponderOptions['conflict']
  /** Called when all that was published was announced, once each time. */
  readonly announced: () => void
  /** Called now and then with the number of answers that found no room since the last time. */
  readonly dropped: (count: number) => void
}

/** Announces on one interface over one version of IP, from `open` until `close`. */
export class AnnouncingLink {
  readonly options: AnnouncingLinkOptions
  readonly #responder: Responder
  readonly #drops = new DropReport()
  readonly #closing = new AbortController()
  readonly #alarm: Alarm
  #port: AnsweringPort | undefined
  #trouble: { readonly error: unknown } | undefined
  #isTold = false
  #place: ListeningPlace

  constructor(options: AnnouncingLinkOptions) {
    const { clock, random, isOurs, conflict } = options
    this.options = options
    this.#place = options.place
    this.#responder = new Responder({ random, isOurs, conflict })
    this.#alarm = new Alarm(clock, this.#closing.signal)
  }

  /** The interface, with the addresses that it has now. */
  get place(): ListeningPlace {
    return this.#place
  }

  set place(place: ListeningPlace) {
    this.#place = place
  }

  /** Whether all that is published was announced. */
  get isAnnounced(): boolean {
    return this.#responder.isAnnounced
  }

  /** Whether a record says what we say here. */
  says(record: ResourceRecord): boolean {
    return this.#responder.says(record)
  }

  publish(claims: readonly Claim[], options?: PublishOptions): void {
    this.#isTold = false
    this.#responder.publish(claims, this.options.clock.now(), options)
    this.#alarm.ring()
  }

  /** Opens the port. Rejects with what keeps it from being opened. */
  async open(): Promise<void> {
    const { medium, family, port } = this.options
    this.#port = await medium.open(this.#place, family, {
      port,
      signal: this.#closing.signal,
      hear: (bytes, sender) => this.#hear(bytes, sender),
      failed: (error) => this.#failed(error),
    })
  }

  /** Announces and answers until the link is closed. Rejects with what breaks it. */
  async run(): Promise<void> {
    const { clock, announced, dropped } = this.options
    while (!this.#closing.signal.aborted) {
      for (const { bytes, to } of this.#responder.take(clock.now())) this.#send(bytes, to)
      if (!this.#isTold && this.#responder.isAnnounced) {
        this.#isTold = true
        announced()
      }
      this.#drops.add(this.#responder.takeDropped(), clock.now())
      const count = this.#drops.take(clock.now())
      if (count > 0) dropped(count)
      await this.#alarm.until(Math.min(this.#responder.nextAt(), this.#drops.nextAt, clock.now() + LONGEST_SLEEP))
      if (this.#trouble !== undefined) throw this.#trouble.error
    }
  }

  /** Takes everything back. Resolves when that is sent, however that went. */
  async goodbye(): Promise<void> {
    const port = this.#port
    if (port === undefined || this.#trouble !== undefined || this.#closing.signal.aborted) return
    const messages = this.#responder.goodbye()
    await Promise.all(
      messages.map((bytes) => {
        this.options.sent.add(bytes)
        return new Promise<void>((resolve) => port.send(bytes, undefined, () => resolve()))
      }),
    )
  }

  close(): void {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#port?.close()
    this.#port = undefined
  }

  #send(bytes: Uint8Array, to: Sender | undefined): void {
    if (to === undefined) this.options.sent.add(bytes)
    this.#port?.send(bytes, to, (error) => {
      // One host that cannot be answered is no trouble of this link.
      if (error !== null && to === undefined) this.#failed(error)
    })
  }

  #hear(bytes: Uint8Array, sender: Sender): void {
    if (this.#closing.signal.aborted || this.options.sent.has(bytes)) return
    try {
      const message = readDatagram(bytes, sender, { place: this.#place, port: this.options.port })
      if (message !== undefined) this.#answer(message, sender)
    } catch (error) {
      // Thrown into a socket's event, it would end the process.
      this.#failed(error)
    }
  }

  #answer(message: Message, { address, port }: Sender): void {
    const from = { address, port, isLegacy: port !== this.options.port }
    this.#responder.hear(message, from, this.options.clock.now())
    this.#alarm.ring()
  }

  #failed(error: unknown): void {
    this.#trouble ??= { error }
    this.#alarm.ring()
  }
}

/** What timers can count is a little more than this. */
const LONGEST_SLEEP = 2 ** 30

import type { Clock, Random } from '@pstorage/discovery-core'
import { type Message, MessageError, type ResourceRecord, readMessage } from '@pstorage/dns-message'
import {
  isFromLink,
  isOnLink,
  type MulticastFamily,
  type MulticastInterface,
  type Sender,
} from '../link/multicast-interface.js'
import type { ResponderMedium, ResponderPort } from '../link/responder-port.js'
import { WakeTimer } from '../link/wake-timer.js'
import { OPCODE_AND_RCODE, RESPONSE_FLAG } from '../records/read-response.js'
import type { DropReason } from './answer-schedule.js'
import type { Registration } from './registration.js'
import { type PublishOptions, Responder, type ResponderOptions } from './responder.js'

/** Options of an {@link AnnouncingLink}. */
interface AnnouncingLinkOptions {
  readonly networkInterface: MulticastInterface
  readonly family: MulticastFamily
  readonly medium: ResponderMedium
  readonly port: number
  readonly clock: Clock
  readonly random: Random
  readonly sent: SentMessages
  readonly isOurs: ResponderOptions['isOurs']
  readonly conflict: ResponderOptions['conflict']
  /** Called when all records published were announced, once for each `publish()`. */
  readonly announced: () => void
  /** Called at intervals with the number of answers dropped since the last call for that reason. */
  readonly dropped: (count: number, reason: DropReason) => void
}

/** Announces on one interface over one version of IP, from `open` until `close`. */
export class AnnouncingLink {
  readonly options: AnnouncingLinkOptions
  readonly #responder: Responder
  readonly #drops: readonly DropReport[] = [new DropReport('queue'), new DropReport('unicast')]
  readonly #closing = new AbortController()
  readonly #timer: WakeTimer
  #port: ResponderPort | undefined
  #linkError: { readonly error: unknown } | undefined
  #isReported = false
  #networkInterface: MulticastInterface

  constructor(options: AnnouncingLinkOptions) {
    const { clock, random, isOurs, conflict } = options
    this.options = options
    this.#networkInterface = options.networkInterface
    this.#responder = new Responder({ random, isOurs, conflict })
    this.#timer = new WakeTimer(clock, this.#closing.signal)
  }

  /** The interface, with its present addresses. */
  get networkInterface(): MulticastInterface {
    return this.#networkInterface
  }

  set networkInterface(networkInterface: MulticastInterface) {
    this.#networkInterface = networkInterface
  }

  /** True when all published records were announced. */
  get isAnnounced(): boolean {
    return this.#responder.isAnnounced
  }

  /** Tells whether a record says the same as one published here. */
  publishes(record: ResourceRecord): boolean {
    return this.#responder.publishes(record)
  }

  publish(registrations: readonly Registration[], options?: PublishOptions): void {
    this.#isReported = false
    this.#responder.publish(registrations, this.options.clock.now(), options)
    this.#timer.wake()
  }

  /** Opens the port. Rejects with the error of the system. */
  async open(): Promise<void> {
    const { medium, family, port } = this.options
    this.#port = await medium.open(this.#networkInterface, family, {
      port,
      signal: this.#closing.signal,
      onMessage: (bytes, sender) => this.#receive(bytes, sender),
      onError: (error) => this.#failed(error),
    })
  }

  /** Announces and answers until the link is closed. Rejects with the error that breaks it. */
  async run(): Promise<void> {
    const { clock, announced, dropped } = this.options
    while (!this.#closing.signal.aborted) {
      for (const { bytes, to } of this.#responder.take(clock.now())) this.#send(bytes, to)
      if (!this.#isReported && this.#responder.isAnnounced) {
        this.#isReported = true
        announced()
      }
      for (const drops of this.#drops) {
        drops.add(this.#responder.takeDropped(drops.reason), clock.now())
        const count = drops.take(clock.now())
        if (count > 0) dropped(count, drops.reason)
      }
      const reportAt = Math.min(...this.#drops.map(({ nextAt }) => nextAt))
      const nextAt = Math.min(this.#responder.nextAt(), reportAt, clock.now() + LONGEST_SLEEP)
      const late = await this.#timer.waitUntil(nextAt)
      // While the process was busy, another host may have disputed a name: its message counts first.
      if (late > 0) await this.#port?.receivePending()
      if (this.#linkError !== undefined) throw this.#linkError.error
    }
  }

  /** Sends goodbyes. Resolves when they are sent, or have failed. */
  async goodbye(): Promise<void> {
    const port = this.#port
    if (port === undefined || this.#linkError !== undefined || this.#closing.signal.aborted) return
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
      // An error towards one host does not concern the link.
      if (error !== null && to === undefined) this.#failed(error)
    })
  }

  #receive(bytes: Uint8Array, sender: Sender): void {
    if (this.#closing.signal.aborted || this.options.sent.has(bytes)) return
    try {
      const message = readDatagram(bytes, sender, { networkInterface: this.#networkInterface, port: this.options.port })
      if (message !== undefined) this.#answer(message, sender)
    } catch (error) {
      // Thrown into a socket's event, it would end the process.
      this.#failed(error)
    }
  }

  #answer(message: Message, { address, port }: Sender): void {
    const isOffLink = !isOnLink(this.#networkInterface, address)
    const from = { address, port, isLegacy: port !== this.options.port, isOffLink }
    this.#responder.receive(message, from, this.options.clock.now())
    this.#timer.wake()
  }

  #failed(error: unknown): void {
    this.#linkError ??= { error }
    this.#timer.wake()
  }
}

/** The longest delay of a timer is a little more than this. */
const LONGEST_SLEEP = 2 ** 30

/** Counts dropped answers, so that a flood of questions does not become a flood of warnings. Times are milliseconds. */
class DropReport {
  readonly reason: DropReason
  #count = 0
  #dueAt = Number.NEGATIVE_INFINITY

  constructor(reason: DropReason) {
    this.reason = reason
  }

  add(count: number, now: number): void {
    if (count > 0 && this.#count === 0) this.#dueAt = Math.max(this.#dueAt, now + FIRST_WAIT)
    this.#count += count
  }

  /** The time of the next report; `Infinity` when nothing was dropped. */
  get nextAt(): number {
    return this.#count > 0 ? this.#dueAt : Number.POSITIVE_INFINITY
  }

  /** Returns the number dropped when a report is due, else 0. */
  take(now: number): number {
    if (now < this.nextAt) return 0
    const count = this.#count
    this.#count = 0
    this.#dueAt = now + INTERVAL
    return count
  }
}

const FIRST_WAIT = 1_000
const INTERVAL = 10_000

/**
 * The latest messages that this host has sent, on any interface. They return on the interface that they were sent on,
 * and on others that are bridged to it; messages of other programs of this host differ from them.
 *
 * @see RFC 6762 section 14
 */
export class SentMessages {
  readonly #latest = new Set<string>()

  add(bytes: Uint8Array): void {
    const text = textOf(bytes)
    this.#latest.delete(text)
    this.#latest.add(text)
    const [oldest] = this.#latest
    if (this.#latest.size > REMEMBERED && oldest !== undefined) this.#latest.delete(oldest)
  }

  has(bytes: Uint8Array): boolean {
    return this.#latest.has(textOf(bytes))
  }
}

const REMEMBERED = 512

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** Rules for accepting a datagram. */
interface DatagramRules {
  readonly networkInterface: MulticastInterface
  /** The port of multicast DNS. */
  readonly port: number
}

/**
 * Reads a datagram that concerns a responder: a query from this link, or a response that multicast DNS permits to
 * accept.
 *
 * A host off the link gets no answer. A datagram to the group comes from the link, and is answered to the group
 * whatever its source address (section 11). A unicast answer to a forged sender would be an amplification attack: a
 * query from another port than that of multicast DNS, which gets no other kind of answer, has to come from a subnet of
 * the interface.
 *
 * @see RFC 6762 sections 6, 6.7, 11, 17 and 18
 */
export function readDatagram(
  bytes: Uint8Array,
  sender: Sender,
  { networkInterface, port }: DatagramRules,
): Message | undefined {
  if (bytes.length > PACKET_OCTETS || bytes.length < HEADER_OCTETS || sender.port === 0) return undefined
  const flags = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
  if ((flags & OPCODE_AND_RCODE) !== 0) return undefined
  if ((flags & RESPONSE_FLAG) !== 0 && sender.port !== port) return undefined
  if (sender.port === port ? !isFromLink(networkInterface, sender) : !isOnLink(networkInterface, sender.address))
    return undefined
  try {
    return readMessage(bytes)
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}

const PACKET_OCTETS = 9_000
const HEADER_OCTETS = 12

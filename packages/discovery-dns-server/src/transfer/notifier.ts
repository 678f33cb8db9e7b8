import { isIP, isIPv6 } from 'node:net'
import { type WireName, wireNameToText } from '@pstorage/dns-message'
import { type FaultReporter, invalidOption, NameServerError, quote } from '../name-server-error.js'
import { Notification } from './notification.js'

/** The zone, the secondaries to notify, and the source address. */
export interface NotifierSettings {
  readonly origin: WireName
  /** The address that the server listens on. */
  readonly address: string
  readonly notify: readonly SecondaryAddress[]
  readonly report: FaultReporter
}

// Milliseconds. Over half a minute in total: a secondary that restarts in that time queries the SOA record itself.
const defaultRetryDelays = [1_000, 2_000, 4_000, 8_000, 16_000]

/** Notifies the secondaries of a zone of a change (NOTIFY, RFC 1996). */
export class Notifier {
  readonly #settings: NotifierSettings
  readonly #retryDelays: readonly number[]
  #running: readonly Notification[] = []
  #closing: Promise<unknown> = Promise.resolve()

  constructor(settings: NotifierSettings, delays: readonly number[] = defaultRetryDelays) {
    this.#settings = settings
    this.#retryDelays = delays
  }

  /** Notifies all of them, and cancels earlier notifications without an answer. */
  notify(): void {
    this.#stop()
    this.#running = this.#settings.notify.map((secondary) => this.#notification(secondary))
  }

  /** Resolves when all sockets are closed. */
  async close(): Promise<void> {
    this.#stop()
    await this.#closing
  }

  #stop(): void {
    this.#closing = Promise.all([this.#closing, ...this.#running.map((notification) => notification.close())])
    this.#running = []
  }

  #notification({ address, port }: SecondaryAddress): Notification {
    const { origin, report } = this.#settings
    const failed = (reason: string): void => {
      const what = `NOTIFY of ${wireNameToText(origin)} to ${address} port ${port}`
      report(new NameServerError('ERR_NOTIFY_FAILED', `${what} failed: ${reason}`))
    }
    return new Notification({
      origin,
      from: this.#sourceAddressFor(address),
      address,
      port,
      retryDelays: this.#retryDelays,
      failed,
    })
  }

  // Secondaries accept a NOTIFY by its source address (RFC 1996 section 3.10).
  #sourceAddressFor(target: string): string | undefined {
    const { address } = this.#settings
    const isWildcard = address === '0.0.0.0' || address.split('%')[0] === '::'
    return isWildcard || isIPv6(address) !== isIPv6(target) ? undefined : address
  }
}

/** A name server that keeps a copy of the zone and gets NOTIFY. */
export interface Secondary {
  /** Its IP address. */
  readonly address: string
  /** Its UDP port; default 53. */
  readonly port?: number | undefined
}

/** A checked secondary. */
export interface SecondaryAddress {
  readonly address: string
  readonly port: number
}

const defaultPort = 53

/** @throws NameServerError `ERR_OPTION_INVALID` for an invalid entry. */
export function checkSecondaries(secondaries: unknown): SecondaryAddress[] {
  if (secondaries === undefined) return []
  if (!Array.isArray(secondaries)) throw invalidOption('notify is not a list')
  return secondaries.map(checkSecondary)
}

function checkSecondary(secondary: unknown): SecondaryAddress {
  if (typeof secondary !== 'object' || secondary === null) throw invalidOption('notify has an entry without an address')
  const { address, port = defaultPort }: Partial<Record<keyof Secondary, unknown>> = secondary
  if (typeof address !== 'string' || isIP(address) === 0) {
    throw invalidOption(`notify has ${quote(address)}, which is not an IP address`)
  }
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalidOption(`notify has the port ${quote(port)}, not a whole number from 1 to 65535`)
  }
  return { address, port }
}

import { isIPv6 } from 'node:net'
import type { Report } from './fault-report.js'
import { NameServerError } from './name-server-error.js'
import { Notification } from './notification.js'
import type { SecondaryAddress } from './secondary.js'
import { type WireName, wireNameToText } from './wire-name.js'

/** Whom to tell, of what, from where. */
export interface NotifierSettings {
  readonly origin: WireName
  /** The address that the server listens on. */
  readonly address: string
  readonly notify: readonly SecondaryAddress[]
  readonly report: Report
}

// Milliseconds. Over half a minute in all: who was being restarted meanwhile asks for the SOA record by itself.
const waits = [1_000, 2_000, 4_000, 8_000, 16_000]

/** Tells the secondaries of a zone that it has changed (NOTIFY, RFC 1996). */
export class Notifier {
  readonly #settings: NotifierSettings
  readonly #waits: readonly number[]
  #running: readonly Notification[] = []
  #ended: Promise<unknown> = Promise.resolve()

  constructor(settings: NotifierSettings, times: readonly number[] = waits) {
    this.#settings = settings
    this.#waits = times
  }

  /** Tells all of them, and gives up what they were told before and have not answered. */
  notify(): void {
    this.#stop()
    this.#running = this.#settings.notify.map((secondary) => this.#notification(secondary))
  }

  /** Resolves when no socket is left. */
  async close(): Promise<void> {
    this.#stop()
    await this.#ended
  }

  #stop(): void {
    this.#ended = Promise.all([this.#ended, ...this.#running.map((notification) => notification.close())])
    this.#running = []
  }

  #notification({ address, port }: SecondaryAddress): Notification {
    const { origin, report } = this.#settings
    const failed = (reason: string): void => {
      const what = `NOTIFY of ${wireNameToText(origin)} to ${address} port ${port}`
      report(new NameServerError('ERR_NOTIFY_FAILED', `${what} failed: ${reason}`))
    }
    return new Notification({ origin, from: this.#fromFor(address), address, port, waits: this.#waits, failed })
  }

  // Secondaries believe a NOTIFY by its address (RFC 1996 section 3.10).
  #fromFor(target: string): string | undefined {
    const { address } = this.#settings
    const isWildcard = address === '0.0.0.0' || address.split('%')[0] === '::'
    return isWildcard || isIPv6(address) !== isIPv6(target) ? undefined : address
  }
}

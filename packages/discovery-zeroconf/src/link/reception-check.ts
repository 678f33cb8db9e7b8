import { isOnLink, type MulticastInterface, type Sender } from './multicast-interface.js'

/**
 * Decides whether silence over one IP version means anything: our messages to the group come back, unless a firewall of
 * this host drops incoming multicast, and with it all answers.
 *
 * Any datagram from the link counts, since the returning one may have been lost in a flood. One message that does not
 * return is enough as a proof; after an earlier reception, several in a row are needed.
 */
export class ReceptionCheck {
  readonly #networkInterface: MulticastInterface
  readonly #family: string
  readonly #now: () => number
  /** The number of messages sent since the last reception; those sent together count once. */
  #unreturned = 0
  #sentAt = Number.NEGATIVE_INFINITY
  #hasReceived = false
  #hasSent = false
  #sendError: Error | undefined

  /** `now` gives the time in milliseconds. */
  constructor(networkInterface: MulticastInterface, family: string, now: () => number) {
    this.#networkInterface = networkInterface
    this.#family = family
    this.#now = now
  }

  /**
   * Records that a message was sent.
   *
   * @param error the error with which it was not sent
   */
  sent(error: Error | null): void {
    if (error !== null) {
      this.#sendError = error
      return
    }
    this.#hasSent = true
    if (this.#unreturned > 0 && this.#now() < this.#sentAt + TOGETHER) return
    this.#sentAt = this.#now()
    this.#unreturned += 1
  }

  received({ address }: Sender): void {
    if (!isOnLink(this.#networkInterface, address)) return
    this.#hasReceived = true
    this.#unreturned = 0
  }

  /** The reason why nothing can be received; `undefined` when none is known. */
  get fault(): Error | undefined {
    if (!this.#hasSent && !this.#hasReceived) return this.#sendError
    const most = this.#hasReceived ? LOST_IN_A_ROW : 1
    return this.#unreturned < most ? undefined : new NotReceivedError(this.#family)
  }

  /** True when something was received before and nothing is any more. */
  get isLost(): boolean {
    return this.#hasReceived && this.fault !== undefined
  }
}

/** The number of lost messages in a row that is no accident. */
const LOST_IN_A_ROW = 2
/** Milliseconds in which messages are lost together. */
const TOGETHER = 250

class NotReceivedError extends Error {
  readonly code = 'ERR_MULTICAST_NOT_RECEIVED'

  constructor(family: string) {
    super(`what was sent over ${family} did not come back to this host`)
  }
}

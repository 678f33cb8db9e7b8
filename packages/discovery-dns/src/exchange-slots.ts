import type { ServerExchange } from './server-exchange.js'
import type { ReleaseSlot, SocketSlots } from './socket-slots.js'

interface HeldSlot {
  readonly server: ServerExchange
  readonly release: ReleaseSlot
}

/** The slots of one exchange: each of its servers that has a socket has one. */
export class ExchangeSlots {
  readonly #slots: SocketSlots
  /** In the order in which they were given their slots. */
  readonly #held: HeldSlot[] = []
  /** Kept from a server that has failed for the next one, which would otherwise go to the end of the line. */
  #spare: ReleaseSlot | undefined

  constructor(slots: SocketSlots) {
    this.#slots = slots
  }

  /**
   * Sees to it that a server has a slot, and says whether it has one: with a promise where it has to wait for that.
   *
   * Only an exchange without any slot waits in line. One that has some takes a free one, or that of its server which was
   * asked first and is then no longer listened to: exchanges that held slots and waited for more would wait for each other.
   *
   * @param waiter its signal ends the waiting
   */
  give(server: ServerExchange, waiter: { signal(): AbortSignal }): boolean | Promise<boolean> {
    if (this.#held.some((held) => held.server === server)) return true
    const slot = this.#spare ?? this.#slots.acquireNow()
    this.#spare = undefined
    if (slot !== undefined || this.#held.length > 0) return this.#hold(server, slot ?? this.#takeOver())
    return this.#slots.acquire(waiter.signal()).then((turn) => this.#hold(server, turn))
  }

  /** A server that has failed needs its slot no more. */
  takeBack(server: ServerExchange): void {
    const slot = this.#takeFrom(server)
    if (this.#spare === undefined) this.#spare = slot
    else slot?.()
  }

  releaseAll(): void {
    for (const { release } of this.#held) release()
    this.#spare?.()
    this.#held.length = 0
    this.#spare = undefined
  }

  #hold(server: ServerExchange, slot: ReleaseSlot | undefined): boolean {
    if (slot !== undefined) this.#held.push({ server, release: slot })
    return slot !== undefined
  }

  #takeOver(): ReleaseSlot | undefined {
    const resting = this.#held.find(({ server }) => server.rest())
    return resting === undefined ? undefined : this.#takeFrom(resting.server)
  }

  #takeFrom(server: ServerExchange): ReleaseSlot | undefined {
    const place = this.#held.findIndex((held) => held.server === server)
    return place < 0 ? undefined : this.#held.splice(place, 1)[0]?.release
  }
}

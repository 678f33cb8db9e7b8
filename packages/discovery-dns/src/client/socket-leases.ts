import type { ReleaseSocket, SocketSemaphore } from '../transport/socket-semaphore.js'
import type { LoadShare } from './transaction/server-load.js'

/** The part of a transaction that the slots of its exchange need. */
interface SlotHolder {
  readonly load: Pick<LoadShare, 'enter' | 'enterNow' | 'leave'>
  rest(): boolean
}

interface HeldSlot {
  readonly server: SlotHolder
  readonly release: ReleaseSocket
}

/** The slots of one exchange: each of its servers that has a socket has one. */
export class SocketLeases {
  readonly #slots: SocketSemaphore
  /** In the order in which they were given their slots. */
  readonly #held: HeldSlot[] = []
  /** Kept from a server that has failed for the next one, which would otherwise go to the end of the line. */
  #spare: ReleaseSocket | undefined

  constructor(slots: SocketSemaphore) {
    this.#slots = slots
  }

  /**
   * Sees to it that a server has a slot and bears one more question, and says whether that is so: with a promise where it
   * has to wait for that.
   *
   * Only an exchange without any slot waits in line. One that has some takes a free one, or that of its server which was
   * asked first and is then no longer listened to: exchanges that held slots and waited for more would wait for each other.
   *
   * @param waiter its signal ends the waiting
   */
  give(server: SlotHolder, waiter: { signal(): AbortSignal }): boolean | Promise<boolean> {
    if (this.#held.some((held) => held.server === server)) return true
    if (!server.load.enterNow()) return this.#held.length > 0 ? false : this.#waitFor(server, waiter.signal())
    const slot = this.#slotNow()
    if (slot !== undefined || this.#held.length > 0) return this.#hold(server, slot ?? this.#takeOver())
    return this.#slots.acquire(waiter.signal()).then((turn) => this.#hold(server, turn))
  }

  /** A server that has failed needs its slot no more. */
  takeBack(server: SlotHolder): void {
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

  async #waitFor(server: SlotHolder, signal: AbortSignal): Promise<boolean> {
    if (!(await server.load.enter(signal))) return false
    return this.#hold(server, this.#slotNow() ?? (await this.#slots.acquire(signal)))
  }

  #slotNow(): ReleaseSocket | undefined {
    const slot = this.#spare ?? this.#slots.acquireNow()
    this.#spare = undefined
    return slot
  }

  #hold(server: SlotHolder, slot: ReleaseSocket | undefined): boolean {
    if (slot !== undefined) this.#held.push({ server, release: slot })
    else server.load.leave()
    return slot !== undefined
  }

  #takeOver(): ReleaseSocket | undefined {
    const resting = this.#held.find(({ server }) => server.rest())
    return resting === undefined ? undefined : this.#takeFrom(resting.server)
  }

  #takeFrom(server: SlotHolder): ReleaseSocket | undefined {
    const place = this.#held.findIndex((held) => held.server === server)
    return place < 0 ? undefined : this.#held.splice(place, 1)[0]?.release
  }
}

/** Gives a slot back; to be called once. */
export type ReleaseSlot = () => void

/** Bounds how many sockets are open at once; who comes later waits in line. */
export class SocketSlots {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(limit: number) {
    this.#free = limit
  }

  /** A slot when it is one's turn; `undefined` when the signal aborts first. */
  async acquire(signal: AbortSignal): Promise<ReleaseSlot | undefined> {
    if (signal.aborted) return undefined
    return this.acquireNow() ?? this.#turn(signal)
  }

  /** A slot if one is free. */
  acquireNow(): ReleaseSlot | undefined {
    if (this.#free === 0) return undefined
    this.#free -= 1
    return this.#release
  }

  #turn(signal: AbortSignal): Promise<ReleaseSlot | undefined> {
    return new Promise((resolve) => {
      const onTurn = (): void => {
        signal.removeEventListener('abort', onAbort)
        resolve(this.#release)
      }
      const onAbort = (): void => {
        this.#waiting.delete(onTurn)
        resolve(undefined)
      }
      this.#waiting.add(onTurn)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** The slot goes straight to the next in line, so that nobody who comes now can take it. */
  readonly #release: ReleaseSlot = () => {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#free += 1
      return
    }
    this.#waiting.delete(next)
    next()
  }
}

/** Gives a slot back; to be called once. */
export type ReleaseSocket = () => void

/** Bounds how many of something there are at once, such as open sockets; who comes later waits in line. */
export class SocketSemaphore {
  #limit: number
  #taken = 0
  readonly #waiting = new Set<() => void>()
  /** Those that wait before all others. */
  readonly #returning = new Set<() => void>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Number of slots that are given out. */
  get taken(): number {
    return this.#taken
  }

  get limit(): number {
    return this.#limit
  }

  /** Changes how many there are. Those given out stay, also where they are more than that. */
  set limit(limit: number) {
    this.#limit = limit
    this.#serve()
  }

  /**
   * A slot when it is one's turn; `undefined` when the signal aborts first.
   *
   * @param first whether to wait before those in line
   */
  async acquire(signal: AbortSignal, first = false): Promise<ReleaseSocket | undefined> {
    if (signal.aborted) return undefined
    return this.acquireNow() ?? this.#turn(signal, first ? this.#returning : this.#waiting)
  }

  /** A slot if one is free. */
  acquireNow(): ReleaseSocket | undefined {
    if (this.#taken >= this.#limit) return undefined
    this.#taken += 1
    return this.#release
  }

  #turn(signal: AbortSignal, line: Set<() => void>): Promise<ReleaseSocket | undefined> {
    return new Promise((resolve) => {
      const onTurn = (): void => {
        line.delete(onTurn)
        signal.removeEventListener('abort', onAbort)
        resolve(this.#release)
      }
      const onAbort = (): void => {
        line.delete(onTurn)
        resolve(undefined)
      }
      line.add(onTurn)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  readonly #release: ReleaseSocket = () => {
    this.#taken -= 1
    this.#serve()
  }

  /** A slot goes straight to the next in line, so that a later one cannot take it. */
  #serve(): void {
    while (this.#taken < this.#limit) {
      const [next = undefined] = this.#returning.size > 0 ? this.#returning : this.#waiting
      if (next === undefined) return
      this.#taken += 1
      next()
    }
  }
}

import { type Clock, startTimer } from '@pstorage/discovery-core'

export interface StateDeliveryOptions<State> {
  /** Delivers one state. Returns what went wrong, or nothing. */
  readonly deliver: (state: State) => Promise<string | undefined>
  /** Gets a line about a delivery that failed. */
  readonly onFailure: (line: string) => void
  /** The most milliseconds between two tries. */
  readonly longestPause: number
  readonly clock: Clock
}

/** Milliseconds after which the first delivery that failed is repeated. */
const FIRST_PAUSE = 1_000

/** Milliseconds after which a delivery is reported that is still under way. */
const SLOW = 60_000

/**
 * Delivers states one at a time, and always the last one. States that come meanwhile are replaced by later ones. A delivery that
 * fails is repeated, later and later, with the state of that time.
 */
export class StateDelivery<State> {
  readonly #options: StateDeliveryOptions<State>
  /** Not delivered yet. */
  #waiting: { readonly state: State } | undefined
  #isUnderWay = false
  #isStopped = false
  #pause = FIRST_PAUSE
  #stopTimer: (() => void) | undefined

  constructor(options: StateDeliveryOptions<State>) {
    this.#options = options
  }

  /** Delivers a state, and no earlier one from now on. */
  update(state: State): void {
    this.#waiting = { state }
    // Changes of one poll come together.
    if (this.#stopTimer === undefined && !this.#isUnderWay) this.#start(0)
  }

  /** Starts no further delivery. */
  stop(): void {
    this.#isStopped = true
    this.#stopTimer?.()
  }

  #start(ms: number): void {
    this.#stopTimer = startTimer(this.#options.clock, ms, () => {
      this.#stopTimer = undefined
      void this.#deliver()
    })
  }

  async #deliver(): Promise<void> {
    const { deliver, onFailure, longestPause, clock } = this.#options
    const next = this.#waiting
    if (next === undefined || this.#isStopped) return
    this.#waiting = undefined
    this.#isUnderWay = true
    this.#stopTimer = startTimer(clock, SLOW, () => onFailure(`not done after ${SLOW / 1_000} s; later changes wait`))
    const failure = await deliver(next.state)
    this.#stopTimer()
    this.#stopTimer = undefined
    this.#isUnderWay = false
    if (this.#isStopped) return
    if (failure === undefined) {
      this.#pause = FIRST_PAUSE
      if (this.#waiting !== undefined) this.#start(0)
      return
    }
    onFailure(`${failure}; again in ${this.#pause / 1_000} s`)
    this.#waiting ??= next
    this.#start(this.#pause)
    this.#pause = Math.min(this.#pause * 2, longestPause)
  }
}

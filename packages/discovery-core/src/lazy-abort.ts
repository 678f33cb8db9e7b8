import type { Ending } from './ending.js'
import { allowManyListeners } from './many-listeners.js'

/** An ending that comes when it is told to. */
export class LazyAbort implements Ending {
  readonly #listeners = new Set<() => void>()
  #controller: AbortController | undefined
  #aborted = false
  #reason: unknown

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  /** Any number may listen to it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      allowManyListeners(this.#controller.signal)
      if (this.#aborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  onAbort(listener: () => void): () => void {
    if (!this.#aborted) this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Only the first reason counts. */
  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    for (const listener of this.#listeners) listener()
    this.#listeners.clear()
    this.#controller?.abort(reason)
  }
}

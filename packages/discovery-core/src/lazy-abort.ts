import type { Ending } from './ending.js'
import { allowManyListeners } from './many-listeners.js'

/** An ending that comes when it is told to. */
export class LazyAbort implements Ending {
  /** Made by the first of them: many questions are over before anybody listens. */
  #listeners: Set<() => void> | undefined
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
    if (this.#aborted) return () => {}
    this.#listeners ??= new Set()
    const listeners = this.#listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Only the first reason counts. */
  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    for (const listener of this.#listeners ?? []) listener()
    this.#listeners = undefined
    this.#controller?.abort(reason)
  }
}

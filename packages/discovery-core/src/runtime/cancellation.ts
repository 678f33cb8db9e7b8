import { setMaxListeners } from 'node:events'

/**
 * The end of a query, for backends that answer many of them: says what its signal says, and makes that only when it is
 * asked for. To make and to abort an `AbortSignal` takes longer than to read a DNS reply.
 */
export interface CancellationToken {
  /** True if the query is over. */
  readonly aborted: boolean
  readonly reason: unknown
  readonly signal: AbortSignal
  /** Calls back once, at the end if that is still to come. What it returns takes that back. */
  onAbort(listener: () => void): () => void
}

/**
 * Lets many queries listen to one signal without Node.js suspecting a leak at the eleventh. Every listener is removed
 * when its query ends.
 */
export function allowManyListeners<Signal extends AbortSignal>(signal: Signal): Signal {
  setMaxListeners(0, signal)
  return signal
}

/** An ending that comes when it is told to. */
export class CancellationSource implements CancellationToken {
  /** Made by the first of them: many queries are over before there is a listener. */
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

/**
 * The reason of every abort among ourselves, which no caller sees: that something has ended, or is not wanted any more. Made
 * once, since an `abort()` without a reason makes an error with a stack each time.
 */
export const stopped: Error = new Error('stopped')

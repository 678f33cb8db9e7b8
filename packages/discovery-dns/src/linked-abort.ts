import { type Ending, LazyAbort } from '@pstorage/discovery-core'

/** An abort of one's own that also happens when another does. Unlike with `AbortSignal.any` nothing is left to the garbage collector. */
export class LinkedAbort {
  readonly #own = new LazyAbort()
  readonly #letGo: () => void

  constructor(parent: AbortSignal | Ending) {
    const onParent = (): void => this.#own.abort(parent.reason)
    this.#letGo = parent.aborted ? () => {} : listenTo(parent, onParent)
    if (parent.aborted) onParent()
  }

  get ending(): Ending {
    return this.#own
  }

  /** Any number may listen to it. */
  get signal(): AbortSignal {
    return this.#own.signal
  }

  /** Aborts, and lets go of the other one; to be called at the end in any case. */
  abort(reason: unknown): void {
    this.#letGo()
    this.#own.abort(reason)
  }
}

/** Links to the end of a question, or to a signal. */
export function linkedAbort(parent: AbortSignal | Ending): LinkedAbort {
  return new LinkedAbort(parent)
}

function listenTo(parent: AbortSignal | Ending, listener: () => void): () => void {
  if ('onAbort' in parent) return parent.onAbort(listener)
  parent.addEventListener('abort', listener, { once: true })
  return () => parent.removeEventListener('abort', listener)
}

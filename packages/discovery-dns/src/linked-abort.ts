import { setMaxListeners } from 'node:events'

/** An abort of one's own that also happens when another does. */
export interface LinkedAbort {
  /** Any number may listen to it. */
  readonly signal: AbortSignal
  /** Aborts, and lets go of the other signal; to be called at the end in any case. */
  abort(reason: unknown): void
}

/** Links to a signal. Unlike with `AbortSignal.any` nothing is left to the garbage collector. */
export function linkedAbort(parent: AbortSignal): LinkedAbort {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  const onParent = (): void => controller.abort(parent.reason)
  if (parent.aborted) onParent()
  else parent.addEventListener('abort', onParent, { once: true })
  return {
    signal: controller.signal,
    abort(reason) {
      parent.removeEventListener('abort', onParent)
      controller.abort(reason)
    },
  }
}

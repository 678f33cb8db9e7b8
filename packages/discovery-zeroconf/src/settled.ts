/** Resolves when the promise has, or has rejected, and when the signal aborts. */
export async function settled(promise: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  // Of its own, since many wait with the same signal, and Node warns of more than ten listeners.
  const over = AbortSignal.any([signal])
  if (promise === undefined || over.aborted) return
  await new Promise<void>((resolve) => {
    over.addEventListener('abort', () => resolve(), { once: true })
    promise.then(
      () => resolve(),
      () => resolve(),
    )
  })
}

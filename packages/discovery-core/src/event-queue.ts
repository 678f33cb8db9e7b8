/** Hands events from a producer that pushes to one consumer that awaits. */
export interface EventQueue<T> {
  push(event: T): void
  /** No more events come: what was pushed is still delivered, then `next` says `undefined`. */
  close(): void
  /** Drops what is buffered; `next` rejects with the reason from now on. */
  fail(reason: unknown): void
  /** The next event where one lies ready, without the promise that {@link next} takes. */
  take(): T | undefined
  next(): Promise<T | undefined>
}

export function eventQueue<T>(): EventQueue<T> {
  let buffered: T[] = []
  let read = 0
  let closed = false
  let failure: { readonly reason: unknown } | undefined
  let wake: (() => void) | undefined

  const wakeUp = (): void => {
    wake?.()
    wake = undefined
  }

  const take = (): T | undefined => {
    const event = buffered[read]
    if (event === undefined) return undefined
    read += 1
    if (read === buffered.length) {
      buffered = []
      read = 0
    }
    return event
  }

  return {
    push(event) {
      if (closed || failure !== undefined) return
      buffered.push(event)
      wakeUp()
    },
    close() {
      closed = true
      wakeUp()
    },
    fail(reason) {
      failure ??= { reason }
      buffered = []
      read = 0
      wakeUp()
    },
    take,
    async next() {
      for (;;) {
        if (failure !== undefined) throw failure.reason
        const event = take()
        if (event !== undefined || closed) return event
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

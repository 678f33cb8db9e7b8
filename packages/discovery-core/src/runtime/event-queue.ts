/** Hands events from a producer that pushes to one consumer that awaits. */
export interface EventQueue<T> {
  push(event: T): void
  /** Many events, each made when it is its turn: they take no room before. */
  pushAll(events: Iterable<T>): void
  /** No more events come: what was pushed is still delivered, then `next` says `undefined`. */
  close(): void
  /** Drops what is buffered; `next` rejects with the reason from now on. */
  fail(reason: unknown): void
  /** The next event where one lies ready, without the promise that {@link next} takes. */
  take(): T | undefined
  next(): Promise<T | undefined>
  /** Resolves when there is room again for a producer that can wait; `undefined` where there is room now. */
  room(): Promise<void> | undefined
}

/** After so many events that lie ready, timers and sockets get their turn. */
const EVENTS_A_TURN = 1_024
/** A producer that can wait lets no more events than these lie ready. */
const MOST_READY = 1_024

/** Events that are made one by one. */
class Batch<T> {
  readonly events: Iterator<T>

  constructor(events: Iterable<T>) {
    this.events = events[Symbol.iterator]()
  }
}

export function eventQueue<T>(): EventQueue<T> {
  let buffered: (T | Batch<T>)[] = []
  let read = 0
  let closed = false
  let failure: { readonly reason: unknown } | undefined
  let wake: (() => void) | undefined
  let madeThisTurn = 0
  let isResting = false
  let roomy: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  const wakeUp = (): void => {
    wake?.()
    wake = undefined
  }

  const makeRoom = (): void => {
    roomy?.resolve()
    roomy = undefined
  }

  const advance = (): void => {
    read += 1
    // What has been read must not stay for as long as there is always more.
    if (read === buffered.length || (read >= MOST_READY && read * 2 >= buffered.length)) {
      buffered = buffered.slice(read)
      read = 0
    }
    if (roomy !== undefined && buffered.length - read < MOST_READY) makeRoom()
  }

  /** The next event of a batch; nothing while timers and sockets have their turn. */
  const make = ({ events }: Batch<T>): IteratorResult<T> | undefined => {
    if (madeThisTurn < EVENTS_A_TURN) {
      madeThisTurn += 1
      return events.next()
    }
    if (!isResting) {
      isResting = true
      setImmediate(() => {
        isResting = false
        madeThisTurn = 0
        wakeUp()
      })
    }
    return undefined
  }

  const take = (): T | undefined => {
    for (;;) {
      const entry = buffered[read]
      if (entry instanceof Batch) {
        const made = make(entry)
        if (made === undefined || made.done !== true) return made?.value
        advance()
      } else {
        if (entry !== undefined) advance()
        return entry
      }
    }
  }

  const add = (entry: T | Batch<T>): void => {
    if (closed || failure !== undefined) return
    buffered.push(entry)
    wakeUp()
  }

  return {
    push: add,
    pushAll: (events) => add(new Batch(events)),
    close() {
      closed = true
      wakeUp()
    },
    fail(reason) {
      failure ??= { reason }
      buffered = []
      read = 0
      makeRoom()
      wakeUp()
    },
    take,
    async next() {
      for (;;) {
        if (failure !== undefined) throw failure.reason
        const event = take()
        if (event !== undefined || (closed && buffered.length === 0)) return event
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    room() {
      if (buffered.length - read < MOST_READY) return undefined
      if (roomy === undefined) {
        let resolve = (): void => {}
        const promise = new Promise<void>((settle) => {
          resolve = settle
        })
        roomy = { promise, resolve }
      }
      return roomy.promise
    },
  }
}

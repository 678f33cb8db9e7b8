import type { ResolverDesk } from './answer-work.js'
import { checkedTime } from './checked-option.js'
import type { Clock } from './clock.js'
import { type EventQueue, eventQueue } from './event-queue.js'
import { allowManyListeners } from './many-listeners.js'
import { GRACE, isAbortOf, lateness } from './release.js'
import type { QueryOptions } from './resolver.js'
import { stopped } from './stopped.js'
import type { UnderWay } from './work-list.js'

/** One call of `changes`, as the code of a backend sees it. */
export interface Watching {
  /** Aborts when nobody waits for hints any more. Let go of everything then, and return. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Says that asking again is worth it. Hints that nobody has taken yet count as one. */
  hint(): void
}

export interface HintCall {
  readonly desk: ResolverDesk
  readonly options: QueryOptions
  readonly run: (watching: Watching) => Promise<void>
}

/** Yields hints until whoever gives them stops. Leaving, aborting and disposing end that at once. */
export async function* hintStream({ desk, options, run }: HintCall): AsyncGenerator<void> {
  const timeout = options.timeout === undefined ? undefined : checkedTime('timeout', options.timeout)
  const { clock, disposal, underWay } = desk
  if (disposal.aborted) throw disposal.reason
  options.signal?.throwIfAborted()

  const hints = eventQueue<'hint'>()
  const over = new AbortController()
  let waiting = false
  const hint = (): void => {
    if (!waiting) hints.push('hint')
    waiting = true
  }
  const end = (reason: unknown): void => {
    hints.fail(reason)
    over.abort(reason)
  }
  const onAbort = (): void => end(options.signal?.reason)
  if (options.signal !== undefined) allowManyListeners(options.signal).addEventListener('abort', onAbort)
  if (timeout !== undefined) {
    clock.sleep(timeout, over.signal).then(
      () => hints.close(),
      () => {},
    )
  }
  const released = runToEnd(
    () => run({ signal: allowManyListeners(over.signal), clock, hint }),
    hints,
    over.signal,
    clock,
  )
  const work: UnderWay = { released, place: 0, cancel: end }
  underWay.add(work)
  try {
    for (;;) {
      if ((await hints.next()) === undefined) return
      waiting = false
      yield
    }
  } finally {
    end(new Error('hints were no longer wanted'))
    await released
    underWay.remove(work)
    options.signal?.removeEventListener('abort', onAbort)
  }
}

/** Resolves when the work has ended, or has not let go in time. */
async function runToEnd(
  work: () => Promise<void>,
  hints: EventQueue<'hint'>,
  over: AbortSignal,
  clock: Clock,
): Promise<void> {
  const settled = new AbortController()
  const working = async (): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (!isAbortOf(over, error)) hints.fail(error)
    }
    hints.close()
  }
  await Promise.race([working(), lateness([over], GRACE, clock, settled.signal)])
  settled.abort(stopped)
}

import type { Clock } from '../clock.js'
import type { DiscoverEvent, ResolveEvent } from '../events.js'
import type { Flight } from '../keep/flight.js'
import type { Question } from '../question.js'
import { attemptOf } from '../relay.js'
import { RelayedAskings } from '../relayed-askings.js'
import type { Resolver } from '../resolver.js'
import { stopped } from '../stopped.js'

export interface FollowOptions {
  /** Who is asked. */
  readonly resolver: Resolver
  readonly clock: Clock
  /** Milliseconds to wait where there is something to fall back on; `undefined` where there is nothing. */
  readonly patience: number | undefined
}

/**
 * Passes a question under way on to one of those who ask it.
 *
 * - `done`: it has ended
 * - `left`: whoever asked has gone, or waits no longer; it goes on where there is something to fall back on, or somebody else asks
 */
export async function follow<Event extends DiscoverEvent | ResolveEvent>(
  flight: Flight<Event>,
  question: Question<Event | DiscoverEvent>,
  { resolver, clock, patience }: FollowOptions,
): Promise<'done' | 'left'> {
  const askings = new RelayedAskings()
  const leave = flight.join((event) => {
    askings.hear(event)
    question.emit(event)
  })
  const waited = new AbortController()
  const left = new Promise<'left'>((resolve) => {
    const giveUp = (): void => resolve('left')
    if (question.signal.aborted) giveUp()
    question.signal.addEventListener('abort', giveUp, { signal: waited.signal })
    if (patience !== undefined) clock.sleep(patience, waited.signal).then(giveUp, () => {})
  })
  const end = await Promise.race([flight.done, left])
  waited.abort(stopped)
  if (end === 'left' && !question.cancelled.aborted) {
    // What runs out of time together with this question says itself how, and who was silent.
    if (flight.endsAt <= clock.now()) {
      await flight.done
      leave()
      return 'done'
    }
    if (patience !== undefined) flight.keepGoing()
    const error = { code: 'ETIMEDOUT', message: 'no answer in time' }
    for (const attempt of askings.endAll(attemptOf(resolver, 'timeout', { error }))) question.emit(attempt)
  }
  leave()
  if (flight.isCancelled) await flight.done
  return end === 'left' ? 'left' : 'done'
}

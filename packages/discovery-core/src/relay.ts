import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Attempt, AttemptStatus } from './attempt.js'
import { type Clock, systemClock } from './clock.js'
import { DiscoveryError } from './discovery-error.js'
import { escapeText } from './escape-text.js'
import type { AttemptEvent, DiscoverEvent, ResolveEvent, WarningEvent } from './events.js'
import { RelayedAskings } from './relayed-askings.js'
import { lateness } from './release.js'
import type { QueryOptions, Resolver } from './resolver.js'
import { StreamAccount } from './stream-account.js'

/** The same question to any resolver. */
export type Ask<Event> = (resolver: Resolver, options: QueryOptions) => AsyncIterable<Event>

/** How a question is handed on. */
export interface RelayOptions {
  /** Cancels it: what is said from then on is not passed on. */
  readonly signal: AbortSignal
  /** Aborts when the time of the question is up: whoever does not stop by itself then is left behind. */
  readonly over: AbortSignal
  /** Milliseconds for the resolver. */
  readonly timeout: number
  readonly clock: Clock
  /** What becomes of an exception: an attempt (default), or an exception of ours too. */
  readonly faults?: 'attempt' | 'throw'
}

/**
 * How long, in milliseconds, a resolver inside another one may take to let go once the question is over. Less than what
 * the outer one gets itself, so that the outer one can still say who was late.
 */
const GRACE = 150
/** After so many events, timers and sockets get their turn: a stream that always has a next one would starve them. */
const EVENTS_A_TURN = 256
/** How long, in milliseconds, a resolver may take to dispose of itself before it is left behind. */
const DISPOSAL_TIME = 2_000

/**
 * Puts a question to a resolver inside another one, and hands over what it says until it ends or is cancelled.
 *
 * A resolver that throws, stops without `end` or does not stop in time becomes a failed attempt: one source never hides
 * another.
 */
export async function relay<Event extends DiscoverEvent | ResolveEvent>(
  resolver: Resolver,
  ask: Ask<Event>,
  { signal, over, timeout, clock, faults = 'attempt' }: RelayOptions,
  hear: (event: Event | DiscoverEvent) => void,
): Promise<void> {
  const askings = new RelayedAskings()
  const done = new AbortController()
  const say = (event: Event | DiscoverEvent): void => {
    if (signal.aborted || done.signal.aborted) return
    askings.hear(event)
    hear(event)
  }
  const endAll = (status: AttemptStatus, code: string, message: string): void => {
    for (const attempt of askings.endAll(attemptOf(resolver, status, { error: { code, message } }))) say(attempt)
  }

  const account = new StreamAccount()
  const read = async (ended: () => void): Promise<void> => {
    try {
      for await (const event of ask(resolver, { signal, timeout: Math.ceil(timeout) })) {
        if (signal.aborted || done.signal.aborted) return
        const fault = account.add(event)
        if (fault === undefined) say(event)
        else if (event.type !== 'end') say(resultWarning(resolver, fault))
        else endAll('failed', 'ERR_OUTCOME_UNEXPLAINED', fault)
        if (event.type === 'end') return ended()
        if (account.excess !== undefined) {
          endAll('failed', 'ERR_TOO_MANY_EVENTS', `the resolver gave more than ${account.excess}`)
          return ended()
        }
        if (account.events % EVENTS_A_TURN === 0) await nextTurn()
      }
      endAll('failed', 'ERR_STREAM_WITHOUT_END', 'the resolver stopped without saying how it ended')
    } catch (error) {
      if (faults === 'throw') throw error
      const code = DiscoveryError.isInstance(error) ? error.code : 'ERR_RESOLVER_FAULT'
      endAll('failed', code, escapeText(error instanceof Error ? error.message : String(error)))
    }
  }

  // After its end nobody waits for a stream to be closed: that is its own affair, and may never happen.
  const reading = new Promise<'read'>((resolve, reject) => {
    const ended = (): void => resolve('read')
    read(ended).then(ended, reject)
  })
  try {
    const result = await Promise.race([reading, lateness([signal, over], GRACE, clock, done.signal)])
    if (result === 'late') endAll('timeout', 'ERR_RESOLVER_OVERRUN', 'the resolver did not stop when the time was up')
  } finally {
    done.abort(relayIsOver)
  }
}

// Made once: an error takes a stack each time it is made.
const relayIsOver = new Error('the relay is over')

function resultWarning({ name }: Resolver, fault: string): WarningEvent {
  return { type: 'warning', code: 'result-invalid', message: `the resolver ${escapeText(name)} gave ${fault}` }
}

/** What stands for a resolver that was not asked, or did not answer for itself. */
export function attemptOf(
  { name }: Resolver,
  status: AttemptStatus,
  { error = null, detail = null }: Partial<Pick<Attempt, 'error' | 'detail'>>,
): AttemptEvent {
  const nothing = { method: null, target: null, server: null, count: 0, elapsedMs: 0 }
  return { type: 'attempt', backend: name, ...nothing, status, error, detail }
}

/**
 * Disposes all, also when one of them fails to; then throws what the first failure was. One that does not come to an end
 * is left behind.
 */
export async function disposeAll(resolvers: readonly Resolver[]): Promise<void> {
  const done = new AbortController()
  const late = systemClock.sleep(DISPOSAL_TIME, done.signal).catch(() => {})
  const disposed = resolvers.map(async (resolver) => Promise.race([resolver[Symbol.asyncDispose](), late]))
  const results = await Promise.allSettled(disposed)
  done.abort(relayIsOver)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

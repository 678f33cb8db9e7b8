import type { Attempt, AttemptStatus } from './attempt.js'
import type { Clock } from './clock.js'
import { DiscoveryError } from './discovery-error.js'
import { escapeText } from './escape-text.js'
import type { AttemptEvent, DiscoverEvent, ResolveEvent } from './events.js'
import { RelayedAskings } from './relayed-askings.js'
import { lateness } from './release.js'
import type { QueryOptions, Resolver } from './resolver.js'

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
}

/**
 * How long, in milliseconds, a resolver inside another one may take to let go once the question is over. Less than what
 * the outer one gets itself, so that the outer one can still say who was late.
 */
const GRACE = 150

/**
 * Puts a question to a resolver inside another one, and hands over what it says until it ends or is cancelled.
 *
 * A resolver that throws, stops without `end` or does not stop in time becomes a failed attempt: one source never hides
 * another.
 */
export async function relay<Event extends DiscoverEvent | ResolveEvent>(
  resolver: Resolver,
  ask: Ask<Event>,
  { signal, over, timeout, clock }: RelayOptions,
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

  const read = async (): Promise<'read'> => {
    let ended = false
    try {
      for await (const event of ask(resolver, { signal, timeout })) {
        if (signal.aborted || done.signal.aborted) return 'read'
        say(event)
        ended ||= event.type === 'end'
      }
      if (!ended) endAll('failed', 'ERR_STREAM_WITHOUT_END', 'the resolver stopped without saying how it ended')
    } catch (error) {
      const code = DiscoveryError.isInstance(error) ? error.code : 'ERR_RESOLVER_FAULT'
      endAll('failed', code, escapeText(error instanceof Error ? error.message : String(error)))
    }
    return 'read'
  }

  const result = await Promise.race([read(), lateness([signal, over], GRACE, clock, done.signal)])
  if (result === 'late') endAll('timeout', 'ERR_RESOLVER_OVERRUN', 'the resolver did not stop when the time was up')
  done.abort()
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

/** Disposes all, also when one of them fails to; then throws what the first failure was. */
export async function disposeAll(resolvers: readonly Resolver[]): Promise<void> {
  const results = await Promise.allSettled(resolvers.map((resolver) => resolver[Symbol.asyncDispose]()))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

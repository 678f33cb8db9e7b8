import type { Attempt, AttemptStatus } from './attempt.js'
import { DiscoveryError } from './discovery-error.js'
import { escapeText } from './escape-text.js'
import type { AttemptEvent, DiscoverEvent, ResolveEvent } from './events.js'
import type { QueryOptions, Resolver } from './resolver.js'

/** The same question to any resolver. */
export type Ask<Event> = (resolver: Resolver, options: QueryOptions) => AsyncIterable<Event>

/**
 * Puts a question to a resolver inside another one, and hands over what it says until it ends or is cancelled.
 *
 * A resolver that throws, or stops without `end`, becomes a failed attempt: one source never hides another.
 */
export async function relay<Event extends DiscoverEvent | ResolveEvent>(
  resolver: Resolver,
  ask: Ask<Event>,
  options: QueryOptions & { readonly signal: AbortSignal },
  hear: (event: Event | DiscoverEvent) => void,
): Promise<void> {
  let ended = false
  try {
    for await (const event of ask(resolver, options)) {
      if (options.signal.aborted) return
      hear(event)
      ended ||= event.type === 'end'
    }
    if (ended) return
    hear(failedAttempt(resolver, 'ERR_STREAM_WITHOUT_END', 'the resolver stopped without saying how it ended'))
  } catch (error) {
    if (options.signal.aborted) return
    const code = DiscoveryError.isInstance(error) ? error.code : 'ERR_RESOLVER_FAULT'
    hear(failedAttempt(resolver, code, escapeText(error instanceof Error ? error.message : String(error))))
  }
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

function failedAttempt(resolver: Resolver, code: string, message: string): AttemptEvent {
  return attemptOf(resolver, 'failed', { error: { code, message } })
}

/** Disposes all, also when one of them fails to; then throws what the first failure was. */
export async function disposeAll(resolvers: readonly Resolver[]): Promise<void> {
  const results = await Promise.allSettled(resolvers.map((resolver) => resolver[Symbol.asyncDispose]()))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

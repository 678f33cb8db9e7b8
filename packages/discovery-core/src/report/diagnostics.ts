import { channel } from 'node:diagnostics_channel'
import type { Attempt } from '../model/attempt.js'
import type { ClusterName } from '../model/cluster-name.js'
import type { AttemptFinishedEvent, DiscoverEvent, ResolveEvent } from '../model/events.js'
import type { Outcome } from '../model/outcome.js'
import type { ResultType } from './outcome-tally.js'

/** The channels of `node:diagnostics_channel` on which queries and outcomes are told. */
export const diagnosticsChannels: {
  readonly query: 'pstorage:discovery:query'
  readonly attempt: 'pstorage:discovery:attempt'
  readonly outcome: 'pstorage:discovery:outcome'
} = {
  query: 'pstorage:discovery:query',
  attempt: 'pstorage:discovery:attempt',
  outcome: 'pstorage:discovery:outcome',
}

/** A query begins. Resolvers inside others tell theirs too, each under its own name. */
export interface QueryMessage {
  /** The name of the resolver that is asked. */
  readonly resolver: string
  readonly method: 'discover' | 'resolve'
  /** The cluster asked for; `null` for `discover`. */
  readonly cluster: ClusterName | null
  /** Milliseconds. */
  readonly timeout: number
}

/** A place was asked, and this is how it ended. Each attempt is told once, however many resolvers pass it on. */
export interface AttemptMessage {
  /** The very object that was told on `pstorage:discovery:query`. */
  readonly query: QueryMessage
  readonly attempt: Attempt
}

/** A query is over. */
export interface OutcomeMessage {
  /** The very object that was told on `pstorage:discovery:query`. */
  readonly query: QueryMessage
  /** `null` when it was given up: aborted, left, disposed of, or ended by a fault. */
  readonly outcome: Outcome | null
  /** Number of results that were yielded, each source counted. */
  readonly count: number
  /** Milliseconds from the first event awaited to the last one yielded. */
  readonly elapsedMs: number
}

const channels = {
  query: channel(diagnosticsChannels.query),
  attempt: channel(diagnosticsChannels.attempt),
  outcome: channel(diagnosticsChannels.outcome),
}
const published = new WeakSet<object>()

/** Tells about one query. */
export interface QueryTracer {
  onEvent(event: DiscoverEvent | ResolveEvent): void
  finish(elapsedMs: number): void
}

/** Returns whether a channel has a listener. */
export function hasListeners(): boolean {
  return channels.query.hasSubscribers || channels.attempt.hasSubscribers || channels.outcome.hasSubscribers
}

/** Tells that a query begins, and gives what tells the rest. Nothing where no channel has a listener. */
export function traceQuery(query: QueryMessage, resultType: ResultType): QueryTracer | undefined {
  if (!hasListeners()) return undefined
  channels.query.publish(query)
  let count = 0
  let outcome: Outcome | null = null
  return {
    onEvent(event) {
      if (event.type === resultType) count += 1
      else if (event.type === 'attempt-finished') publishAttempt(query, event)
      else if (event.type === 'end') outcome = event.outcome
    },
    finish(elapsedMs) {
      channels.outcome.publish({ query, outcome, count, elapsedMs } satisfies OutcomeMessage)
    },
  }
}

/** Keeps an attempt that was told, or happened before there was a listener, from being told as it is repeated. */
export function suppressTrace(attempt: AttemptFinishedEvent): void {
  published.add(attempt)
}

function publishAttempt(query: QueryMessage, event: AttemptFinishedEvent): void {
  if (published.has(event)) return
  published.add(event)
  const { type: _type, id: _id, ...attempt } = event
  channels.attempt.publish({ query, attempt } satisfies AttemptMessage)
}

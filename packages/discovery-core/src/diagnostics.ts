import { channel } from 'node:diagnostics_channel'
import type { Attempt } from './attempt.js'
import type { ClusterName } from './cluster-name.js'
import type { AttemptEvent, DiscoverEvent, ResolveEvent } from './events.js'
import type { Outcome } from './outcome.js'
import type { ResultType } from './outcome-tally.js'

/** The channels of `node:diagnostics_channel` on which questions and outcomes are told. */
export const diagnosticsChannels: {
  readonly question: 'pstorage:discovery:question'
  readonly attempt: 'pstorage:discovery:attempt'
  readonly outcome: 'pstorage:discovery:outcome'
} = {
  question: 'pstorage:discovery:question',
  attempt: 'pstorage:discovery:attempt',
  outcome: 'pstorage:discovery:outcome',
}

/** A question begins. Resolvers inside others tell theirs too, each under its own name. */
export interface QuestionMessage {
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
  /** The very object that was told on `pstorage:discovery:question`. */
  readonly question: QuestionMessage
  readonly attempt: Attempt
}

/** A question is over. */
export interface OutcomeMessage {
  /** The very object that was told on `pstorage:discovery:question`. */
  readonly question: QuestionMessage
  /** `null` when it was given up: aborted, left, disposed of, or ended by a fault. */
  readonly outcome: Outcome | null
  /** How many results were yielded, each source counted. */
  readonly count: number
  /** Milliseconds from the first event awaited to the last one yielded. */
  readonly elapsedMs: number
}

const channels = {
  question: channel(diagnosticsChannels.question),
  attempt: channel(diagnosticsChannels.attempt),
  outcome: channel(diagnosticsChannels.outcome),
}
const told = new WeakSet<object>()

/** Tells about one question. */
export interface QuestionTeller {
  hear(event: DiscoverEvent | ResolveEvent): void
  over(elapsedMs: number): void
}

/** Whether anybody listens. */
export function hasListeners(): boolean {
  return channels.question.hasSubscribers || channels.attempt.hasSubscribers || channels.outcome.hasSubscribers
}

/** Tells that a question begins, and gives what tells the rest. Nothing where nobody listens. */
export function tellQuestion(question: QuestionMessage, resultType: ResultType): QuestionTeller | undefined {
  if (!hasListeners()) return undefined
  channels.question.publish(question)
  let count = 0
  let outcome: Outcome | null = null
  return {
    hear(event) {
      if (event.type === resultType) count += 1
      else if (event.type === 'attempt') tellAttempt(question, event)
      else if (event.type === 'end') outcome = event.outcome
    },
    over(elapsedMs) {
      channels.outcome.publish({ question, outcome, count, elapsedMs } satisfies OutcomeMessage)
    },
  }
}

/** Keeps an attempt that was told, or happened before anybody listened, from being told as it is repeated. */
export function neverTell(attempt: AttemptEvent): void {
  told.add(attempt)
}

function tellAttempt(question: QuestionMessage, event: AttemptEvent): void {
  if (told.has(event)) return
  told.add(event)
  const { type: _, ...attempt } = event
  channels.attempt.publish({ question, attempt } satisfies AttemptMessage)
}

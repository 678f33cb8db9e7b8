import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AttemptStatus } from '../model/attempt.js'
import { isChoice } from '../model/choice.js'
import { clusterNameFault } from '../model/cluster-name.js'
import type { DiscoverEvent, ResolveEvent, WarningEvent } from '../model/events.js'
import { canonicalAddress } from '../model/ip-address.js'
import type { ResultType } from '../report/outcome-tally.js'
import { type Clock, lateness } from '../runtime/clock.js'
import { DiscoveryError } from '../runtime/discovery-error.js'
import { isPort } from '../runtime/option-checks.js'
import { escapeText, quoteText } from '../runtime/text.js'
import { OpenAttempts } from './query-context.js'
import { type QueryOptions, type Resolver, shortcutsOf } from './resolver.js'

/** Sends one query to any resolver. */
export type SendQuery<Event> = (resolver: Resolver, options: QueryOptions) => AsyncIterable<Event>

/** Options of {@link relay}. */
export interface RelayOptions {
  /** Cancels it: later events are not passed on. */
  readonly signal: AbortSignal
  /**
   * Aborts when the time of the query is up: a resolver that does not stop by itself then is left behind, unless its events
   * lie ready.
   */
  readonly over: AbortSignal
  /** Milliseconds for the resolver. */
  readonly timeout: number
  readonly clock: Clock
  readonly resultType: ResultType
  /** Resolves when the receiver of the events has room for more; default: it always has. */
  readonly room?: (() => Promise<void> | undefined) | undefined
  /** Treatment of an exception: it becomes an attempt (default), or is thrown on. */
  readonly faults?: 'attempt' | 'throw'
}

/**
 * Time, in milliseconds, in which an inner resolver has to release its resources once the query is over. Less than what
 * the outer one gets itself, so that the outer one can still say who was late.
 */
const GRACE = 150
/** After so many events, timers and sockets get their turn: a stream that always has a next one would starve them. */
const EVENTS_A_TURN = 256
/** After so many turns without an event a stream has nothing ready. */
const TURNS_OF_A_LULL = 4

/**
 * Sends a query to a resolver inside another one, and passes its events on until it ends or is cancelled.
 *
 * A resolver that throws, stops without `end` or does not stop in time becomes a failed attempt: one source never hides
 * another.
 */
export async function relay<Event extends DiscoverEvent | ResolveEvent>(
  resolver: Resolver,
  sendQuery: SendQuery<Event>,
  { signal, over, timeout, clock, resultType, room, faults = 'attempt' }: RelayOptions,
  onEvent: (event: Event | DiscoverEvent) => void,
): Promise<void> {
  const attempts = new OpenAttempts(resultType, clock)
  const done = new AbortController()
  const passOn = (event: Event | DiscoverEvent): void => {
    if (signal.aborted || done.signal.aborted) return
    attempts.onEvent(event)
    onEvent(event)
  }
  const finishAll = (status: AttemptStatus, code: string, message: string): void => {
    for (const event of attempts.finishResolver(resolver, status, { error: { code, message } })) passOn(event)
  }

  const validator = new StreamValidator()
  // A resolver of createResolver stops in time by itself. Events after that were known by then.
  const keepsTime = shortcutsOf(resolver) !== undefined
  const outOfTime = async (): Promise<'late'> => {
    await lateness(keepsTime ? [signal] : [signal, over], GRACE, clock, done.signal)
    if (!signal.aborted) await waitForLull(validator, clock, clock.now() + timeout)
    return 'late'
  }
  const read = async (ended: () => void): Promise<void> => {
    try {
      for await (const event of sendQuery(resolver, { signal, timeout: Math.ceil(timeout) })) {
        if (signal.aborted || done.signal.aborted) return
        const fault = validator.add(event)
        if (fault === undefined) passOn(event)
        else if (event.type !== 'end') passOn(resultWarning(resolver, fault))
        else finishAll('failed', 'ERR_OUTCOME_UNEXPLAINED', fault)
        if (event.type === 'end') return ended()
        if (validator.excess !== undefined) {
          finishAll('failed', 'ERR_TOO_MANY_EVENTS', `the resolver gave more than ${validator.excess}`)
          return ended()
        }
        if (validator.events % EVENTS_A_TURN === 0) {
          await nextTurn()
          if (keepsTime) await room?.()
        }
      }
      finishAll('failed', 'ERR_STREAM_WITHOUT_END', 'the resolver stopped without saying how it ended')
    } catch (error) {
      if (faults === 'throw') throw error
      const code = DiscoveryError.isInstance(error) ? error.code : 'ERR_RESOLVER_FAULT'
      finishAll('failed', code, escapeText(error instanceof Error ? error.message : String(error)))
    }
  }

  // After its end a stream is not waited for until it is closed: that is its own affair, and may never happen.
  const reading = new Promise<'read'>((resolve, reject) => {
    const ended = (): void => resolve('read')
    read(ended).then(ended, reject)
  })
  try {
    const result = await Promise.race([reading, outOfTime()])
    if (result === 'late')
      finishAll('timeout', 'ERR_RESOLVER_OVERRUN', 'the resolver did not stop when the time was up')
  } finally {
    done.abort(relayIsOver)
  }
}

/**
 * Resolves when a stream has nothing ready, or has gone on until a time: what lies ready is passed on, and nothing else is
 * waited for. A stream of many events needs several turns for them, as others need theirs.
 */
async function waitForLull(validator: StreamValidator, clock: Clock, until: number): Promise<void> {
  for (let before = -1; validator.events > before && clock.now() < until; ) {
    before = validator.events
    for (let turn = 0; turn < TURNS_OF_A_LULL; turn += 1) await nextTurn()
  }
}

// Made once: an error takes a stack each time it is made.
const relayIsOver = new Error('the relay is over')

function resultWarning({ name }: Resolver, fault: string): WarningEvent {
  return { type: 'warning', code: 'result-invalid', message: `the resolver ${escapeText(name)} gave ${fault}` }
}

/** Number of names that an inner resolver may give for one query: as many as a zone has records that is transferred. */
const MAX_NAMES = 5_000_000
/** Number of events of all other kinds. */
const MAX_OTHERS = 1_000_000

/** Checks the stream of a resolver, which may not be ours. */
export class StreamValidator {
  #events = 0
  #names = 0
  #hasResult = false
  /** An attempt that did not bring a plain "no", and so explains why the outcome is open. */
  #hasReason = false

  /** Number of events that have come. */
  get events(): number {
    return this.#events
  }

  /** Returns the kind of events of which there are too many; `undefined` where there is none. */
  get excess(): string | undefined {
    if (this.#names > MAX_NAMES) return `${MAX_NAMES} cluster names`
    return this.#events - this.#names > MAX_OTHERS ? `${MAX_OTHERS} events` : undefined
  }

  /** Takes an event in, and says what is wrong with it. */
  add(event: DiscoverEvent | ResolveEvent): string | undefined {
    this.#events += 1
    const hasChoice = event.type === 'cluster' || event.type === 'endpoint'
    if (hasChoice && event.choice !== undefined && !isChoice(event.choice)) return 'a result with a choice that is none'
    switch (event.type) {
      case 'cluster': {
        this.#names += 1
        this.#hasResult = true
        const fault = clusterNameFault(event.name)
        return fault === undefined ? undefined : `an invalid cluster name ${quoteText(String(event.name))}: ${fault}`
      }
      case 'endpoint':
        this.#hasResult = true
        return endpointFault(event)
      case 'attempt-finished':
        this.#hasReason ||= event.status !== 'empty' && event.status !== 'found'
        return undefined
      case 'end':
        return this.#endFault(event.outcome)
      case 'attempt-started':
      case 'warning':
        return undefined
      default:
        return 'an event of an unknown type'
    }
  }

  /** An outcome that its own events do not explain must not become part of an `absent`. */
  #endFault(outcome: string): string | undefined {
    switch (outcome) {
      case 'absent':
      case 'known':
        return undefined
      case 'found':
        return this.#hasResult ? undefined : 'it ended as found, without a result'
      case 'undetermined':
        return this.#hasResult || this.#hasReason
          ? undefined
          : 'it ended as undetermined, without an attempt that says why'
      default:
        return `it ended with an unknown outcome ${quoteText(String(outcome))}`
    }
  }
}

function endpointFault({ address, port }: { readonly address: string; readonly port: number }): string | undefined {
  const isAddress = typeof address === 'string' && canonicalAddress(address) === address
  if (!isAddress) return `an endpoint without a canonical IP address: ${quoteText(String(address))}`
  return isPort(port) ? undefined : `an endpoint with an invalid port: ${quoteText(String(port))}`
}

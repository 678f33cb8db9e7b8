import { type Clock, type Random, type ResolveEvent, type Resolver, systemRandom } from '@pstorage/discovery-core'
import { hasTooFew, type PollResult, poll, type ResolveQuery } from './poll.js'

export interface WaitOptions {
  readonly resolver: Resolver
  readonly signal: AbortSignal | undefined
  /** Milliseconds for all polls. */
  readonly wait: number
  readonly clock: Clock
  /** Gets the events of attempts as they come, and the other events of the last poll when that is over. */
  readonly onEvent: (event: ResolveEvent) => Promise<void> | undefined
  /** Gets a line before each pause. */
  readonly onPause: (text: string) => void
}

/** Polls until the cluster is found with enough endpoints or the time is up. Returns the last result. */
export async function waitForCluster(query: ResolveQuery, options: WaitOptions): Promise<PollResult> {
  const { resolver, signal, wait, clock, onEvent, onPause } = options
  const { timeout, minEndpoints } = query
  const { held, ...result } = await pollUntil<HeldResult>({
    poll: async (pollTimeout) => {
      const held: ResolveEvent[] = []
      const hold = async (event: ResolveEvent): Promise<void> => {
        if (event.type === 'attempt-started' || event.type === 'attempt-finished') await onEvent(event)
        else held.push(event)
      }
      return { ...(await poll(query, { resolver, signal, timeout: pollTimeout, onEvent: hold })), held }
    },
    isEnough: ({ report }) => report.outcome === 'found' && !hasTooFew(report, minEndpoints),
    onPause: ({ result: { report }, polls, ms, timeLeft }) => {
      const count = 'endpoints' in report ? report.endpoints.length : 0
      const answer = count > 0 ? `${count} of ${minEndpoints} endpoints` : report.outcome
      onPause(`round ${polls}: ${answer}; again in ${seconds(ms)} s, for ${seconds(timeLeft)} s more ...`)
    },
    timeout,
    wait,
    clock,
    random: systemRandom,
    signal,
  })
  for (const event of held) await onEvent(event)
  return result
}

/** A result, and the events that are passed on only if it is the last one. */
interface HeldResult extends PollResult {
  readonly held: readonly ResolveEvent[]
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(1)
}

export interface PollUntilOptions<Result> {
  /** Polls once, for at most so many milliseconds. */
  readonly poll: (timeout: number) => Promise<Result>
  readonly isEnough: (result: Result) => boolean
  /** Called before each pause. */
  readonly onPause: (pause: Pause<Result>) => void
  /** Milliseconds for one poll. */
  readonly timeout: number
  /** Milliseconds for all of them. */
  readonly wait: number
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal | undefined
}

/** The state of affairs between two polls. */
export interface Pause<Result> {
  /** The last one. */
  readonly result: Result
  /** The number of polls so far. */
  readonly polls: number
  /** Milliseconds until the next. */
  readonly ms: number
  /** Milliseconds until all of it ends. */
  readonly timeLeft: number
}

const FIRST_PAUSE = 500
const LONGEST_PAUSE = 5_000
/** Timers may end a poll so many milliseconds too early. */
const TIMER_SLACK = 20

/**
 * Polls until there is enough or the time is up, and returns the last result.
 *
 * The pauses double from half a second to five, less a random part of up to half of each, so that hosts that start together
 * do not poll together. None is longer than half of the time that is left, so that the last poll comes late. A poll that
 * the end of the time cuts short is incomplete: its result counts only where it is the only one, or enough.
 */
export async function pollUntil<Result>(options: PollUntilOptions<Result>): Promise<Result> {
  const { poll, isEnough, onPause, timeout, wait, clock, random, signal } = options
  const end = clock.now() + wait
  let complete: Result | undefined
  let longest = FIRST_PAUSE
  for (let polls = 1; ; polls += 1) {
    const result = await poll(Math.min(timeout, end - clock.now()))
    if (isEnough(result)) return result
    const timeLeft = end - clock.now()
    if (timeLeft <= TIMER_SLACK) return complete ?? result
    if (timeLeft < FIRST_PAUSE) return result
    complete = result
    const ms = Math.min(longest - random.below(longest / 2 + 1), timeLeft / 2)
    onPause({ result, polls, ms, timeLeft })
    await clock.sleep(ms, signal)
    longest = Math.min(longest * 2, LONGEST_PAUSE)
  }
}

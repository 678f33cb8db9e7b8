import type { Clock, Random } from '@pstorage/discovery-core'

export interface AskUntilOptions<Round> {
  /** Asks once, for at most so many milliseconds. */
  readonly ask: (timeout: number) => Promise<Round>
  readonly isEnough: (round: Round) => boolean
  /** Called before each pause. */
  readonly onPause: (pause: Pause<Round>) => void
  /** Milliseconds for one round. */
  readonly timeout: number
  /** Milliseconds for all of it. */
  readonly wait: number
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal | undefined
}

/** What is known while nobody is asked. */
export interface Pause<Round> {
  /** The last one. */
  readonly round: Round
  /** How many there were. */
  readonly rounds: number
  /** Milliseconds until the next. */
  readonly ms: number
  /** Milliseconds until all of it ends. */
  readonly timeLeft: number
}

const FIRST_PAUSE = 500
const LONGEST_PAUSE = 5_000
/** How much too early, in milliseconds, a round that the end of the time cuts short may look to end. */
const TIMER_SLACK = 20

/**
 * Asks again until there is enough or the time is up, and gives the last round.
 *
 * The pauses double from half a second to five, less up to half of each by chance, so that those who began together do not
 * ask together; and none is longer than half of the time that is left, so that the last question comes late. A round that
 * the end of the time cuts short has not heard everybody: it counts only when there is no other, or it is enough.
 */
export async function askUntil<Round>(options: AskUntilOptions<Round>): Promise<Round> {
  const { ask, isEnough, onPause, timeout, wait, clock, random, signal } = options
  const end = clock.now() + wait
  let heard: Round | undefined
  let longest = FIRST_PAUSE
  for (let rounds = 1; ; rounds += 1) {
    const round = await ask(Math.min(timeout, end - clock.now()))
    if (isEnough(round)) return round
    const timeLeft = end - clock.now()
    if (timeLeft <= TIMER_SLACK) return heard ?? round
    if (timeLeft < FIRST_PAUSE) return round
    heard = round
    const ms = Math.min(longest - random.below(longest / 2 + 1), timeLeft / 2)
    onPause({ round, rounds, ms, timeLeft })
    await clock.sleep(ms, signal)
    longest = Math.min(longest * 2, LONGEST_PAUSE)
  }
}

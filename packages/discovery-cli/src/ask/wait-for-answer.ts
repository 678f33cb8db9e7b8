import { type Clock, type ResolveEvent, type Resolver, systemRandom } from '@pstorage/discovery-core'
import { askRound, type Round } from './ask-round.js'
import { askUntil } from './ask-until.js'
import type { ResolveInquiry } from './inquiry.js'
import { isShort } from './too-few-endpoints.js'

export interface WaitForAnswerOptions {
  readonly resolver: Resolver
  readonly signal: AbortSignal | undefined
  /** Milliseconds for all rounds. */
  readonly wait: number
  readonly clock: Clock
  /** Gets what is asked and each attempt as it comes, and the rest of the last round when that is over. */
  readonly hear: (event: ResolveEvent) => Promise<void> | undefined
  /** Gets a line before each pause. */
  readonly onPause: (text: string) => void
}

/** Asks until the cluster is found with enough endpoints, or the time is up; gives the last round. */
export async function waitForAnswer(inquiry: ResolveInquiry, options: WaitForAnswerOptions): Promise<Round> {
  const { resolver, signal, wait, clock, hear, onPause } = options
  const { timeout, minEndpoints } = inquiry
  const { held, ...round } = await askUntil<HeldRound>({
    ask: async (roundTimeout) => {
      const kept: ResolveEvent[] = []
      const keep = async (event: ResolveEvent): Promise<void> => {
        if (event.type === 'asking' || event.type === 'attempt') await hear(event)
        else kept.push(event)
      }
      return { ...(await askRound(inquiry, { resolver, signal, timeout: roundTimeout, hear: keep })), held: kept }
    },
    isEnough: ({ report }) => report.outcome === 'found' && !isShort(report, minEndpoints),
    onPause: ({ round: { report }, rounds, ms, timeLeft }) => {
      const found = 'endpoints' in report ? report.endpoints.length : 0
      const answer = found > 0 ? `${found} of ${minEndpoints} endpoints` : report.outcome
      onPause(`round ${rounds}: ${answer}; again in ${seconds(ms)} s, for ${seconds(timeLeft)} s more ...`)
    },
    timeout,
    wait,
    clock,
    random: systemRandom,
    signal,
  })
  for (const event of held) await hear(event)
  return round
}

/** A round, and what is not told before it is known to be the last one. */
interface HeldRound extends Round {
  readonly held: readonly ResolveEvent[]
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(1)
}

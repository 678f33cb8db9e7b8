import type { AttemptStatus } from '../attempt.js'
import { couldNotAsk } from '../outcome.js'
import type { Source } from '../source.js'
import type { Round } from './round.js'

/**
 * What a round says of a source that does not repeat itself in it.
 *
 * - `retracted`: it answered without repeating it, or was not needed
 * - `denied`: it answered that there is nothing
 * - `unheard`: it could not be asked, or was silent
 */
export type Standing = 'retracted' | 'denied' | 'unheard'

/** Tells for every source how it stands after a round. */
export function standingsAfter(round: Round): (source: Source) => Standing {
  const voices = new Map<string, AttemptStatus>()
  const failed = new Set<string>()
  const failedAsAWhole = new Set<string>()
  for (const { backend, method, status } of round.attempts) {
    if (couldNotAsk(status)) (method === null ? failedAsAWhole : failed).add(backend)
    if (method === null) continue
    const voice = voiceOf({ backend, method })
    const known = voices.get(voice)
    if (known === undefined || weight(status) > weight(known)) voices.set(voice, status)
  }
  const standing = (source: Source): Standing => {
    if (failedAsAWhole.has(source.backend)) return 'unheard'
    const status = voices.get(voiceOf(source))
    if (status !== undefined) return standingOf(status)
    // Its question was not reached, or a resolver around it has failed that speaks for backends unnamed here.
    return failed.has(source.backend) || failedAsAWhole.size > 0 ? 'unheard' : 'retracted'
  }
  if (round.statements.some(({ type }) => type === round.resultType)) return standing
  // Without any result the outcome has weighed all attempts already: what it leaves open takes nothing back.
  if (round.outcome === 'undetermined') return () => 'unheard'
  return (source) => (standing(source) === 'unheard' ? 'unheard' : 'denied')
}

/** Who speaks, and how: one backend may fail by one method and answer by another. */
export function voiceOf({ backend, method }: Pick<Source, 'backend' | 'method'>): string {
  return `${backend} ${method}`
}

function standingOf(status: AttemptStatus): Standing {
  if (couldNotAsk(status) || status === 'silent') return 'unheard'
  return status === 'empty' ? 'denied' : 'retracted'
}

/** Of several attempts of one voice the heaviest counts: a failure, silence, a result, a no, a question not needed. */
function weight(status: AttemptStatus): number {
  if (couldNotAsk(status)) return 4
  return status === 'silent' ? 3 : status === 'found' ? 2 : status === 'empty' ? 1 : 0
}

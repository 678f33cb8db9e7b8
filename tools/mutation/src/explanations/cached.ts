import type { Explanation } from '../explained.js'

const line = (file: string, source: string, because: string, mutator: string): Explanation => ({
  target: 'cached',
  file: `discovery-core/src/${file}`,
  source,
  because,
  mutators: [mutator],
})

/** Survivors of `cached`, and of what it keeps. */
export const cachedExplanations: readonly Explanation[] = [
  line(
    'cached/follow-flight.ts',
    "question.signal.addEventListener('abort', giveUp, { signal: waited.signal })",
    'nobody waits any more for what it would say: it would only be kept for as long as the question',
    'ObjectLiteral',
  ),
  line(
    'keep/last-good.ts',
    'return JSON.stringify([backend, method, origin, what.toLowerCase()])',
    'names and addresses are ASCII, which is the same in capitals where it is the same in small letters',
    'MethodExpression',
  ),
  line(
    'keep/standing.ts',
    'if (method === null) continue',
    'nothing comes from a source without a method, so nobody would look that up: the compiler does not know',
    'ConditionalExpression',
  ),
  line(
    'keep/standing.ts',
    'if (known === undefined || weight(status) > weight(known)) voices.set(voice, status)',
    'what weighs the same stands the same',
    'EqualityOperator',
  ),
]

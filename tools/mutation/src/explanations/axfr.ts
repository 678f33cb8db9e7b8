import type { Explanation } from '../explained.js'

const line = (source: string, because: string): Explanation => ({
  target: 'axfr',
  file: 'discovery-dns/src/message-framing.ts',
  source,
  because,
  mutators: ['ConditionalExpression'],
})

/** Survivors of zone transfers. */
export const axfrExplanations: readonly Explanation[] = [
  line(
    'if (this.#held < this.#needed) return',
    'segments would be joined sooner, which takes longer and gives the same',
  ),
  line(
    'let rest = this.#segments.length === 1 ? segment : Buffer.concat(this.#segments)',
    'one segment, joined, is a copy',
  ),
]

import type { Explanation } from './explained.js'

/** Every mutant that is known to survive, and why it may. */
export const explanations: readonly Explanation[] = []

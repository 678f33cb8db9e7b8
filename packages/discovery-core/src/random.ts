import { randomInt } from 'node:crypto'

/** A source of random numbers. Tests give a seeded one. */
export interface Random {
  /** A whole number from 0 to `limit - 1`, each equally likely; `limit` is 1 to 2^48 - 1. */
  below(limit: number): number
}

/** Unpredictable: from the operating system. */
export const systemRandom: Random = {
  below: (limit) => (limit === 1 ? 0 : randomInt(limit)),
}

/**
 * Repeatable: the same seed gives the same numbers. For tests and simulations, never for anything an attacker may guess.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  // SplitMix32: a counter whose bits are well mixed.
  const next32 = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  return {
    below(limit) {
      const range = 2 ** 48
      const fair = range - (range % limit)
      for (;;) {
        const drawn = (next32() & 0xffff) * 2 ** 32 + next32()
        // Values beyond the last whole multiple of the limit would favour small results.
        if (drawn < fair) return drawn % limit
      }
    },
  }
}

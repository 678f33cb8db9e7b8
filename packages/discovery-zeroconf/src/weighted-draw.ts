import type { Random } from '@pstorage/discovery-core'

/** Draws where something of a weight stands among its equals, lowest first; the same key gets the same place. */
export type WeightedDraw = (key: string, weight: number) => number

/**
 * Draws the order of RFC 2782 one by one, while it is still unknown who else there is.
 *
 * Exponential times whose rates are the weights end in just the order of that draw: the chance of being the first of
 * those left is one's share of the weights left. A weight of 0 keeps the very small chance that the RFC grants it.
 */
export function weightedDraw(random: Random): WeightedDraw {
  const drawn = new Map<string, number>()
  return (key, weight) => {
    const known = drawn.get(key)
    if (known !== undefined) return known
    const uniform = (1 + random.below(RESOLUTION)) / RESOLUTION
    const place = -Math.log(uniform) / (weight === 0 ? NEXT_TO_NOTHING : weight)
    drawn.set(key, place)
    return place
  }
}

const RESOLUTION = 2 ** 40
const NEXT_TO_NOTHING = 0.001

/** The middle of sorted values, the quarters to both sides of it, and the least. */
export interface Spread {
  readonly median: number
  readonly lower: number
  readonly upper: number
  readonly least: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN
  return { median: at(0.5), lower: at(0.25), upper: at(0.75), least: at(0) }
}

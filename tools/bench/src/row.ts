import type { Spread } from './spread.js'

/** Something that we claim. To add one, write a file in `rows/` that exports a `Row` and name it in `rows.ts`. */
export interface Row {
  /** Its name on the command line. */
  readonly name: string
  /** The work that is measured, in one line. */
  readonly description: string
  /** Measures both sides in turns. What cannot be measured here is said by {@link Unmeasured}. */
  measure(): Promise<readonly Line[]>
}

/** One comparison of a row. */
export interface Line {
  /** The peer or the floor, with its version where it has one. */
  readonly against: string
  readonly unit: Unit
  readonly ours: Spread
  readonly other: Spread
  /** Ours by the other: the median over the rounds, so that what the machine does otherwise falls on both. */
  readonly ratio: number
  /** The least of ours by the least of the other: what is left of the ratio where others use the machine too. */
  readonly leastRatio: number
  /** The ratio may be at most this; `undefined` for what is only reported. */
  readonly atMost: number | undefined
  readonly held: boolean
  /** The difference from the conditions of the bar, such as another server. */
  readonly remark: string | undefined
}

/** `ns` for one call, `ms` for a whole, `MiB` of memory. */
export type Unit = 'ns' | 'ms' | 'MiB'

/** A row that cannot be measured on this machine, and why. */
export class Unmeasured extends Error {
  override readonly name = 'Unmeasured'
}

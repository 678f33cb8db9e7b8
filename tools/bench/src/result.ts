import type { Measurement } from './measure.js'
import type { Row } from './row.js'

/** A row and what came of it. */
export interface Result {
  readonly row: Row
  readonly measurement: Measurement
  /** Whether the bar was reached. */
  readonly met: boolean
}

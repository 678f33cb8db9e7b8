import type { FindingLevel } from './finding-level.js'

/** What a check is, for tables and help. */
export interface CheckDescription {
  /** Stable, for example `dns-srv-port`; begins with what is checked. */
  readonly id: string
  /** What holds where the check is `ok`, as one sentence without a full stop. */
  readonly checks: string
  /** The levels that its findings can have, the least first. */
  readonly levels: readonly FindingLevel[]
}

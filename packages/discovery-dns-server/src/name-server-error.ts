/**
 * Why a name server could not be made, changed or started.
 *
 * - `ERR_OPTION_INVALID`: an option, or an entry of the inventory, has a value that cannot work.
 * - `ERR_ZONE_INVALID`: the zone text cannot be served; `line` and `column` say where.
 * - `ERR_BIND_FAILED`: the address and port cannot be bound; `cause` is the error of the system.
 * - `ERR_NOTIFY_FAILED`: a secondary did not answer a NOTIFY, or refused it; only `onError` hears of it.
 */
export type NameServerErrorCode = 'ERR_OPTION_INVALID' | 'ERR_ZONE_INVALID' | 'ERR_BIND_FAILED' | 'ERR_NOTIFY_FAILED'

/** Where an error is, and what it came from. */
export interface NameServerErrorDetails {
  /** The error below. */
  readonly cause?: unknown
  /** Line of the zone text, from 1. */
  readonly line?: number
  /** Column in that line, from 1. */
  readonly column?: number
}

const brand = Symbol.for('@pstorage/discovery-dns-server/NameServerError')

/**
 * What this package throws or reports: wrong options, zone text that cannot be served, a port that cannot be bound, and a
 * secondary that does not hear us.
 *
 * Tell errors apart by `code`; the message is for people and may change. Nothing that a client sends is ever thrown.
 */
export class NameServerError extends Error {
  override readonly name = 'NameServerError'
  /** Why. */
  readonly code: NameServerErrorCode
  /** Line of the zone text, from 1, where the fault has a place. */
  readonly line: number | undefined
  /** Column in that line, from 1, where the fault has a place. */
  readonly column: number | undefined

  /** `message` says what, which and where; values in it are quoted and escaped. */
  constructor(code: NameServerErrorCode, message: string, details: NameServerErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.line = details.line
    this.column = details.column
    Object.defineProperty(this, brand, { value: true })
  }

  /** Tells a NameServerError, also one that another installed copy of this package made. */
  static isInstance(error: unknown): error is NameServerError {
    return typeof error === 'object' && error !== null && brand in error
  }
}

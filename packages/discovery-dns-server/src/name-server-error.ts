import { inspect } from 'node:util'

/**
 * The reason why a name server could not be created, updated or started.
 *
 * - `ERR_OPTION_INVALID`: an option, or an entry of the inventory, has an invalid value.
 * - `ERR_ZONE_INVALID`: the zone text cannot be served; `line` and `column` say where.
 * - `ERR_BIND_FAILED`: the address and port cannot be bound; `cause` is the error of the system.
 * - `ERR_NOTIFY_FAILED`: a secondary did not answer a NOTIFY, or refused it; reported to `onError` only.
 */
export type NameServerErrorCode = 'ERR_OPTION_INVALID' | 'ERR_ZONE_INVALID' | 'ERR_BIND_FAILED' | 'ERR_NOTIFY_FAILED'

/** The position and the cause of an error. */
export interface NameServerErrorDetails {
  /** The error that caused it. */
  readonly cause?: unknown
  /** Line of the zone text, from 1. */
  readonly line?: number
  /** Column in that line, from 1. */
  readonly column?: number
}

const brand = Symbol.for('@pstorage/discovery-dns-server/NameServerError')

/**
 * An error that this package throws or reports: wrong options, zone text that cannot be served, a port that cannot be bound,
 * or a secondary that does not answer.
 *
 * Compare `code`; the message may change. Input from clients never causes one.
 */
export class NameServerError extends Error {
  override readonly name = 'NameServerError'
  /** The reason. */
  readonly code: NameServerErrorCode
  /** Line of the zone text, from 1, if the fault has a position. */
  readonly line: number | undefined
  /** Column in that line, from 1, if the fault has a position. */
  readonly column: number | undefined

  /** Values in `message` are quoted and escaped. */
  constructor(code: NameServerErrorCode, message: string, details: NameServerErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.line = details.line
    this.column = details.column
    Object.defineProperty(this, brand, { value: true })
  }

  /** Tests for a NameServerError, including one from another installed copy of this package. */
  static isInstance(error: unknown): error is NameServerError {
    return typeof error === 'object' && error !== null && brand in error
  }
}

/** An error about an option, or an entry of the inventory, with a wrong value. */
export function invalidOption(message: string): NameServerError {
  return new NameServerError('ERR_OPTION_INVALID', message)
}

// Controls, format characters (bidi, zero width), separators and lone surrogates could drive or deceive a terminal.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

const maxLength = 80

/** Formats a value for an error message: quoted, escaped and cut to 80 characters. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY })
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}...` : text
  return `'${cut.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replace(unsafe, escaped)}'`
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

/** Receives faults that no client and no caller gets. */
export type FaultReporter = (fault: unknown) => void

/**
 * Returns a function that passes faults to `onError` in a microtask, so that its exceptions do not prevent an answer. Without
 * `onError`, the first fault becomes a warning of the process; the others are dropped, so that a client cannot fill a log.
 */
export function faultReporter(onError: FaultReporter | undefined): FaultReporter {
  if (onError !== undefined) return (fault) => queueMicrotask(() => onError(fault))
  let isFirst = true
  return (fault) => {
    if (isFirst) process.emitWarning(fault instanceof Error ? fault : quote(fault))
    isFirst = false
  }
}

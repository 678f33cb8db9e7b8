import { type AttemptError, type AttemptStatus, escapeText } from '@pstorage/discovery-core'

/**
 * Why a directory or a list could not be read; beside these, an attempt has the error codes of the operating system.
 *
 * - `ERR_LIST_TOO_LARGE`: the file is larger than `maxBytes`
 * - `ERR_LIST_NOT_A_FILE`: a FIFO, a device or the like
 * - `ERR_LIST_CHANGING`: it was being rewritten each time it was looked at
 * - `ERR_LIST_OUTSIDE`: symbolic links lead out of the clusters directory
 * - `ERR_LIST_MALFORMED`: the file is not text, or nothing in it can be used
 * - `ERR_NAME_AMBIGUOUS`: several directories have the name, in other letter case
 */
export type ListFaultCode =
  | 'ERR_LIST_TOO_LARGE'
  | 'ERR_LIST_NOT_A_FILE'
  | 'ERR_LIST_CHANGING'
  | 'ERR_LIST_OUTSIDE'
  | 'ERR_LIST_MALFORMED'
  | 'ERR_NAME_AMBIGUOUS'

/** What went wrong outside, on its way to becoming an attempt. */
export class ListFault extends Error {
  readonly status: AttemptStatus
  readonly code: string

  /** `message` is one escaped line. */
  constructor(status: AttemptStatus, code: ListFaultCode | (string & {}), message: string) {
    super(message)
    this.status = status
    this.code = code
  }

  /** As it stands in an attempt. */
  get attemptError(): AttemptError {
    return { code: this.code, message: this.message }
  }
}

/** What an error of the file system means. An error that is none is a fault of ours, and thrown on. */
export function faultOf(error: unknown): ListFault {
  if (error instanceof ListFault) return error
  const code = errorCode(error)
  if (code === undefined || !(error instanceof Error)) throw error
  return new ListFault(statusOf(code), code, escapeText(error.message, { maxLength: 1024 }))
}

/** The code of the operating system for what went wrong, for example `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  // A system call that failed, and not, for example, an argument that Node refused.
  if (!('syscall' in error && 'code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

function statusOf(code: string): AttemptStatus {
  // Without permission the question cannot be asked here; any other error is the file system saying that it cannot answer.
  return code === 'EACCES' || code === 'EPERM' ? 'unavailable' : 'failed'
}

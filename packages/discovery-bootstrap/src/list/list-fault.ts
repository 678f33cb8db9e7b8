import { type AttemptError, type AttemptStatus, escapeText } from '@pstorage/discovery-core'

/**
 * The code of an attempt that could not read a directory or a list; an attempt may also have a code of the operating system.
 *
 * - `ERR_LIST_TOO_LARGE`: the file is larger than `maxBytes`
 * - `ERR_LIST_NOT_A_FILE`: a FIFO, a device or the like
 * - `ERR_LIST_CHANGING`: it, or the directory that lacks it, changed each time it was read
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

/** A failure to read a directory or a list, with the status that its attempt gets. */
export class ListFault extends Error {
  readonly status: AttemptStatus
  readonly code: string

  /** `message` is one escaped line. */
  constructor(status: AttemptStatus, code: ListFaultCode | (string & {}), message: string) {
    super(message)
    this.status = status
    this.code = code
  }

  /** The error of the attempt. */
  get attemptError(): AttemptError {
    return { code: this.code, message: this.message }
  }
}

/** Converts an error of the file system to a fault. Any other error is a defect, and is thrown again. */
export function faultOf(error: unknown): ListFault {
  if (error instanceof ListFault) return error
  const code = errorCode(error)
  if (code === undefined || !(error instanceof Error)) throw error
  // Node.js writes `EACCES: permission denied, realpath '/path'`: the attempt has the code and the path already.
  const words = error.message.replace(/^[A-Z0-9]+: /, '').replace(/, [a-z]+ '.*$/s, '')
  return new ListFault(statusOf(code), code, escapeText(words, { maxLength: 1024 }))
}

/** Returns the code of a failed system call, for example `ENOENT`; `undefined` for any other error. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  // Errors of Node itself, for example about an argument, have a code and no system call.
  if (!('syscall' in error && 'code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

function statusOf(code: string): AttemptStatus {
  // Without permission the source cannot be queried here; any other error is its own failure to answer.
  return code === 'EACCES' || code === 'EPERM' ? 'unavailable' : 'failed'
}

import type { BigIntStats } from 'node:fs'
import { constants } from 'node:fs/promises'
import { type Clock, type FileError, openRegularFile, readToEnd } from '@pstorage/discovery-core'
import { ListFault } from './list-fault.js'

/** The bytes of a list, with its mode and owner. */
export interface ListFile {
  readonly bytes: Uint8Array
  /** The permission bits. */
  readonly mode: number
  /** The owner. */
  readonly uid: number
}

/** Options of {@link readListFile}. */
export interface ReadListFileOptions {
  readonly maxBytes: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Called when the file is open, before it is read. */
  readonly onOpened?: (() => void) | undefined
}

// A writer that rewrites a file in place truncates it first, and finishes within microseconds unless it is delayed.
const settleTime = 10
// A writer that is delayed for longer stops at the end of a block.
const cutSettleTime = 100
// To truncate a file can take a busy disk some 300 ms, and the writer continues only then.
const emptySettleTime = 500
const blockSize = 4096
const mostRetries = 3
const retryTime = 100

/**
 * Reads a regular file that is not being written: a torn line can be a valid wrong address.
 *
 * A file that changes while it is read, or has changed within the last 10 ms, is read again: up to 3 times within
 * 100 ms. One that looks cut off, because it ends at the end of a block or lacks a line end, must be unchanged for
 * 100 ms, and an empty one for 500 ms. It never waits for a FIFO and never reads a device. `path` has no symbolic links.
 *
 * @throws ListFault for what is no such file, or an error of the operating system.
 */
export async function readListFile(path: string, options: ReadListFileOptions): Promise<ListFile> {
  const { clock, signal } = options
  const giveUpAt = clock.now() + retryTime
  for (let retries = 0; ; retries += 1) {
    const file = await readOnce(path, options)
    if (file !== undefined) return file
    if (retries === mostRetries || clock.now() >= giveUpAt) {
      throw new ListFault('failed', 'ERR_LIST_CHANGING', 'the list was being rewritten each time it was read')
    }
    await clock.sleep(settleTime, signal)
  }
}

async function readOnce(
  path: string,
  { maxBytes, clock, signal, onOpened }: ReadListFileOptions,
): Promise<ListFile | undefined> {
  signal.throwIfAborted()
  // Does not follow a link that has just been made.
  const { handle } = await openRegularFile(path, constants.O_NOFOLLOW ?? 0).catch(throwListFault)
  try {
    const before = await handle.stat({ bigint: true })
    onOpened?.()
    const bytes = await readToEnd(path, handle, { size: Number(before.size), maxOctets: maxBytes }).catch(
      throwListFault,
    )
    // The age comes from the clock of the file system; the wait is timed by ours.
    const age = Math.abs(Date.now() - Number(before.mtimeMs))
    const neededTime = settleTimeOf(bytes)
    let after = await handle.stat({ bigint: true })
    for (let unchanged = age; unchanged < neededTime && isUnchanged(before, after); unchanged += settleTime) {
      await clock.sleep(settleTime, signal)
      after = await handle.stat({ bigint: true })
    }
    return isUnchanged(before, after) ? { bytes, mode: Number(after.mode), uid: Number(after.uid) } : undefined
  } finally {
    await handle.close()
  }
}

/** Throws the fault of a list that cannot be read, or the error of the system. */
function throwListFault(error: FileError): never {
  if (error.code === 'EISDIR') throw new ListFault('failed', 'EISDIR', 'the list is a directory')
  if (error.code === 'ERR_FILE_TOO_LARGE')
    throw new ListFault('failed', 'ERR_LIST_TOO_LARGE', `the list ${error.reason}`)
  throw error.cause ?? new ListFault('failed', 'ERR_LIST_NOT_A_FILE', `the list ${error.reason}`)
}

/** Returns the time in milliseconds for which a list of these bytes must be unchanged. */
function settleTimeOf(bytes: Uint8Array): number {
  const last = bytes.at(-1)
  if (last === undefined) return emptySettleTime
  const isCut = bytes.length % blockSize === 0 || (last !== LINE_FEED && last !== CARRIAGE_RETURN)
  return isCut ? cutSettleTime : settleTime
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

function isUnchanged(before: BigIntStats, after: BigIntStats): boolean {
  const sameContents = before.size === after.size && before.mtimeNs === after.mtimeNs && before.ino === after.ino
  // A file that was replaced by a rename while it was read is whole, although the loss of its name changed its ctime.
  return sameContents && (before.ctimeNs === after.ctimeNs || after.nlink === 0n)
}

/**
 * Waits for work that cannot be cancelled, such as a read from a file server that hangs, until the signal aborts: then
 * it rejects with `signal.reason`.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
  }
}

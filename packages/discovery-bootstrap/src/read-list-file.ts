import type { BigIntStats } from 'node:fs'
import { constants, type FileHandle, open } from 'node:fs/promises'
import type { Clock } from '@pstorage/discovery-core'
import { ListFault } from './list-fault.js'

/** The bytes of a list, and who could have written it. */
export interface ListFile {
  readonly bytes: Uint8Array
  /** The permission bits. */
  readonly mode: number
  /** The owner. */
  readonly uid: number
}

/** How {@link readListFile} reads. */
export interface ReadListFileOptions {
  readonly maxBytes: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Called when there is such a file, before it is read. */
  readonly found?: (() => void) | undefined
}

// A writer that rewrites a file in place empties it first, and is done within microseconds unless it is held up.
const settleTime = 10
// One that is held up for longer stops where the system does: at the end of a block.
const cutSettleTime = 100
// Emptying a file can take a busy disk some 300 ms, and only then the writer goes on.
const emptySettleTime = 500
const blockSize = 4096
const mostRetries = 3
const retryTime = 100

/**
 * Reads a regular file as it is when nobody is writing it: a torn line can be a valid wrong address.
 *
 * Where the file changes while it is read, or has changed within the last 10 ms, it is looked at again: up to 3 times
 * within 100 ms. One that looks cut off, since it ends at the end of a block or lacks a line end, has to have rested for
 * 100 ms, and an empty one for 500 ms. It never waits for a FIFO and never reads a device. `path` has no symbolic links left in it.
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
  { maxBytes, clock, signal, found }: ReadListFileOptions,
): Promise<ListFile | undefined> {
  signal.throwIfAborted()
  // Opening must not wait for the other end of a FIFO, and a link that has just been put there is not followed.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0))
  try {
    const before = await handle.stat({ bigint: true })
    checkKind(before)
    found?.()
    if (before.size > maxBytes) throw tooLarge(maxBytes)
    const bytes = await readAll(handle, Number(before.size), maxBytes)
    // How long it has rested is told by the clock of the file system, and how long it rests by ours.
    const age = Math.abs(Date.now() - Number(before.mtimeMs))
    const restTime = restTimeOf(bytes)
    let after = await handle.stat({ bigint: true })
    for (let rested = age; rested < restTime && isUnchanged(before, after); rested += settleTime) {
      await clock.sleep(settleTime, signal)
      after = await handle.stat({ bigint: true })
    }
    return isUnchanged(before, after) ? { bytes, mode: Number(after.mode), uid: Number(after.uid) } : undefined
  } finally {
    await handle.close()
  }
}

function checkKind(stats: BigIntStats): void {
  if (stats.isFile()) return
  if (stats.isDirectory()) throw new ListFault('failed', 'EISDIR', 'the list is a directory')
  throw new ListFault('failed', 'ERR_LIST_NOT_A_FILE', 'the list is not a regular file')
}

async function readAll(handle: FileHandle, size: number, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    // One byte more than the rest, so that growth shows; at least a page for files that do not tell their size.
    const chunk = Buffer.allocUnsafe(Math.max(size - length + 1, smallestChunk))
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, length)
    if (bytesRead === 0) return Buffer.concat(chunks, length)
    chunks.push(chunk.subarray(0, bytesRead))
    length += bytesRead
    if (length > maxBytes) throw tooLarge(maxBytes)
    // There was room for one byte more, and it did not come.
    if (length === size) return Buffer.concat(chunks, length)
  }
}

const smallestChunk = 4096

/** How long a list of these bytes has to have been as it is, in milliseconds. */
function restTimeOf(bytes: Uint8Array): number {
  const last = bytes.at(-1)
  if (last === undefined) return emptySettleTime
  const isCut = bytes.length % blockSize === 0 || (last !== LINE_FEED && last !== CARRIAGE_RETURN)
  return isCut ? cutSettleTime : settleTime
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

function isUnchanged(before: BigIntStats, after: BigIntStats): boolean {
  const sameContents = before.size === after.size && before.mtimeNs === after.mtimeNs && before.ino === after.ino
  // A file that a rename has replaced while it was read is whole, although losing its name has touched its ctime.
  return sameContents && (before.ctimeNs === after.ctimeNs || after.nlink === 0n)
}

function tooLarge(maxBytes: number): ListFault {
  return new ListFault('failed', 'ERR_LIST_TOO_LARGE', `the list is larger than ${maxBytes} bytes`)
}

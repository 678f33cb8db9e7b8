import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { quoteText } from './text.js'

/** Options of {@link readRegularFile}. */
export interface ReadRegularFileOptions {
  /** A larger file is an error; no more octets than these and one page are read. */
  readonly maxOctets: number
  /** Milliseconds; default 5,000. A file server that hangs cannot be interrupted, but is not waited for any longer. */
  readonly timeout?: number
}

/** Octets of a file, and its status after it was opened. */
export interface RegularFile {
  readonly bytes: Buffer
  readonly stats: Stats
}

const DEFAULT_TIMEOUT = 5_000
const PAGE = 4_096

/**
 * The error of a file that cannot be read. `code` is that of the operating system (`ENOENT`, `EACCES`, `ELOOP`, ...; the
 * cause is its error), `EISDIR` for a directory, `ERR_NOT_A_FILE` for a FIFO, a socket or a device, `ERR_FILE_TOO_LARGE`,
 * or `ETIMEDOUT`.
 */
export class FileError extends Error {
  readonly code: string
  /** The message without the path, such as `is a FIFO, not a regular file`. It never quotes the file. */
  readonly reason: string

  constructor(path: string, code: string, reason: string, options?: ErrorOptions) {
    super(`${quoteText(path)} ${reason}`, options)
    this.name = 'FileError'
    this.code = code
    this.reason = reason
  }
}

/**
 * Reads a regular file that others may have made, as a whole. It waits for no FIFO, reads no device (`/dev/null` is an empty
 * file), and ends within `timeout`.
 *
 * @throws FileError
 */
export async function readRegularFile(
  path: string,
  { maxOctets, timeout = DEFAULT_TIMEOUT }: ReadRegularFileOptions,
): Promise<RegularFile> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new FileError(path, 'ETIMEDOUT', `cannot be read: no answer within ${timeout} ms`)
    timer = setTimeout(reject, timeout, error)
  })
  try {
    return await Promise.race([readOpened(path, maxOctets), late])
  } finally {
    clearTimeout(timer)
  }
}

async function readOpened(path: string, maxOctets: number): Promise<RegularFile> {
  const { handle, stats } = await openRegularFile(path)
  try {
    return { bytes: await readToEnd(path, handle, { size: stats.size, maxOctets }), stats }
  } finally {
    await handle.close()
  }
}

/**
 * Opens a regular file for reading. The caller closes the handle.
 *
 * @param flags additional flags of open(2), such as `O_NOFOLLOW`
 * @throws FileError
 */
export async function openRegularFile(
  path: string,
  flags = 0,
): Promise<{ readonly handle: FileHandle; readonly stats: Stats }> {
  const handle = await open(path, OPEN_FLAGS | flags).catch((error: unknown) => {
    throw systemError(path, error)
  })
  try {
    const stats = await handle.stat()
    checkKind(path, stats)
    return { handle, stats }
  } catch (error) {
    await handle.close()
    throw systemError(path, error)
  }
}

/** Octets that a file has by its status, and may have. */
export interface FileSize {
  readonly size: number
  readonly maxOctets: number
}

/**
 * Reads a file to its end, from its start. It may have grown since, and files of the kernel have no size.
 *
 * @throws FileError
 */
export async function readToEnd(path: string, handle: FileHandle, limits: FileSize): Promise<Buffer> {
  const { maxOctets } = limits
  if (limits.size > maxOctets) throw tooLarge(path, maxOctets)
  const chunks: Buffer[] = []
  for (let length = 0; ; ) {
    const chunk = nextChunk(length, limits)
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, length).catch((error: unknown) => {
      throw systemError(path, error)
    })
    if (bytesRead === 0) return Buffer.concat(chunks, length)
    length += bytesRead
    if (length > maxOctets) throw tooLarge(path, maxOctets)
    chunks.push(chunk.subarray(0, bytesRead))
    // The chunk had room for one octet more, so this is the end.
    if (length === limits.size) return Buffer.concat(chunks, length)
  }
}

/**
 * Does as {@link readRegularFile} without a turn of the event loop and without a timeout, for small files of this host.
 *
 * @throws FileError
 */
export function readRegularFileSync(path: string, maxOctets: number): RegularFile {
  let file: number | undefined
  try {
    file = openSync(path, OPEN_FLAGS)
    const stats = fstatSync(file)
    // Node.js keeps the kind of what it looked at last, and follows no links to modules where that was a pipe.
    if (!stats.isFile()) statSync('/')
    checkKind(path, stats)
    if (stats.size > maxOctets) throw tooLarge(path, maxOctets)
    const chunks: Buffer[] = []
    for (let length = 0; ; ) {
      const chunk = nextChunk(length, { size: stats.size, maxOctets })
      const read = readSync(file, chunk, 0, chunk.length, length)
      if (read === 0) return { bytes: Buffer.concat(chunks, length), stats }
      length += read
      if (length > maxOctets) throw tooLarge(path, maxOctets)
      chunks.push(chunk.subarray(0, read))
    }
  } catch (error) {
    throw systemError(path, error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Has room for one octet more than is left, so that growth shows. */
function nextChunk(length: number, { size, maxOctets }: FileSize): Buffer {
  return Buffer.allocUnsafe(Math.min(Math.max(size - length + 1, PAGE), maxOctets - length + 1))
}

/** Does not wait for the other end of a FIFO, and makes no terminal the controlling one. Windows has neither flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

/** @throws FileError */
function checkKind(path: string, stats: Stats): void {
  if (stats.isFile() || isNullDevice(stats)) return
  const kind = stats.isDirectory()
    ? 'a directory'
    : stats.isFIFO()
      ? 'a FIFO'
      : stats.isSocket()
        ? 'a socket'
        : 'a device'
  throw new FileError(path, stats.isDirectory() ? 'EISDIR' : 'ERR_NOT_A_FILE', `is ${kind}, not a regular file`)
}

/** A link to `/dev/null` is the usual way to say that a file is empty on purpose. */
function isNullDevice(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev
}

function tooLarge(path: string, maxOctets: number): FileError {
  return new FileError(path, 'ERR_FILE_TOO_LARGE', `is larger than ${maxOctets} octets`)
}

/** Returns the error itself if it is a FileError. The message of the system is left out, since it may hold other paths. */
function systemError(path: string, error: unknown): FileError {
  if (error instanceof FileError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO'
  // A socket cannot be opened, and neither can a device without a driver.
  const reason = code === 'ENXIO' ? 'is a socket or a device without a driver, not a regular file' : undefined
  return new FileError(path, code, reason ?? `cannot be read: ${code}`, { cause: error })
}

import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { resolve as absolutePath } from 'node:path'
import {
  checkOptionNames,
  DiscoveryError,
  type Endpoint,
  escapeText,
  formatEndpoint,
  quoteText,
  replaceFile,
  systemClock,
} from '@pstorage/discovery-core'
import { decodeList } from './bootstrap-list.js'
import { ListComments } from './list-comments.js'
import { errorCode } from './list-fault.js'
import { formatPath } from './list-source.js'
import { validateEndpoint } from './read-entry.js'
import { readListFile } from './read-list-file.js'

/** Options of {@link writeBootstrapList}. */
export interface WriteBootstrapListOptions {
  /**
   * Keep the comments of the old list; default false. Those at the top and at the end stay; one above an entry,
   * or behind it on its line, stays above that entry, and is removed with it.
   */
  readonly keepComments?: boolean | undefined
}

/**
 * Writes a `bs.list`, one `IP:PORT` a line, in the order of `endpoints` and each once.
 *
 * The new list is written to a temporary file beside the old one, flushed to the disk, and renamed over it: a reader never
 * sees half of it, and a failure leaves the old list unchanged and no temporary file. Mode, owner and group of the old list
 * are kept; a new one has mode 0644. An ACL, a SELinux context and other extended attributes are those that the directory
 * gives to a new file. No directories are made, and a symbolic link at `file` is not followed.
 *
 * @throws DiscoveryError `ERR_ENDPOINT_INVALID` for an address that cannot be that of a metadata server,
 * `ERR_OPTION_INVALID` for any other wrong argument; the file has not been opened then.
 * @throws Error with the `code` of the operating system (`ENOSPC`, `EACCES`, `ENOENT`, ...), `file` as its `path` and the
 * original error as `cause`: `ELOOP` for a link, `EISDIR` for a directory, `EPERM` when the owner cannot be kept; or with
 * a `ListFaultCode`, for what is no regular file or a list whose comments cannot be read.
 * @see pstorage-discovery(7), Discovery via bootstrap lists
 */
export async function writeBootstrapList(
  file: string,
  endpoints: readonly (string | Endpoint)[],
  options: WriteBootstrapListOptions = {},
): Promise<void> {
  checkOptionNames('writeBootstrapList', options, { keepComments: 'other' })
  if (typeof file !== 'string' || file === '' || file.includes('\0')) {
    throw new DiscoveryError('ERR_OPTION_INVALID', `not a path of a file: ${quoteText(String(file))}`)
  }
  if (!Array.isArray(endpoints)) throw new DiscoveryError('ERR_OPTION_INVALID', 'endpoints must be a list of them')
  const lines = [...new Set(endpoints.map((endpoint) => formatEndpoint(validateEndpoint(endpoint))))]
  const path = absolutePath(file)
  try {
    const comments = new ListComments(options.keepComments ? await textOf(path) : '')
    const old = await existingFile(path)
    const mode = old === undefined ? newFileMode : old.mode & permissionBits
    await replaceFile(path, comments.formatAround(lines), { mode, owner: old })
  } catch (error) {
    throw writeError(file, error)
  }
}

const mostBytes = 1024 * 1024

/** Reads the text of the old list; empty when there is none. */
async function textOf(path: string): Promise<string> {
  try {
    const { signal } = new AbortController()
    const { bytes } = await readListFile(path, { maxBytes: mostBytes, clock: systemClock, signal })
    return decodeList(bytes)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    throw error
  }
}

/** `cause` is an error of the system, or a fault of the old list. */
function writeError(file: string, cause: unknown): Error {
  const { code, message } = cause as Error & { readonly code: unknown }
  // Node.js repeats the call and the path of a temporary file: `EACCES: permission denied, open '/path'`.
  const reason = message.replace(/, [a-z]+ '.*$/s, '')
  const error = new Error(`cannot write ${formatPath(file)}: ${escapeText(reason, { maxLength: 1024 })}`, { cause })
  return Object.assign(error, { code, path: file })
}

const newFileMode = 0o644
const permissionBits = 0o7777

/** Returns the old file; `undefined` when there is none. Anything else at the path is an error. */
async function existingFile(path: string): Promise<Stats | undefined> {
  const stats = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error
    return undefined
  })
  if (stats === undefined || stats.isFile()) return stats
  if (stats.isSymbolicLink()) throw obstacle('ELOOP', 'it is a symbolic link; write to what it leads to')
  if (stats.isDirectory()) throw obstacle('EISDIR', 'it is a directory')
  throw obstacle('ERR_LIST_NOT_A_FILE', 'it is not a regular file')
}

function obstacle(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

import { resolve as absolutePath } from 'node:path'
import {
  DiscoveryError,
  type Endpoint,
  escapeText,
  formatEndpoint,
  quoteText,
  systemClock,
} from '@pstorage/discovery-core'
import { checkedEndpoint } from './checked-endpoint.js'
import { decodeList } from './decode-list.js'
import { ListComments } from './list-comments.js'
import { errorCode } from './list-fault.js'
import { shownPath } from './list-source.js'
import { readListFile } from './read-list-file.js'
import { replaceFile } from './replace-file.js'

/** How {@link writeBootstrapList} writes. */
export interface WriteBootstrapListOptions {
  /**
   * Keep the comments of the list that is there; default false. Those at the top and at the end stay; one above an entry,
   * or behind it on its line, stays above that entry, and goes when the entry does.
   */
  readonly keepComments?: boolean | undefined
}

/**
 * Writes a `bs.list`, one `IP:PORT` a line, in the order given and each once.
 *
 * It is written beside the old one, flushed to the disk, and takes its place by a rename: a reader never sees half of it,
 * and what goes wrong leaves the old one as it was and nothing beside it. Mode, owner and group of the old one are kept; a
 * new one has mode 0644. Directories are not made, and a symbolic link in the place of the file is not followed.
 *
 * @throws DiscoveryError `ERR_ENDPOINT_INVALID` for an address that cannot be that of a metadata server,
 * `ERR_OPTION_INVALID` for any other wrong argument; the file has not been looked at then.
 * @throws Error with the `code` of the operating system (`ENOSPC`, `EACCES`, `ENOENT`, ...), `path` as given and the
 * original error as `cause`: `ELOOP` for a link, `EISDIR` for a directory, `EPERM` when the owner cannot be kept; or with
 * a `ListFaultCode`, for what is no regular file or a list whose comments cannot be read.
 * @see pstorage-discovery(7), Discovery via bootstrap lists
 */
export async function writeBootstrapList(
  file: string,
  endpoints: readonly (string | Endpoint)[],
  options: WriteBootstrapListOptions = {},
): Promise<void> {
  if (typeof file !== 'string' || file === '' || file.includes('\0')) {
    throw new DiscoveryError('ERR_OPTION_INVALID', `not a path of a file: ${quoteText(String(file))}`)
  }
  if (!Array.isArray(endpoints)) throw new DiscoveryError('ERR_OPTION_INVALID', 'endpoints must be a list of them')
  const lines = [...new Set(endpoints.map((endpoint) => formatEndpoint(checkedEndpoint(endpoint))))]
  const path = absolutePath(file)
  try {
    const comments = new ListComments(options.keepComments ? await textOf(path) : '')
    await replaceFile(path, comments.around(lines))
  } catch (error) {
    throw writeError(file, error)
  }
}

const mostBytes = 1024 * 1024

/** The text of the list that is there; empty when there is none. */
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

/** `cause` is an error of the system, or a fault of the list that is there. */
function writeError(file: string, cause: unknown): Error {
  const { code, message } = cause as Error & { readonly code: unknown }
  const error = new Error(`cannot write ${shownPath(file)}: ${escapeText(message, { maxLength: 1024 })}`, { cause })
  return Object.assign(error, { code, path: file })
}

import { DEFAULT_MDS_PORT, type Endpoint } from '@pstorage/discovery-core'
import { checkedLimit, checkedPort } from './checked-option.js'
import { ListReader } from './list-reader.js'
import { shownPath } from './list-source.js'

/** One usable entry of a bootstrap list. */
export interface BootstrapEntry {
  readonly endpoint: Endpoint
  /** Where it stands first, counted from 1. */
  readonly line: number
  /** Counted from 1, in UTF-16 code units; a byte order mark does not count. */
  readonly column: number
}

/**
 * What an operator should mend in a list.
 *
 * - `bootstrap-entry-invalid`: not an address with a port; ignored
 * - `bootstrap-address-refused`: an address at which no server can listen for others; ignored
 * - `bootstrap-address-local`: an address that means this host or this link alone; used
 * - `bootstrap-comment-trailing`: a `#` that does not start its line; the rest of the line is ignored
 * - `bootstrap-too-many-entries`: the list is longer than `maxEntries`; the rest of it is ignored
 */
export type BootstrapListWarningCode =
  | 'bootstrap-entry-invalid'
  | 'bootstrap-address-refused'
  | 'bootstrap-address-local'
  | 'bootstrap-comment-trailing'
  | 'bootstrap-too-many-entries'

/** One thing to mend, and where. */
export interface BootstrapListWarning {
  readonly code: BootstrapListWarningCode
  /** One escaped line that starts with the place: `FILE:LINE:COLUMN`, or `line LINE, column COLUMN`. */
  readonly message: string
  readonly line: number
  readonly column: number
}

/** A bootstrap list, read. */
export interface BootstrapList {
  /** Each address and port once, in the order of the text. */
  readonly entries: readonly BootstrapEntry[]
  /** In the order of the text. */
  readonly warnings: readonly BootstrapListWarning[]
}

/** How {@link parseBootstrapList} reads. */
export interface ParseBootstrapListOptions {
  /** The file that the text came from, for messages. */
  readonly file?: string | undefined
  /** Only what the manual page describes: IPv4 addresses, each with its port, and `#` in the first column; default false. */
  readonly strict?: boolean | undefined
  /** The port of an address written without one, 1 to 65535; default 2510. */
  readonly defaultPort?: number | undefined
  /** How many entries are read, good ones and bad ones; default 10 000, `Infinity` lifts it. */
  readonly maxEntries?: number | undefined
}

/** How many entries of a list are read unless told otherwise. */
export const DEFAULT_MAX_ENTRIES = 10_000

/**
 * Reads the text of a `bs.list`: addresses separated by commas, blanks, tabs and semicolons, and lines of comment.
 *
 * Beyond the manual page, as real files have it: an address without a port takes the default one, `[IPv6]:PORT` works,
 * a comment may be indented, lines may end in CRLF or CR, and a byte order mark is skipped. A bad entry is a warning and
 * never costs a good one.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` when an option cannot work; never because of the text.
 * @see pstorage-discovery(7), Discovery via bootstrap lists
 */
export function parseBootstrapList(text: string, options: ParseBootstrapListOptions = {}): BootstrapList {
  const { file, strict = false, defaultPort = DEFAULT_MDS_PORT, maxEntries = DEFAULT_MAX_ENTRIES } = options
  checkedPort('defaultPort', defaultPort)
  checkedLimit('maxEntries', maxEntries)
  const reader = new ListReader(text, {
    file: file === undefined ? undefined : shownPath(file),
    strict,
    defaultPort: strict ? null : defaultPort,
    maxEntries,
    hostNames: false,
  })
  reader.readAll()
  return { entries: reader.entries, warnings: reader.warnings }
}

import { checkedPort, checkOptionNames, DEFAULT_MDS_PORT, DiscoveryError } from '@pstorage/discovery-core'
import { ListFault } from './list-fault.js'
import { type BootstrapEntry, type BootstrapListWarning, ListReader } from './list-reader.js'
import { formatPath } from './list-source.js'

/** The entries and the warnings of one bootstrap list. */
export interface BootstrapList {
  /** Each address and port once, in the order of the text. */
  readonly entries: readonly BootstrapEntry[]
  /** In the order of the text. */
  readonly warnings: readonly BootstrapListWarning[]
}

/** Options of {@link parseBootstrapList}. */
export interface ParseBootstrapListOptions {
  /** The file that the text came from, for messages. */
  readonly file?: string | undefined
  /** Only what the manual page describes: IPv4 addresses, each with its port, and `#` in the first column; default false. */
  readonly strict?: boolean | undefined
  /** The port of an address written without one, 1 to 65535; default 2510. */
  readonly defaultPort?: number | undefined
  /** The most entries that are read, good ones and bad ones; default 10 000, `Infinity` lifts it. */
  readonly maxEntries?: number | undefined
}

/** Every option, for the check of their names. */
const optionNames = { file: 'other', strict: 'other', defaultPort: 'other', maxEntries: 'other' } as const

/** The most entries that are read of a list by default. */
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
  checkOptionNames('parseBootstrapList', options, optionNames)
  const { file, strict = false, defaultPort = DEFAULT_MDS_PORT, maxEntries = DEFAULT_MAX_ENTRIES } = options
  checkedPort('defaultPort', defaultPort)
  validateLimit('maxEntries', maxEntries)
  const reader = new ListReader(text, {
    file: file === undefined ? undefined : formatPath(file),
    strict,
    defaultPort: strict ? null : defaultPort,
    maxEntries,
    hostNames: false,
  })
  reader.readAll()
  return { entries: reader.entries, warnings: reader.warnings }
}

/**
 * Returns a limit that is a whole number from 1 on, or `Infinity`.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`
 */
export function validateLimit(name: string, value: number): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value >= 1)) return value
  throw new DiscoveryError('ERR_OPTION_INVALID', `${name} must be a whole number from 1 on, or Infinity: ${value}`)
}

/**
 * Decodes the text of a list. Bytes that are not UTF-8 become U+FFFD, so that they spoil the entry that they are in and no other.
 *
 * @throws ListFault `malformed` when the bytes are UTF-16, in which no entry can be recognized.
 */
export function decodeList(bytes: Uint8Array): string {
  if (isUtf16(bytes)) {
    throw new ListFault('malformed', 'ERR_LIST_MALFORMED', 'the list is UTF-16; save it as UTF-8 or ASCII')
  }
  return new TextDecoder().decode(bytes)
}

function isUtf16(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  // Without a byte order mark: in an address of ASCII every other byte is zero.
  const [, , third = 1, fourth = 1] = bytes
  const looksLike =
    (first === 0) !== (second === 0) && (first === 0) === (third === 0) && (second === 0) === (fourth === 0)
  return hasMark || looksLike
}

import {
  addressConcern,
  DEFAULT_MDS_PORT,
  DiscoveryError,
  type Endpoint,
  escapeText,
  parseEndpoint,
  quoteText,
} from '@pstorage/discovery-core'
import { checkedLimit, checkedPort } from './checked-option.js'
import { KnownEndpoints } from './known-endpoints.js'
import { ListScanner } from './list-scanner.js'
import { PlainEndpointReader } from './plain-endpoint.js'
import { unusualCharacter } from './unusual-character.js'

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
  const { strict = false } = options
  const rules: ListRules = {
    file: options.file === undefined ? undefined : escapeText(options.file, { maxLength: longestPath }),
    strict,
    defaultPort: strict ? null : checkedPort('defaultPort', options.defaultPort ?? DEFAULT_MDS_PORT),
    maxEntries: checkedLimit('maxEntries', options.maxEntries ?? DEFAULT_MAX_ENTRIES),
  }
  const reader = new ListReader(text, rules)
  reader.readAll()
  return { entries: reader.entries, warnings: reader.warnings }
}

const longestPath = 4096

interface ListRules {
  readonly file: string | undefined
  readonly strict: boolean
  readonly defaultPort: number | null
  readonly maxEntries: number
}

class ListReader {
  readonly entries: BootstrapEntry[] = []
  readonly warnings: BootstrapListWarning[] = []
  readonly #text: string
  readonly #rules: ListRules
  readonly #scanner: ListScanner
  readonly #plain = new PlainEndpointReader()
  readonly #known = new KnownEndpoints()

  constructor(text: string, rules: ListRules) {
    this.#text = text
    this.#rules = rules
    this.#scanner = new ListScanner(text)
  }

  readAll(): void {
    const { maxEntries } = this.#rules
    let count = 0
    for (let item = this.#scanner.next(); item !== undefined; item = this.#scanner.next()) {
      if (item === 'comment') {
        this.#readComment()
        continue
      }
      if (count === maxEntries) {
        this.#warn('bootstrap-too-many-entries', `the list has more than ${maxEntries} entries; the rest is ignored`)
        return
      }
      count += 1
      this.#readEntry()
    }
  }

  #readComment(): void {
    const { strict } = this.#rules
    const { column, leading } = this.#scanner
    if (column === 1 || (leading && !strict)) return
    const remedy = strict ? 'a comment starts in the first column' : 'a comment needs a line of its own'
    this.#warn('bootstrap-comment-trailing', `the line is ignored from "#" on: ${remedy}`)
  }

  #readEntry(): void {
    const { start, end } = this.#scanner
    const plain = this.#plain
    const isPlain = plain.read(this.#text, start, end) && !plain.special
    const port = isPlain && plain.port > 0 ? plain.port : this.#rules.defaultPort
    if (!isPlain || port === null) this.#readUnusual(this.#text.slice(start, end))
    else if (this.#known.addPlain(plain.bits, port)) this.#add(this.#text.slice(start, plain.addressEnd), port)
  }

  #readUnusual(text: string): void {
    const { strict, defaultPort } = this.#rules
    try {
      const endpoint = parseEndpoint(text, { defaultPort })
      if (strict && text.startsWith('[')) this.#refuse(text, strictFault(text))
      else if (this.#isAcceptable(endpoint, text) && this.#known.add(endpoint))
        this.#add(endpoint.address, endpoint.port)
    } catch (error) {
      if (!DiscoveryError.isInstance(error)) throw error
      this.#refuse(text, error.message)
    }
  }

  #isAcceptable({ address }: Endpoint, text: string): boolean {
    const concern = addressConcern(address)
    if (concern === undefined) return true
    const what = `${quoteText(text)} ${concern.reason}`
    if (concern.level === 'warn') this.#warn('bootstrap-address-local', what)
    else this.#warn('bootstrap-address-refused', `${what}; ignored`)
    return concern.level === 'warn'
  }

  #add(address: string, port: number): void {
    const { line, column } = this.#scanner
    this.entries.push({
      endpoint: { address, port, host: null, priority: null, weight: null, ttl: null },
      line,
      column,
    })
  }

  #refuse(text: string, fault: string): void {
    const hint = unusualCharacter(text)
    this.#warn('bootstrap-entry-invalid', hint === undefined ? fault : `${fault}; ${hint}`)
  }

  #warn(code: BootstrapListWarningCode, what: string): void {
    const { file } = this.#rules
    const { line, column } = this.#scanner
    const place = file === undefined ? `line ${line}, column ${column}` : `${file}:${line}:${column}`
    this.warnings.push({ code, message: `${place}: ${what}`, line, column })
  }
}

function strictFault(text: string): string {
  return `invalid endpoint ${quoteText(text, { maxLength: 80 })}: the strict grammar has no brackets`
}

import { addressConcern, type Endpoint, formatEndpoint, quoteText } from '@pstorage/discovery-core'
import { ListScanner } from './list-scanner.js'
import {
  endpointFault,
  type HostAndPort,
  PlainEndpointReader,
  readEndpoint,
  readHost,
  unusualCharacter,
} from './read-entry.js'

/** One usable entry of a bootstrap list. */
export interface BootstrapEntry {
  readonly endpoint: Endpoint
  /** The line of its first occurrence, counted from 1. */
  readonly line: number
  /** Counted from 1, in UTF-16 code units; a byte order mark does not count. */
  readonly column: number
}

/**
 * The code of something that an operator should fix in a list.
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

/** Something to fix in a list, with its position. */
export interface BootstrapListWarning {
  readonly code: BootstrapListWarningCode
  /** One escaped line that starts with the position: `FILE:LINE:COLUMN`, or `line LINE, column COLUMN`. */
  readonly message: string
  readonly line: number
  readonly column: number
}

/** Options of a {@link ListReader}. */
interface ListReaderOptions {
  /** Escaped. */
  readonly file: string | undefined
  readonly strict: boolean
  /** `null`: a port must be written. */
  readonly defaultPort: number | null
  readonly maxEntries: number
  /** True to read host names too; the strict grammar has none. */
  readonly hostNames: boolean
}

/** A host name of a list, with its position. */
export interface ListHostEntry extends HostAndPort {
  readonly line: number
  readonly column: number
  /** The number of usable entries before it. */
  readonly entriesBefore: number
}

/** Reads one list, from the first item to the last. */
export class ListReader {
  readonly entries: BootstrapEntry[] = []
  /** The host names, in the order of the text; empty unless `hostNames` is set. */
  readonly hosts: ListHostEntry[] = []
  readonly warnings: BootstrapListWarning[] = []
  readonly #text: string
  readonly #options: ListReaderOptions
  readonly #scanner: ListScanner
  readonly #plain = new PlainEndpointReader()
  readonly #known = new KnownEndpoints()

  constructor(text: string, options: ListReaderOptions) {
    this.#text = text
    this.#options = options
    this.#scanner = new ListScanner(text)
  }

  readAll(): void {
    const { maxEntries } = this.#options
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
    const { strict } = this.#options
    const { column, leading } = this.#scanner
    if (column === 1 || (leading && !strict)) return
    const remedy = strict ? 'a comment starts in the first column' : 'a comment needs a line of its own'
    this.#warn('bootstrap-comment-trailing', `the line is ignored from "#" on: ${remedy}`)
  }

  #readEntry(): void {
    const { start, end } = this.#scanner
    const plain = this.#plain
    const isPlain = plain.read(this.#text, start, end) && !plain.special
    const port = isPlain && plain.port > 0 ? plain.port : this.#options.defaultPort
    // Stryker disable next-line ConditionalExpression: a shortcut: the long way comes to the same
    if (!isPlain || port === null) this.#readUnusual(this.#text.slice(start, end))
    else if (this.#known.addPlain(plain.bits, port)) this.#add(this.#text.slice(start, plain.addressEnd), port)
  }

  #readUnusual(text: string): void {
    const { strict, defaultPort } = this.#options
    const endpoint = readEndpoint(text, defaultPort)
    if (endpoint === undefined) this.#readHost(text)
    else if (strict && text.startsWith('[')) this.#refuse(text, () => strictFault(text))
    else if (this.#isAcceptable(endpoint, text) && this.#known.add(endpoint)) this.#add(endpoint.address, endpoint.port)
  }

  #readHost(text: string): void {
    const { hostNames, defaultPort } = this.#options
    const host = hostNames ? readHost(text, defaultPort) : undefined
    const { line, column } = this.#scanner
    if (host === undefined) this.#refuse(text, () => endpointFault(text, defaultPort))
    else this.hosts.push({ ...host, line, column, entriesBefore: this.entries.length })
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

  #refuse(text: string, fault: () => string): void {
    const { line, column } = this.#scanner
    const position = this.#position(line, column)
    this.warnings.push({
      code: 'bootstrap-entry-invalid',
      // To format the message takes longer than to find the fault, and of many warnings few are read.
      get message() {
        const hint = unusualCharacter(text)
        return hint === undefined ? `${position}: ${fault()}` : `${position}: ${fault()}; ${hint}`
      },
      line,
      column,
    })
  }

  #warn(code: BootstrapListWarningCode, what: string): void {
    const { line, column } = this.#scanner
    this.warnings.push({ code, message: `${this.#position(line, column)}: ${what}`, line, column })
  }

  #position(line: number, column: number): string {
    const { file } = this.#options
    return file === undefined ? `line ${line}, column ${column}` : `${file}:${line}:${column}`
  }
}

function strictFault(text: string): string {
  return `invalid endpoint ${quoteText(text, { maxLength: 80 })}: the strict grammar has no brackets`
}

/** The endpoints that a list has had so far. */
class KnownEndpoints {
  // By number: a lookup takes half the time of one by text (bench: bs-list-1000000). Nearly every address has one port.
  readonly #plain = new Map<number, number | Set<number>>()
  readonly #others = new Set<string>()
  readonly #reader = new PlainEndpointReader()

  /** Adds an endpoint; false when it is there already. */
  add(endpoint: Endpoint): boolean {
    const text = formatEndpoint(endpoint)
    if (this.#reader.read(text, 0, text.length)) return this.addPlain(this.#reader.bits, endpoint.port)
    const size = this.#others.size
    return this.#others.add(text).size > size
  }

  /** Adds an IPv4 address, as a signed 32-bit number, with its port. */
  addPlain(bits: number, port: number): boolean {
    const known = this.#plain.get(bits)
    if (known === undefined) {
      this.#plain.set(bits, port)
      return true
    }
    if (typeof known === 'number') {
      // Stryker disable next-line ConditionalExpression: a set of the one port says the same
      if (known !== port) this.#plain.set(bits, new Set([known, port]))
      return known !== port
    }
    const size = known.size
    return known.add(port).size > size
  }
}

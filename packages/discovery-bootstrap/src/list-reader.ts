import { addressConcern, type Endpoint, quoteText } from '@pstorage/discovery-core'
import type { BootstrapEntry, BootstrapListWarning, BootstrapListWarningCode } from './bootstrap-list.js'
import { KnownEndpoints } from './known-endpoints.js'
import { ListScanner } from './list-scanner.js'
import { PlainEndpointReader } from './plain-endpoint.js'
import { endpointFault, readEndpoint } from './read-endpoint.js'
import { type ListHost, readHost } from './read-host.js'
import { unusualCharacter } from './unusual-character.js'

/** How a {@link ListReader} reads. */
export interface ListRules {
  /** Escaped. */
  readonly file: string | undefined
  readonly strict: boolean
  /** `null`: a port must be written. */
  readonly defaultPort: number | null
  readonly maxEntries: number
  /** Whether host names are read too; the strict grammar has none. */
  readonly hostNames: boolean
}

/** A host name of a list, and where it stands. */
export interface PlacedHost extends ListHost {
  readonly line: number
  readonly column: number
  /** How many usable entries stand before it. */
  readonly entriesBefore: number
}

/** Reads one list, from the first item to the last. */
export class ListReader {
  readonly entries: BootstrapEntry[] = []
  /** The host names, in the order of the text; none unless they are asked for. */
  readonly hosts: PlacedHost[] = []
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
    const endpoint = readEndpoint(text, defaultPort)
    if (endpoint === undefined) this.#readHost(text)
    else if (strict && text.startsWith('[')) this.#refuse(text, () => strictFault(text))
    else if (this.#isAcceptable(endpoint, text) && this.#known.add(endpoint)) this.#add(endpoint.address, endpoint.port)
  }

  #readHost(text: string): void {
    const { hostNames, defaultPort } = this.#rules
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
    const place = this.#place(line, column)
    this.warnings.push({
      code: 'bootstrap-entry-invalid',
      // Finding the words takes longer than finding the fault, and of many warnings few are read.
      get message() {
        const hint = unusualCharacter(text)
        return hint === undefined ? `${place}: ${fault()}` : `${place}: ${fault()}; ${hint}`
      },
      line,
      column,
    })
  }

  #warn(code: BootstrapListWarningCode, what: string): void {
    const { line, column } = this.#scanner
    this.warnings.push({ code, message: `${this.#place(line, column)}: ${what}`, line, column })
  }

  #place(line: number, column: number): string {
    const { file } = this.#rules
    return file === undefined ? `line ${line}, column ${column}` : `${file}:${line}:${column}`
  }
}

function strictFault(text: string): string {
  return `invalid endpoint ${quoteText(text, { maxLength: 80 })}: the strict grammar has no brackets`
}

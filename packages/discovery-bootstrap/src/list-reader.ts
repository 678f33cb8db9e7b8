import { addressConcern, DiscoveryError, type Endpoint, parseEndpoint, quoteText } from '@pstorage/discovery-core'
import type { BootstrapEntry, BootstrapListWarning, BootstrapListWarningCode } from './bootstrap-list.js'
import { KnownEndpoints } from './known-endpoints.js'
import { ListScanner } from './list-scanner.js'
import { PlainEndpointReader } from './plain-endpoint.js'
import { unusualCharacter } from './unusual-character.js'

/** How a {@link ListReader} reads. */
export interface ListRules {
  /** Escaped. */
  readonly file: string | undefined
  readonly strict: boolean
  /** `null`: a port must be written. */
  readonly defaultPort: number | null
  readonly maxEntries: number
}

/** Reads one list, from the first item to the last. */
export class ListReader {
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

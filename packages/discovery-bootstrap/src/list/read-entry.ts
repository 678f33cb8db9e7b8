import {
  addressConcern,
  canonicalAddress,
  DiscoveryError,
  type Endpoint,
  formatEndpoint,
  parseEndpoint,
  quoteText,
  readPort,
} from '@pstorage/discovery-core'

const DOT = 0x2e
const COLON = 0x3a
const ZERO = 0x30

/**
 * Reads `IPv4` and `IPv4:PORT`, as nearly all entries are: a subset of what `parseEndpoint` reads, with the same results.
 *
 * Long lists are read in a third of the time (bench: bs-list-1000000).
 */
export class PlainEndpointReader {
  /** The address read last, as a signed 32-bit number. */
  bits = 0
  /** The offset in the text at which it ends. */
  addressEnd = 0
  /** The port read last; 0 when none was written. */
  port = 0

  /** Reads the text from `start` to `end`; false when it is anything else, right or wrong. */
  read(text: string, start: number, end: number): boolean {
    let bits = 0
    let dots = 0
    let number = 0
    let digits = 0
    let addressEnd = -1
    for (let offset = start; offset < end; offset += 1) {
      const code = text.charCodeAt(offset)
      const digit = code - ZERO
      if (digit >= 0 && digit <= 9) {
        // A leading zero: octal to some, decimal to others, and so neither.
        if (digits > 0 && number === 0) return false
        number = number * 10 + digit
        digits += 1
        if (number > 65_535) return false
      } else {
        // Stryker disable next-line EqualityOperator: no address ends at the start of the text
        if (digits === 0 || number > 255 || addressEnd >= 0) return false
        if (code === DOT) dots += 1
        // Stryker disable next-line ConditionalExpression: a colon that comes too early leaves too few dots, which is refused at the end
        else if (code === COLON && dots === 3) addressEnd = offset
        else return false
        bits = (bits << 8) | number
        number = 0
        digits = 0
      }
    }
    if (dots !== 3 || digits === 0) return false
    // Stryker disable next-line EqualityOperator: no address ends at the start of the text
    if (addressEnd < 0) {
      if (number > 255) return false
      bits = (bits << 8) | number
      number = 0
      addressEnd = end
    } else if (number === 0) return false
    this.bits = bits
    this.port = number
    this.addressEnd = addressEnd
    return true
  }

  /** True when the address starts with a number that `addressConcern` may object to. */
  get special(): boolean {
    const first = this.bits >>> 24
    // Stryker disable next-line ConditionalExpression: a shortcut: the long way comes to the same
    return first === 0 || first === 127 || first === 169 || first >= 224
  }
}

/**
 * Reads what `parseEndpoint` reads; `undefined` where that throws, since a list can be bad from end to end, and an
 * exception takes longer than thousands of good entries. {@link endpointFault} says what was wrong.
 */
export function readEndpoint(text: string, defaultPort: number | null): Endpoint | undefined {
  return text.startsWith('[') ? readBracketed(text, defaultPort) : readPlain(text, defaultPort)
}

/** Explains why {@link readEndpoint} does not read a text. */
export function endpointFault(text: string, defaultPort: number | null): string {
  try {
    parseEndpoint(text, { defaultPort })
  } catch (error) {
    // It throws nothing else.
    return (error as DiscoveryError).message
  }
  throw new Error(`this is an endpoint: ${text}`)
}

function readPlain(text: string, defaultPort: number | null): Endpoint | undefined {
  const reader = new PlainEndpointReader()
  if (!reader.read(text, 0, text.length)) return undefined
  return endpointOf(text.slice(0, reader.addressEnd), reader.port === 0 ? defaultPort : reader.port)
}

function readBracketed(text: string, defaultPort: number | null): Endpoint | undefined {
  const close = text.indexOf(']')
  const address = canonicalAddress(text.slice(1, Math.max(close, 1)))
  if (address === undefined || !text.slice(1, close).includes(':')) return undefined
  if (close === text.length - 1) return endpointOf(address, defaultPort)
  return text[close + 1] === ':' ? endpointOf(address, readPort(text.slice(close + 2)) ?? null) : undefined
}

function endpointOf(address: string, port: number | null): Endpoint | undefined {
  return port === null ? undefined : { address, port, host: null, priority: null, weight: null, ttl: null }
}

/** A host name in a list instead of an address, with its port. */
export interface HostAndPort {
  /** Without a trailing dot. */
  readonly host: string
  readonly port: number
}

// The last label begins with a letter: what begins with a digit there is a mistyped address.
const hostRule = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/
const longestLabel = 63
const longestHost = 253

/** Reads `HOST` and `HOST:PORT`; `undefined` for anything else, and without a port when there is no default (RFC 1123 section 2.1). */
export function readHost(text: string, defaultPort: number | null): HostAndPort | undefined {
  const colon = text.indexOf(':')
  // Stryker disable next-line EqualityOperator: a text that starts with a colon has no host either way
  const written = colon < 0 ? text : text.slice(0, colon)
  const host = written.endsWith('.') ? written.slice(0, -1) : written
  // Stryker disable next-line EqualityOperator: a text that starts with a colon has no host either way
  const port = colon < 0 ? defaultPort : readPort(text.slice(colon + 1))
  if (port === undefined || port === null || host.length > longestHost || !hostRule.test(host)) return undefined
  return host.split('.').every((label) => label.length <= longestLabel) ? { host, port } : undefined
}

/**
 * Names the first character of an entry that is not allowed, and its replacement; `undefined` when all are
 * printable ASCII. Word processors and input methods insert such look-alikes.
 */
export function unusualCharacter(text: string): string | undefined {
  const character = /[^\x21-\x7e]/u.exec(text)?.[0]
  if (character === undefined) return undefined
  if (character === '\ufffd') return 'it has bytes that are not UTF-8'
  const name = `U+${(character.codePointAt(0) as number) /* there is a character */
    .toString(16)
    .toUpperCase()
    .padStart(4, '0')}`
  // Stryker disable next-line Regex: a mutant of it is not a valid expression
  if (/[\p{Z}\v\f\u0085]/u.test(character)) {
    return `${name} does not separate; write a comma, an ordinary blank, a tab or a semicolon`
  }
  if (/\p{Nd}/u.test(character)) return `${name} is a digit of another script; write 0 to 9`
  if (/[\p{Pd}\u2212]/u.test(character)) return `${name} is not the ASCII "-"`
  const plain = character.normalize('NFKC')
  if (/^[\x21-\x7e]$/.test(plain)) return `${name} is not the ASCII "${plain}"`
  return /\p{C}/u.test(character) ? `it has the invisible character ${name}` : `it has the character ${name}`
}

/**
 * Returns an endpoint with its address in canonical form.
 *
 * @throws DiscoveryError `ERR_ENDPOINT_INVALID`, naming it, when it cannot be that of a metadata server.
 */
export function validateEndpoint(input: string | Endpoint): Endpoint {
  const endpoint = typeof input === 'string' ? parseEndpoint(input) : { ...input, ...canonicalPart(input) }
  const concern = addressConcern(endpoint.address)
  if (concern?.level === 'refuse')
    throw invalid(typeof input === 'string' ? input : formatEndpoint(input), concern.reason)
  return endpoint
}

function invalid(text: string, reason: string): DiscoveryError {
  return new DiscoveryError('ERR_ENDPOINT_INVALID', `invalid endpoint ${quoteText(text)}: it ${reason}`)
}

/** Checks the address and port of an endpoint and returns them in canonical form. */
function canonicalPart(endpoint: Endpoint): Pick<Endpoint, 'address' | 'port'> {
  // Callers without types may pass anything.
  if (typeof endpoint?.address !== 'string') throw invalid(String(endpoint), 'has no address')
  const { address, port } = parseEndpoint(formatEndpoint(endpoint))
  return { address, port }
}

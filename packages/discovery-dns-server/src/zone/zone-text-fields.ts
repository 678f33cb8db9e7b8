import { type Octets, type WireName, wireNameFromText } from '@pstorage/dns-message'
import { quote } from '../name-server-error.js'
import { maxStringLength } from './zone.js'
import { type Entry, type TextPosition, type Token, zoneTextError } from './zone-text-scanner.js'

const longestTime = 2 ** 31 - 1

/** The fields of one entry, from left to right. Errors carry the position of the field. */
export class Fields {
  readonly #entry: Entry
  #next = 0

  constructor(entry: Entry) {
    this.#entry = entry
  }

  /** Returns the next field without consuming it. */
  peek(): Token | undefined {
    return this.#entry.tokens[this.#next]
  }

  /** Consumes the next field; `what` names it in the error when it is missing. */
  take(what: string): Token {
    const token = this.peek()
    if (token === undefined) throw zoneTextError(`${what} is missing`, endOf(this.#entry))
    this.#next++
    return token
  }

  /** Rejects remaining fields. */
  expectEnd(): void {
    const token = this.peek()
    if (token !== undefined) throw zoneTextError(`${quote(token.text)} is one field too many`, token)
  }

  /** A name; without a final dot it is relative to the origin, and `@` is the origin. */
  name(what: string, origin: WireName): WireName {
    return nameOf(this.take(what), origin)
  }

  /** A whole number. */
  number(what: string, most: number): number {
    const token = this.take(what)
    const value = /^[0-9]{1,10}$/.test(token.text) && !token.quoted ? Number(token.text) : Number.NaN
    if (value <= most) return value
    throw zoneTextError(`${what} is ${quote(token.text)}, not a whole number up to ${most}`, token)
  }

  /** A time in seconds, or with units: `90`, `1H`, `1h30m`. */
  seconds(what: string): number {
    const token = this.take(what)
    const value = token.quoted ? undefined : secondsOf(token.text)
    if (value !== undefined && value <= longestTime) return value
    throw zoneTextError(`${what} is ${quote(token.text)}, not a time up to ${longestTime} seconds`, token)
  }

  /** The remaining strings, at least one. */
  strings(): readonly Octets[] {
    const strings = [stringOf(this.take('the text'))]
    while (this.peek() !== undefined) strings.push(stringOf(this.take('the text')))
    return strings
  }
}

/** The position after the last field, where a missing one belongs. */
function endOf({ tokens }: Entry): TextPosition {
  const { line, column, text, quoted } = tokens.at(-1) ?? { line: 1, column: 1, text: '', quoted: false }
  return { line, column: column + text.length + (quoted ? 2 : 0) }
}

/** Parses a name. */
export function nameOf(token: Token, origin: WireName): WireName {
  if (token.quoted) throw zoneTextError('a name cannot be in quotes', token)
  if (token.text === '@') return origin
  try {
    return wireNameFromText(token.text, origin)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it is not a name'
    throw zoneTextError(`${quote(token.text)} is not a name: ${reason}`, token, cause)
  }
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** Reads `3600`, `1H` or `1h30m`; `undefined` when the text is none of these. The units are BIND's. */
export function secondsOf(text: string): number | undefined {
  if (/^[0-9]{1,10}$/.test(text)) return Number(text)
  if (!/^([0-9]{1,10}[smhdw])+$/i.test(text)) return undefined
  let seconds = 0
  for (const [, digits, unit = ''] of text.matchAll(/([0-9]+)([a-z])/gi)) {
    seconds += Number(digits) * (unitSeconds[unit.toLowerCase()] ?? 0)
  }
  return seconds
}

/** The bytes of a character-string: `\DDD` is a byte, `\` before anything else takes it literally, the rest is UTF-8. */
function stringOf(token: Token): Octets {
  const octets = token.text.includes('\\') ? unescaped(token) : octetsFromUtf8(token.text)
  if (octets.length <= maxStringLength) return octets
  throw zoneTextError(
    `the string has ${octets.length} bytes, and a character-string holds ${maxStringLength}; split it into several`,
    token,
  )
}

function unescaped(token: Token): Octets {
  return token.text.replace(/\\([0-9]{3})|\\(.)|[^\\]+/gsu, (match, digits?: string, literal?: string) => {
    if (digits !== undefined) return byteOf(digits, token)
    if (literal !== undefined && /[0-9]/.test(literal)) {
      throw zoneTextError('a backslash before a digit needs three of them', token)
    }
    return octetsFromUtf8(literal ?? match)
  })
}

function octetsFromUtf8(text: string): Octets {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function byteOf(digits: string, position: TextPosition): Octets {
  const value = Number(digits)
  if (value > 255) throw zoneTextError(`\\${digits} is not a byte`, position)
  return String.fromCharCode(value)
}

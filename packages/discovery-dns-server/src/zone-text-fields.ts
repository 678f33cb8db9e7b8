import { type Octets, octetsFromUtf8 } from './octets.js'
import { quote } from './quote.js'
import { longestString } from './record-bytes.js'
import { type WireName, wireNameFromText } from './wire-name.js'
import { type Entry, type Place, type Token, zoneTextError } from './zone-text-scanner.js'

const longestTime = 2 ** 31 - 1

/** The fields of one entry, taken from left to right. Whatever is wrong with one is thrown with its place. */
export class Fields {
  readonly #entry: Entry
  #next = 0

  constructor(entry: Entry) {
    this.#entry = entry
  }

  /** The next field, if there is one, without taking it. */
  peek(): Token | undefined {
    return this.#entry.tokens[this.#next]
  }

  /** The next field; `what` names it where it is missing. */
  take(what: string): Token {
    const token = this.peek()
    if (token === undefined) throw zoneTextError(`${what} is missing`, endOf(this.#entry))
    this.#next++
    return token
  }

  /** Refuses fields that are left over. */
  end(): void {
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

  /** The strings that are left, at least one. */
  strings(): readonly Octets[] {
    const strings = [stringOf(this.take('the text'))]
    while (this.peek() !== undefined) strings.push(stringOf(this.take('the text')))
    return strings
  }
}

/** The place behind the last field: that of one that is missing. */
function endOf({ tokens }: Entry): Place {
  const { line, column, text, quoted } = tokens.at(-1) ?? { line: 1, column: 1, text: '', quoted: false }
  return { line, column: column + text.length + (quoted ? 2 : 0) }
}

/** The name that a word stands for. */
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
  if (octets.length <= longestString) return octets
  throw zoneTextError(
    `the string has ${octets.length} bytes, and a character-string holds ${longestString}; split it into several`,
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

function byteOf(digits: string, place: Place): Octets {
  const value = Number(digits)
  if (value > 255) throw zoneTextError(`\\${digits} is not a byte`, place)
  return String.fromCharCode(value)
}

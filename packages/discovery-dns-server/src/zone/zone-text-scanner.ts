import { NameServerError } from '../name-server-error.js'

/** A position in zone text; both count from 1. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** A word or a quoted string of zone text, its escapes still in it. */
export interface Token extends TextPosition {
  readonly text: string
  readonly quoted: boolean
}

/** One record or directive, which parentheses may spread over several lines. */
export interface Entry {
  readonly tokens: readonly Token[]
  /** True if the line begins with a blank: the owner is then that of the record before. */
  readonly ownerOmitted: boolean
}

/** An error of zone text at a position. */
export function zoneTextError(message: string, position: TextPosition, cause?: unknown): NameServerError {
  const { line, column } = position
  const text = `zone text, line ${line}, column ${column}: ${message}`
  return new NameServerError('ERR_ZONE_INVALID', text, cause === undefined ? { line, column } : { line, column, cause })
}

/**
 * Splits zone text into entries (RFC 1035 section 5.1): it drops comments, joins lines in parentheses and splits words at blanks.
 *
 * @throws NameServerError `ERR_ZONE_INVALID` for a quote or parenthesis without its partner, and for a backslash at
 * the end of a line.
 */
export function* scanZoneText(text: string): Generator<Entry> {
  const scanner = new Scanner(text)
  for (let entry = scanner.entry(); entry !== undefined; entry = scanner.entry()) yield entry
}

const blank = /[ \t]/
const lineEnd = /[\r\n]/g
const wordEnd = /[ \t\r\n;()"\\]/g

class Scanner {
  readonly #text: string
  #at = 0
  #line = 1
  #lineStart = 0

  constructor(text: string) {
    this.#text = text
    if (text.startsWith('\ufeff')) this.#lineStart = this.#at = 1
  }

  /** The next entry that has tokens. */
  entry(): Entry | undefined {
    const tokens: Token[] = []
    const open: TextPosition[] = []
    let ownerOmitted = this.#startsBlank()
    for (let character = this.#text[this.#at]; character !== undefined; character = this.#text[this.#at]) {
      if (character === '\n' || character === '\r') {
        this.#newLine()
        if (open.length > 0) continue
        if (tokens.length > 0) return { tokens, ownerOmitted }
        ownerOmitted = this.#startsBlank()
      } else if (character === ';') this.#at = this.#find(lineEnd)
      else if (character === '(') open.push(this.#step())
      else if (character === ')') {
        const position = this.#step()
        if (open.pop() === undefined) throw zoneTextError('")" without "("', position)
      } else if (character === '"') tokens.push(this.#string())
      else if (blank.test(character)) this.#at++
      else tokens.push(this.#word())
    }
    const [unclosed] = open
    if (unclosed !== undefined) throw zoneTextError('"(" without ")"', unclosed)
    return tokens.length > 0 ? { tokens, ownerOmitted } : undefined
  }

  #word(): Token {
    const position = this.#position()
    const start = this.#at
    this.#at = this.#find(wordEnd)
    while (this.#text[this.#at] === '\\') {
      this.#skipEscape()
      this.#at = this.#find(wordEnd)
    }
    return { text: this.#text.slice(start, this.#at), quoted: false, ...position }
  }

  #string(): Token {
    const position = this.#step()
    const start = this.#at
    for (let character = this.#text[this.#at]; character !== '"'; character = this.#text[this.#at]) {
      if (character === undefined || character === '\n' || character === '\r') {
        throw zoneTextError('the quoted string does not end on its line', position)
      }
      if (character === '\\') this.#skipEscape()
      else this.#at++
    }
    this.#at++
    return { text: this.#text.slice(start, this.#at - 1), quoted: true, ...position }
  }

  // The character behind a backslash never ends a word; digits that follow are read with the word.
  #skipEscape(): void {
    const next = this.#text[this.#at + 1]
    if (next === undefined || next === '\n' || next === '\r') {
      throw zoneTextError('a backslash at the end of the line', this.#position())
    }
    this.#at += 2
  }

  #find(pattern: RegExp): number {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.index ?? this.#text.length
  }

  #newLine(): void {
    this.#at += this.#text.startsWith('\r\n', this.#at) ? 2 : 1
    this.#line++
    this.#lineStart = this.#at
  }

  #startsBlank(): boolean {
    return blank.test(this.#text[this.#at] ?? '')
  }

  #step(): TextPosition {
    const position = this.#position()
    this.#at++
    return position
  }

  #position(): TextPosition {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 }
  }
}

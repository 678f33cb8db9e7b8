/** A piece of a list: an entry is text between separators; a comment runs from `#` to the end of its line. */
type ListItem = 'entry' | 'comment'

const byteOrderMark = '\ufeff'
const HASH = 0x23
const CARRIAGE_RETURN = 0x0d
const LINE_FEED = 0x0a
const TAB = 0x09
const BLANK = 0x20
const COMMA = 0x2c
const SEMICOLON = 0x3b

/**
 * Splits the text of a list into entries and comments, in one pass.
 *
 * LF, CR and CRLF end a line; comma, semicolon, blank and tab separate. Every other character belongs to an entry, so
 * that a look-alike of a separator makes an invalid entry.
 */
export class ListScanner {
  readonly #text: string
  readonly #entryEnd = /[,; \t\r\n]/g
  readonly #lineEnd = /[\r\n]/g
  #lineStart: number
  /** The line of the item, from 1. */
  line = 1
  /** The offset of the item in the text. */
  start = 0
  /** The offset of its end. */
  end: number
  /** True when only blanks and tabs are before it on its line. */
  // Stryker disable next-line BooleanLiteral: it is set before the first item is looked for
  leading = true

  constructor(text: string) {
    this.#text = text
    this.#lineStart = text.startsWith(byteOrderMark) ? 1 : 0
    this.end = this.#lineStart
  }

  /** The column of the item, from 1. */
  get column(): number {
    return this.start - this.#lineStart + 1
  }

  /** Moves to the next item; `undefined` at the end of the text. */
  next(): ListItem | undefined {
    const text = this.#text
    this.leading = this.end === this.#lineStart
    for (let offset = this.end; offset < text.length; offset += 1) {
      const code = text.charCodeAt(offset)
      if (code === LINE_FEED || code === CARRIAGE_RETURN) {
        if (code === CARRIAGE_RETURN && text.charCodeAt(offset + 1) === LINE_FEED) offset += 1
        this.line += 1
        this.#lineStart = offset + 1
        this.leading = true
      } else if (code === COMMA || code === SEMICOLON) {
        this.leading = false
      } else if (code !== BLANK && code !== TAB) {
        this.start = offset
        this.end = this.#find(code === HASH ? this.#lineEnd : this.#entryEnd, offset)
        return code === HASH ? 'comment' : 'entry'
      }
    }
    this.end = text.length
    return undefined
  }

  #find(pattern: RegExp, from: number): number {
    pattern.lastIndex = from
    return pattern.test(this.#text) ? pattern.lastIndex - 1 : this.#text.length
  }
}

/** A word, a quoted string, or a sign of a key file. */
export interface KeyFileToken {
  /** `unfinished`: a quotation or a comment that does not end. */
  readonly kind: 'word' | 'quoted' | '{' | '}' | ';' | 'end' | 'unfinished'
  /** Without quotation marks. */
  readonly text: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
}

const blank = /(?:\s+|(?:\/\/|#)[^\n\r]*|\/\*[\s\S]*?\*\/)*/y
const quoted = /"[^"\n\r]*"/y
// A comment begins between words only: an unquoted secret may hold "//".
const word = /[^\s{};"]+/y

/** Cuts the text of a key file into tokens, as BIND's configuration has them. */
export class KeyFileScanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  next(): KeyFileToken {
    this.#at = this.#endOf(blank)
    const sign = this.#text[this.#at]
    if (sign === undefined) return this.#token('end', '')
    if (sign === '{' || sign === '}' || sign === ';') return this.#token(sign, sign)
    if (this.#text.startsWith('/*', this.#at)) return this.#token('unfinished', '')
    if (sign !== '"') return this.#token('word', this.#text.slice(this.#at, this.#endOf(word)))
    const end = this.#endOf(quoted)
    if (end === 0) return this.#token('unfinished', '')
    return this.#token('quoted', this.#text.slice(this.#at + 1, end - 1), end - this.#at)
  }

  /** Where what stands here ends; 0 where it is none. */
  #endOf(pattern: RegExp): number {
    pattern.lastIndex = this.#at
    pattern.test(this.#text)
    return pattern.lastIndex
  }

  #token(kind: KeyFileToken['kind'], text: string, length: number = text.length): KeyFileToken {
    const before = this.#text.slice(0, this.#at)
    const line = before.split(/\r\n|\n|\r/).length
    const column = this.#at - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'))
    this.#at += length
    return { kind, text, line, column }
  }
}

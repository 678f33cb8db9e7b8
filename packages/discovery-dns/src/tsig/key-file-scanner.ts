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

const blank = /(?:[\s\uFEFF]+|(?:\/\/|#)[^\n\r]*|\/\*[\s\S]*?\*\/)*/y
const quoted = /"([^"\n\r]*)"/y
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
    this.#at += this.#match(blank)?.[0].length ?? 0
    const sign = this.#text[this.#at]
    if (sign === undefined) return this.#token('end', '')
    if (sign === '{' || sign === '}' || sign === ';') return this.#token(sign, sign)
    if (this.#text.startsWith('/*', this.#at)) return this.#token('unfinished', '')
    if (sign !== '"') return this.#token('word', this.#match(word)?.[0] ?? '')
    const [whole, inside] = this.#match(quoted) ?? []
    if (whole === undefined || inside === undefined) return this.#token('unfinished', '')
    return this.#token('quoted', inside, whole.length)
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)
  }

  #token(kind: KeyFileToken['kind'], text: string, length: number = text.length): KeyFileToken {
    const lines = this.#text.slice(0, this.#at).split(/\r\n|\n|\r/)
    this.#at += length
    return { kind, text, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
  }
}

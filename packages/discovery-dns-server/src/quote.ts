import { inspect } from 'node:util'

// Controls, format characters (bidi, zero width), separators and lone surrogates could drive or deceive a terminal.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

const longest = 80

/** A value that somebody gave, in quotes, escaped and cut to 80 characters, for use in an error message. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY })
  const cut = text.length > longest ? `${text.slice(0, longest)}...` : text
  return `'${cut.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replace(unsafe, escaped)}'`
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

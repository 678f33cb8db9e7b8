import { escapeText } from '@pstorage/discovery-core'

/** Printable ASCII, which needs no escaping. */
const PLAIN = /^[\x20-\x7e]*$/

/** Makes one field of text safe to show on a terminal. */
export type TerminalText = (text: string) => string

/** Longer fields are cut. */
const LONGEST_FIELD = 1_000

/**
 * Returns a function that escapes control characters and what the locale cannot show: outside of a UTF-8 locale, all but ASCII.
 *
 * Text that is escaped already stays as it is: a backslash is not escaped.
 */
export function terminalText(environment: Readonly<Record<string, string | undefined>>): TerminalText {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || ''
  const showsUnicode = /utf-?8/i.test(locale)
  return (text) => {
    if (text.length <= LONGEST_FIELD && PLAIN.test(text)) return text
    const cut = text.length > LONGEST_FIELD ? `${text.slice(0, LONGEST_FIELD)}...` : text
    const safe = cut.split('\\').map(escapePiece).join('\\')
    return showsUnicode ? safe : safe.replace(/[^\x20-\x7e]/gu, escapeCodePoint)
  }
}

function escapePiece(piece: string): string {
  return escapeText(piece, { maxLength: Number.POSITIVE_INFINITY })
}

function escapeCodePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}

/** Returns one escaped line of ASCII, for comments in files. */
export function asciiText(text: string): string {
  return escapeText(text).replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

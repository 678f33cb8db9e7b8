// Anything that moves the cursor, hides, reorders or splits text: controls, format characters (bidi, zero width),
// line and paragraph separators, lone surrogates, private use and unassigned code points.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu
// Most text is printable ASCII without a backslash, and those classes take as long to compile as a short answer to read.
const plain = /^[ -[\]-~]*$/

/** Lengths of escaped text, in characters before escaping. */
export interface EscapeOptions {
  /** Longer text is cut and ends in `...`; default 256. */
  readonly maxLength?: number
}

/**
 * Makes text that came from a network or a file safe for a terminal, a log line or an error message.
 *
 * Control and format characters become `\xHH` or `\u{...}`, and a backslash is doubled, so that the result is one line,
 * unambiguous, and cannot drive a terminal.
 */
export function escapeText(text: string, { maxLength = 256 }: EscapeOptions = {}): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}...` : text
  if (plain.test(cut)) return cut
  return cut.replaceAll('\\', '\\\\').replace(unsafe, escapeCharacter)
}

/** The same in single quotes, for use inside a sentence. */
export function quoteText(text: string, options?: EscapeOptions): string {
  return `'${escapeText(text, options).replaceAll("'", "\\'")}'`
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

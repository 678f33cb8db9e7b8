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

/** More differences than this are another word, not a slip of the finger. */
const MOST_DIFFERENCES = 2
/** No word or name is longer, and comparing takes time in the product of the lengths. */
const LONGEST_WORD = 63

/** The one of `words` that a mistyped text most likely means, or `undefined` when none is near. */
export function closestWord(text: string, words: readonly string[]): string | undefined {
  if (text.length > LONGEST_WORD) return undefined
  let closest: string | undefined
  // Half of a short word is another word.
  let fewest = Math.min(MOST_DIFFERENCES, text.length >> 1) + 1
  for (const word of words) {
    if (Math.abs(word.length - text.length) >= fewest) continue
    const count = editDistance(text, word)
    if (count >= fewest) continue
    closest = word
    fewest = count
  }
  return closest
}

/**
 * Counts how many letters must be put in, left out, replaced or exchanged with their neighbour to make one text of the
 * other (the distance of Damerau and Levenshtein, in which no letter is changed twice).
 */
export function editDistance(from: string, to: string): number {
  const [letters, others] = [[...from], [...to]]
  const first = Array.from({ length: others.length + 1 }, (_, index) => index)
  let [before, above]: readonly [readonly number[], readonly number[]] = [first, first]
  for (const [row, letter] of letters.entries()) {
    const line = [row + 1]
    for (const [column, other] of others.entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1)
      const isExchanged = row > 0 && column > 0 && letter === others[column - 1] && letters[row - 1] === other
      const exchanged = isExchanged ? (before[column - 1] ?? 0) + 1 : replaced
      line.push(Math.min(replaced, exchanged, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1))
    }
    ;[before, above] = [above, line]
  }
  return above.at(-1) ?? 0
}

/** Writes milliseconds for people: `35 s`, `12 min`, `23 h`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  if (seconds < 120) return `${seconds} s`
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`
}

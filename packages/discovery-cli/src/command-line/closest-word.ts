/** More differences than this are another word, not a slip of the finger. */
const MOST_DIFFERENCES = 2
/** No word or name is longer, and comparing takes time in the product of the lengths. */
const LONGEST_WORD = 63

/** The one of `words` that a mistyped text most likely means, or `undefined` when none is near. */
export function closestWord(text: string, words: readonly string[]): string | undefined {
  if (text.length > LONGEST_WORD) return undefined
  let closest: string | undefined
  let fewest = Math.min(MOST_DIFFERENCES, text.length - 1) + 1
  for (const word of words) {
    if (Math.abs(word.length - text.length) >= fewest) continue
    const count = differences(text, word)
    if (count >= fewest) continue
    closest = word
    fewest = count
  }
  return closest
}

/** How many letters must be put in, left out or replaced to make one text of the other. */
function differences(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, letter] of [...from].entries()) {
    const line = [row + 1]
    for (const [column, other] of [...to].entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1)
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1))
    }
    above = line
  }
  return above.at(-1) ?? 0
}

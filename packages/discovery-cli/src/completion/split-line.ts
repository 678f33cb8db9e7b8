/** Splits the beginning of a shell command line into words; the last is the one that is being typed, maybe empty. */
export function splitLine(line: string): readonly string[] {
  const words: string[] = ['']
  let quote: string | undefined
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? ''
    const isEscaping = character === '\\' && quote !== "'"
    if (isEscaping) index += 1
    if (!isEscaping && quote === undefined && /\s/.test(character)) {
      if (words.at(-1) !== '') words.push('')
    } else if (!isEscaping && (character === quote || (quote === undefined && /['"]/.test(character)))) {
      quote = quote === undefined ? character : undefined
    } else words[words.length - 1] += isEscaping ? (line[index] ?? '') : character
  }
  return words
}

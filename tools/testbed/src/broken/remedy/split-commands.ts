const operator = /(?:\n|&&|\|\||;) */y
/** Plain text, `'...'`, an escaped quote, `$'...'` with the escapes that are needed, and the date of today. */
const piece = /([A-Za-z0-9_./:@%+=,-]+)|'([^'\n]*)'|\\(')|\$'((?:[ -&(-[\]-~]|\\['\\]|\\[0-7]{3})*)'|(\$\(date \+%F\))/y

/**
 * Splits text for a shell into commands, and each into its words as bash reads them. It knows only what a remedy needs.
 *
 * @throws Error for all other syntax: redirections, patterns, variables, substitutions
 */
export function splitCommands(text: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]]
  let place = 0
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = place
    const match = pattern.exec(text)
    place += match?.[0].length ?? 0
    return match
  }
  while (place < text.length) {
    if (next(operator) !== null) {
      commands.push([])
      continue
    }
    const octets: Buffer[] = []
    for (let match = next(piece); match !== null; match = next(piece)) {
      const [, plain, quoted, quote, escaped, date] = match
      octets.push(escaped === undefined ? Buffer.from(plain ?? quoted ?? quote ?? date ?? '') : octetsOf(escaped))
    }
    if (octets.length === 0)
      throw new Error(`this is more than words: ${JSON.stringify(text.slice(place, place + 40))}`)
    commands.at(-1)?.push(Buffer.concat(octets).toString())
    next(/ */y)
  }
  return commands
}

function octetsOf(escaped: string): Buffer {
  const characters = [...escaped.matchAll(/\\([0-7]{3})|\\(.)|(.)/gs)]
  return Buffer.concat(
    characters.map(([, octal, other, plain]) =>
      octal === undefined ? Buffer.from(other ?? plain ?? '') : Buffer.from([Number.parseInt(octal, 8)]),
    ),
  )
}

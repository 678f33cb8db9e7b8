import { widthOf } from './columns.js'

/** Narrower terminals are written to as if they had this width. */
const LEAST_WIDTH = 40

/**
 * Wraps a line between words to the width of a terminal; the lines that follow are indented by `hang` cells, by default by two more
 * than the line. A word that is longer than a line stays whole: the terminal breaks it, and it can still be copied. So does the command
 * at the end of a hint, which is to be pasted. Without a width the line stays as it is.
 */
export function wrapLine(line: string, width: number | undefined, hang?: number): readonly string[] {
  if (width === undefined || widthOf(line) <= width) return [line]
  const [indent = ''] = /^ */.exec(line) ?? []
  const room = Math.max(width, LEAST_WIDTH)
  // Half of the line is left for text.
  const start = ' '.repeat(Math.min(hang ?? indent.length + 2, room >> 1))
  const lines: string[] = []
  let current = ''
  for (const { gap, word } of piecesOf(line)) {
    if (widthOf(current) + gap.length + widthOf(word) <= room || current.trim() === '') current += gap + word
    else {
      lines.push(current)
      current = start + word
    }
  }
  return [...lines, current]
}

/** Wraps a paragraph whose lines are broken in the source, as `wrapLine` does; without a width these stay as they are. */
export function wrapParagraph(text: string, width: number | undefined): string {
  if (width === undefined) return text
  return wrapLine(text.replaceAll('\n', ' '), width, 0).join('\n')
}

/** The words of a line, each with the blanks before it: columns stay aligned where the line is not broken. */
function piecesOf(line: string): readonly { readonly gap: string; readonly word: string }[] {
  const [, prose = line, command = ''] = COMMAND_OF_HINT.exec(line) ?? []
  const pieces = [...prose.matchAll(/( *)([^ ]+)/g)].map(([, gap = '', word = '']) => ({ gap, word }))
  return command === '' ? pieces : [...pieces, { gap: ' ', word: command }]
}

const COMMAND_OF_HINT = /^(hint: .*?|.*; did you mean) ((?:--[a-z]|pstorage-discovery ).*)$/

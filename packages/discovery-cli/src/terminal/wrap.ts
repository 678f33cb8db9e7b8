import { widthOf } from './columns.js'

/** Narrower terminals are written to as if they had this width. */
const LEAST_WIDTH = 40
/** A line that follows keeps this many cells for text, or half of the line. */
const LEAST_TEXT = 36
/** The end of a line of a command that goes on in the next, and the indentation of that. */
const [CONTINUATION, CONTINUED] = [' \\', 4]

/**
 * Wraps a line between words to the width of a terminal; the lines that follow are indented by `hang` cells, by default by two more
 * than the line. A word that is longer than a line stays whole: the terminal breaks it, and it can still be copied. The command at the
 * end of a hint begins a line, and is continued as a shell reads it. Without a width the line stays as it is.
 */
export function wrapLine(line: string, width: number | undefined, hang?: number): readonly string[] {
  if (width === undefined || widthOf(line) <= width) return [line]
  const [indent = ''] = /^ */.exec(line) ?? []
  const room = Math.max(width, LEAST_WIDTH)
  const start = ' '.repeat(Math.min(hang ?? indent.length + 2, Math.max(room >> 1, room - LEAST_TEXT)))
  const lines: string[] = []
  let current = ''
  const [, prose = line, command] = COMMAND_OF_HINT.exec(line) ?? []
  for (const [, gap = '', word = ''] of prose.matchAll(/( *)([^ ]+)/g)) {
    if (widthOf(current) + gap.length + widthOf(word) <= room || current.trim() === '') current += gap + word
    else {
      lines.push(current)
      current = start + word
    }
  }
  if (command === undefined) return [...lines, current]
  if (widthOf(current) + 1 + widthOf(command) <= room) return [...lines, `${current} ${command}`]
  return [...lines, current, ...wrapCommand(`${start}${command}`, width)]
}

/**
 * Wraps a command to the width of a terminal as a shell continues it: after a backslash, between words, and an option with its value.
 * It can be pasted as it is.
 */
export function wrapCommand(line: string, width: number | undefined): readonly string[] {
  if (width === undefined || widthOf(line) <= width) return [line]
  const [indent = ''] = /^ */.exec(line) ?? []
  const room = Math.max(width, LEAST_WIDTH) - CONTINUATION.length
  const lines: string[] = []
  let current = ''
  for (const part of partsOf(line.trimStart())) {
    if (current === '') current = indent + part
    else if (widthOf(current) + 1 + widthOf(part) <= room) current += ` ${part}`
    else {
      lines.push(current + CONTINUATION)
      current = `${indent}${' '.repeat(CONTINUED)}${part}`
    }
  }
  return [...lines, current]
}

/** Wraps a paragraph whose lines are broken in the source, as `wrapLine` does; without a width these stay as they are. */
export function wrapParagraph(text: string, width: number | undefined): string {
  if (width === undefined) return text
  return wrapLine(text.replaceAll('\n', ' '), width, 0).join('\n')
}

/** Returns the words of a command, those in quotes as one, and an option together with its value. */
function partsOf(command: string): readonly string[] {
  const parts: string[] = []
  for (const [word] of command.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+|['"\\]/g)) {
    const before = parts.at(-1) ?? ''
    const belongs = /^-[^\s=]*$/.test(before) && !/^[-<>|]/.test(word)
    if (belongs) parts[parts.length - 1] = `${before} ${word}`
    else parts.push(word)
  }
  return parts
}

const COMMAND_OF_HINT = /^(hint: .*?|.*; did you mean|Try:) ((?:--[a-z]|pstorage-discovery ).*)$/

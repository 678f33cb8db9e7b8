import { styleText } from 'node:util'
import type { AttemptStatus } from '@pstorage/discovery-core'
import type { CliContext, CliStream } from '../context.js'
import { type TerminalText, terminalText } from './terminal-text.js'

/** The meaning of a colour. */
export type Meaning = 'good' | 'bad' | 'warning' | 'aside'

/** The look of lines for people. */
export interface Style {
  /** Colours a text by its meaning, or leaves it plain. */
  readonly paint: (meaning: Meaning, text: string) => string
  readonly show: TerminalText
  /** Set on a terminal: the number of cells of a line. */
  readonly width: number | undefined
  /** The sign for the part of a text that is left out. */
  readonly ellipsis: string
  /** Set where lines are in columns: the width, in cells, of the column with the targets of attempts. */
  readonly targetWidth?: number | undefined
}

const ELLIPSIS = '\u2026'
const formats = { good: 'green', bad: 'red', warning: 'yellow', aside: 'dim' } as const

/**
 * Returns the style for a stream. It has no colours with `--no-color`, `NO_COLOR` (set and not empty) or `TERM=dumb`;
 * `FORCE_COLOR` (set, not empty, not `0`) turns them on where there is no terminal.
 */
export function styleFor(stream: CliStream, env: CliContext['env'], noColor: boolean): Style {
  const show = terminalText(env)
  const width = widthOfTerminal(stream)
  // Only lines of a terminal are cut, and to ask whether the sign can be shown takes time (row cli-resolve of the bench).
  const look = { show, width, ellipsis: width !== undefined && show(ELLIPSIS) === ELLIPSIS ? ELLIPSIS : '...' }
  if (!hasColors(stream, env, noColor)) return { paint: (_, text) => text, ...look }
  return { paint: (meaning, text) => styleText(formats[meaning], text, { validateStream: false }), ...look }
}

/** Returns the meaning of the status of an attempt. */
export function meaningOf(status: AttemptStatus): Meaning {
  switch (status) {
    case 'found':
      return 'good'
    case 'empty':
    case 'silent':
    case 'skipped':
      return 'aside'
    default:
      return 'bad'
  }
}

/** Returns the number of cells of a line of a terminal; `undefined` where the stream is none. */
export function widthOfTerminal({ isTTY, columns }: Pick<CliStream, 'isTTY' | 'columns'>): number | undefined {
  return isTTY === true ? columns || 80 : undefined
}

/** The widest column of targets, and the cells beside it: the method, the status and the time. */
const [WIDEST, BESIDE] = [60, 36]

/** Returns the width of the column with targets; `undefined` where there is no terminal, or one too narrow for columns. */
export function targetWidthOf({ width }: Pick<Style, 'width'>): number | undefined {
  return width !== undefined && width >= 80 ? Math.min(WIDEST, width - BESIDE) : undefined
}

// The environment of the run counts, which need not be that of the process: so `styleText` does not look at it.
function hasColors(stream: CliStream, { NO_COLOR, FORCE_COLOR, TERM }: CliContext['env'], noColor: boolean): boolean {
  if (noColor || NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return stream.isTTY === true && TERM !== 'dumb'
}

import type { AttemptStatus } from '@pstorage/discovery-core'
import type { CliStream } from './cli-stream.js'

/** What a colour means. */
export type Meaning = 'good' | 'bad' | 'warning' | 'aside'

/** Colours a text by its meaning, or leaves it plain. */
export type Paint = (meaning: Meaning, text: string) => string

const colours: Readonly<Record<Meaning, number>> = { good: 32, bad: 31, warning: 33, aside: 2 }

/**
 * Colours for a terminal: none with `--no-color`, `NO_COLOR` (set and not empty) or `TERM=dumb`; `FORCE_COLOR` (set, not
 * empty, not `0`) makes them where there is no terminal.
 */
export function paintFor(
  stream: CliStream,
  environment: Readonly<Record<string, string | undefined>>,
  noColor: boolean,
): Paint {
  if (!isColoured(stream, environment, noColor)) return (_, text) => text
  return (meaning, text) => `\x1b[${colours[meaning]}m${text}\x1b[0m`
}

/** What the status of an attempt means to the reader. */
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

function isColoured(
  stream: CliStream,
  { NO_COLOR, FORCE_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
  noColor: boolean,
): boolean {
  if (noColor || NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return stream.isTTY === true && TERM !== 'dumb'
}

import type { ResolveEvent } from '@pstorage/discovery-core'
import type { PrintSettings } from '../command-line/settings.js'
import type { RunCliOptions } from '../run.js'
import type { Pen } from './attempt-line.js'
import { placeWidth } from './cli-stream.js'
import { paintFor } from './paint.js'
import { StatusLine } from './status-line.js'
import { terminalText } from './terminal-text.js'

/** How a command speaks on stderr: not at all with `--quiet`. */
export interface Voice {
  readonly pen: Pen
  /** Shows what is being asked, and warnings; with `--verbose` each attempt. */
  hear(event: ResolveEvent): void
  say(line: string): void
  /** Says that something should be mended; both are escaped. */
  warn(message: string, code: string): void
  /** Takes away what is shown for the time being; to be called before data is written. */
  clear(): void
}

/** The voice of a command. */
export function voiceOf({ env, stderr }: RunCliOptions, { quiet, verbose, noColor }: PrintSettings): Voice {
  const pen: Pen = { paint: paintFor(stderr, env, noColor), show: terminalText(env), placeWidth: placeWidth(stderr) }
  const asking = stderr.isTTY === true && env.TERM !== 'dumb'
  const status = quiet ? undefined : new StatusLine({ stream: stderr, pen, attempts: verbose, asking })
  return {
    pen,
    hear: (event) => status?.hear(event),
    say: (line) => status?.say(line),
    warn: (message, code) => status?.hear({ type: 'warning', code, message }),
    clear: () => status?.clear(),
  }
}

import type { Writable } from 'node:stream'

/** What `process.stdout` and `process.stderr` are, as far as it matters here. */
export type CliStream = Writable & {
  /** Set on a terminal. */
  readonly isTTY?: boolean | undefined
  /** The width of the terminal in characters. */
  readonly columns?: number | undefined
}

const ignoreError = (): void => {}

/** Keeps a stream that fails from ending the process: whoever writes hears of it from the write itself. */
export function outliveErrors(stream: CliStream): void {
  if (!stream.listeners('error').includes(ignoreError)) stream.on('error', ignoreError)
}

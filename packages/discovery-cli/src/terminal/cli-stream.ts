import type { Writable } from 'node:stream'

/** What `process.stdout` and `process.stderr` are, as far as it matters here. */
export type CliStream = Writable & {
  /** Set on a terminal. */
  readonly isTTY?: boolean | undefined
  /** The width of the terminal in characters. */
  readonly columns?: number | undefined
}

/** How many cells what was asked for gets in the lines about attempts; `undefined` where they are no columns. */
export function placeWidth({ isTTY, columns }: CliStream): number | undefined {
  const width = columns || 80
  return isTTY === true && width >= 80 ? Math.min(60, width - 45) : undefined
}

const ignoreError = (): void => {}

/** Keeps a stream that fails from ending the process: whoever writes hears of it from the write itself. */
export function outliveErrors(stream: CliStream): void {
  if (!stream.listeners('error').includes(ignoreError)) stream.on('error', ignoreError)
}

import { Writable } from 'node:stream'
import type { CliStream } from '../src/context.js'

/** A stream that keeps what is written to it, like a file or like a terminal. */
export interface CapturedStream extends Writable {
  isTTY?: boolean
  columns?: number
  readonly text: string
}

export interface CapturedStreamOptions {
  /** Behaves like a terminal. */
  readonly terminal?: boolean
  /** Every write fails with this. */
  readonly failure?: NodeJS.ErrnoException
}

export function capturedStream({ terminal = false, failure }: CapturedStreamOptions = {}): CapturedStream & CliStream {
  let text = ''
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      if (failure === undefined) text += String(chunk)
      done(failure)
    },
  })
  Object.defineProperty(stream, 'text', { get: () => text })
  if (terminal) Object.assign(stream, { isTTY: true, columns: 120 })
  return stream as CapturedStream // the property has just been defined
}

import type { CliStream } from '../context.js'
import { OutputError, ReaderGoneError } from '../exit-codes.js'

/**
 * Writes data and waits until it is written, so that nothing is lost at the end.
 *
 * @throws ReaderGoneError, OutputError
 */
export async function writeData(stream: CliStream, text: string): Promise<void> {
  if (text === '') return
  try {
    await new Promise<void>((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()))
    })
  } catch (error) {
    throw asOutputError(error)
  }
}

/** The number of characters of one write. */
const BLOCK = 65_536

/** Writes the texts of one turn of the event loop in blocks: a write costs more than a line (rows axfr-bind and axfr-replay of the bench). */
export class BlockWriter {
  readonly #write: (text: string) => Promise<void>
  #waiting: string[] = []
  #size = 0
  #writing: Promise<void> | undefined
  #fail: (reason: unknown) => void = () => {}
  /** Rejects when writing fails, also where nothing more is added. */
  readonly failed: Promise<never> = new Promise((_, reject) => {
    this.#fail = reject
  })

  /** @param write writes a text, and resolves when it is written */
  constructor(write: (text: string) => Promise<void>) {
    this.#write = write
    this.failed.catch(() => {})
  }

  /** Adds a text. Returns a promise where there is no room for more yet; it rejects where writing failed. */
  add(text: string): Promise<void> | undefined {
    this.#waiting.push(text)
    this.#size += text.length
    if (this.#writing === undefined) {
      this.#writing = this.#writeAll()
      this.#writing.catch((reason) => this.#fail(reason))
    }
    return this.#size < BLOCK ? undefined : this.#writing
  }

  /** Resolves when everything is written; rejects where writing failed. */
  async end(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const text = this.#waiting.join('')
      this.#waiting = []
      this.#size = 0
      await this.#write(text)
    }
    this.#writing = undefined
  }
}

function asOutputError(cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  // After the first EPIPE the stream is destroyed, which is all that a second write reports.
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return new ReaderGoneError(message, { cause })
  return new OutputError(`cannot write to stdout: ${message}`, { cause })
}

const ignoreError = (): void => {}

/** Keeps an error of a stream from ending the process: each write reports its own. */
export function ignoreStreamErrors(stream: CliStream): void {
  if (!stream.listeners('error').includes(ignoreError)) stream.on('error', ignoreError)
}

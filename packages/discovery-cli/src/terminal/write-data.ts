import type { CliStream } from './cli-stream.js'

/** The reader of stdout is gone, as in `pstorage-discovery discover | head -1`. */
export class ReaderGoneError extends Error {
  override readonly name = 'ReaderGoneError'
}

/** Stdout could not be written for another reason, such as a full disk. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
}

/**
 * Writes data and waits until it is out of our hands, so that nothing is lost at the end.
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

function asOutputError(cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  // After the first EPIPE the stream is destroyed, and that is all that a second write would say.
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return new ReaderGoneError(message, { cause })
  return new OutputError(`cannot write to stdout: ${message}`, { cause })
}

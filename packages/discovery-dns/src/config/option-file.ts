import { DiscoveryError, type FileError, readRegularFile } from '@pstorage/discovery-core'

/** A file that an option names, as a whole. */
export interface OptionFile {
  readonly text: string
  readonly mode: number
}

/**
 * Reads a file that an option names. It is read again for each question, so it has to be a regular file: a pipe would be empty
 * the second time, and opening it may take for ever.
 *
 * @param what kind of file it is, for messages
 * @throws DiscoveryError `ERR_OPTION_INVALID`; its cause is the error of the system, if there is one
 */
export async function readOptionFile(
  path: string,
  { what, maxOctets }: { readonly what: string; readonly maxOctets: number },
): Promise<OptionFile> {
  try {
    const { bytes, stats } = await readRegularFile(path, { maxOctets })
    return { text: bytes.toString('utf8'), mode: stats.mode }
  } catch (error) {
    // It throws nothing else.
    const { message, cause } = error as FileError
    throw new DiscoveryError('ERR_OPTION_INVALID', `${what} ${message}`, { cause })
  }
}

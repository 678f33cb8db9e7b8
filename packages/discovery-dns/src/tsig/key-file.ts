import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { DiscoveryError, quoteText, type Warning } from '@pstorage/discovery-core'
import { KeyFileReader } from './key-file-reader.js'
import type { TsigKey } from './tsig-key.js'

/** Octets of a key file that are read at most; one key needs about 100. */
const MAX_OCTETS = 65_536
const READABLE_BY_OTHERS = 0o004

/** A key, and what is wrong with its file. */
export interface KeyFile {
  readonly key: TsigKey
  /** `tsig-key-readable` when everybody on this host can read the file. */
  readonly warnings: readonly Warning[]
}

/**
 * Reads a BIND key file: `key "name" { algorithm hmac-sha256; secret "..."; };`, as `tsig-keygen` writes it, with comments
 * of any of BIND's three kinds. Exactly one key may be in it, since a guess which of several is meant may be wrong.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` with line and column, and never with a part of the secret
 */
export function parseKeyFile(text: string): TsigKey {
  return new KeyFileReader(text).read()
}

/**
 * Reads the key in a file.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` when it cannot be read (the cause is the system error) or is none
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const file = quoteText(path)
  const { text, mode } = await readWhole(path, file)
  let key: TsigKey
  try {
    key = parseKeyFile(text)
  } catch (error) {
    // It throws nothing else.
    throw invalid(`key file ${file}: ${(error as DiscoveryError).message}`)
  }
  if ((mode & READABLE_BY_OTHERS) === 0) return { key, warnings: [] }
  const message = `everybody on this host can read the key file ${file}: run "chmod o-r" on it, and change the key`
  return { key, warnings: [{ code: 'tsig-key-readable', message }] }
}

async function readWhole(path: string, file: string): Promise<{ readonly text: string; readonly mode: number }> {
  try {
    // A FIFO would otherwise be waited for.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = await handle.stat()
    if (!stats.isFile()) throw invalid(`key file ${file} is not a regular file`)
    if (stats.size > MAX_OCTETS) throw invalid(`key file ${file} is larger than ${MAX_OCTETS} octets`)
    return { text: await handle.readFile('utf8'), mode: stats.mode }
  } catch (error) {
    if (error instanceof DiscoveryError) throw error
    throw invalid(`key file ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, error)
  }
}

function invalid(message: string, cause?: unknown): DiscoveryError {
  return new DiscoveryError('ERR_OPTION_INVALID', message, { cause })
}

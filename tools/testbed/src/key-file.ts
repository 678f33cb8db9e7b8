import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyStatement, type TransferKey } from './transfer-key.js'

/** A file with a key of transaction signatures. */
export interface KeyFile extends AsyncDisposable {
  /** Its path. */
  readonly file: string
  /** Removes it and its directory. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Writes a BIND key file that only its owner can read (mode 0600) into a temporary directory. */
export async function keyFile(key: TransferKey): Promise<KeyFile> {
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-key-'))
  const file = join(directory, 'transfer.key')
  await writeFile(file, `${keyStatement(key)}\n`, { mode: 0o600 })
  return {
    file,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A resolv.conf in a directory of its own. */
export interface ResolvConfFile extends AsyncDisposable {
  readonly path: string
  write(text: string): Promise<void>
}

/** Makes a resolv.conf with a text, or none when there is no text. */
export async function resolvConfFile(text?: string): Promise<ResolvConfFile> {
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-dns-'))
  const path = join(directory, 'resolv.conf')
  const write = (content: string): Promise<void> => writeFile(path, content)
  if (text !== undefined) await write(text)
  return { path, write, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

import { readFile } from 'node:fs/promises'

/** Reads a file of the package. The single executable has a module of its own in place of this one. */
export async function packageFile(path: 'package.json' | 'schema/v1.json'): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
}

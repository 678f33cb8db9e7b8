import { readFile } from 'node:fs/promises'

/** The text of a file that is packed beside the code. */
export async function packageFile(path: 'package.json' | 'schema/v1.json'): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
}

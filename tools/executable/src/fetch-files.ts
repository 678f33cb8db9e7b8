import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './run-program.js'

/**
 * Fetches a package from the registry, and puts some of its files below `package` in `folder`. Nothing in it is run.
 *
 * @throws Error when it has not the hash that it should have.
 */
export const fetchFiles = async (
  specifier: string,
  integrity: string,
  files: readonly string[],
  folder: string,
): Promise<void> => {
  const printed = await runProgram('npm', [
    'pack',
    specifier,
    '--silent',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ])
  const tarball = join(folder, printed.trim())
  const hash = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
  if (hash !== integrity) throw new Error(`${specifier} has the hash ${hash}, and should have ${integrity}`)
  await runProgram('tar', ['-xzf', tarball, '-C', folder, ...files.map((file) => `package/${file}`)])
}

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The folder of this package, in which a program finds it and the packages that it needs. */
export const packageFolder: string = fileURLToPath(new URL('..', import.meta.url))

/** Builds the package, for programs that load it as it is installed; quick when nothing has changed. */
export async function buildPackage(): Promise<void> {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  await promisify(execFile)(`${root}/node_modules/.bin/tsc`, ['-b', 'packages/discovery-dns'], { cwd: root })
}

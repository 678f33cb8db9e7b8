import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** A program of the system, and the Debian package that brings it. */
export interface Program {
  readonly name: string
  readonly debianPackage: string
}

/**
 * The path of a program: on PATH, or where servers are, which the PATH of a user leaves out.
 *
 * @throws Error that names the package when it is not installed.
 */
export async function findProgram({ name, debianPackage }: Program): Promise<string> {
  const { PATH = '' } = process.env
  for (const directory of [...PATH.split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    const path = join(directory, name)
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (directory !== '' && runs) return path
  }
  throw new Error(`${name} is not installed; install ${debianPackage}`)
}

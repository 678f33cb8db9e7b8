import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Tarballs } from './install-alone.js'
import { runCommand } from './run-command.js'

/** The result of a global installation of a command. */
export interface GlobalInstall {
  /** The folder of its commands. */
  readonly bin: string
  readonly files: number
  readonly kibibytes: number
}

/** Installs the packages as `npm install --global` does, into an empty folder in place of the system's. */
export const installGlobally = async (
  names: readonly string[],
  tarballs: Tarballs,
  folder: string,
): Promise<GlobalInstall> => {
  mkdirSync(folder)
  const paths = names.map((name) => tarballs.get(name) ?? name)
  const flags = ['--global', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
  await runCommand('npm', ['install', ...flags, ...paths], folder)
  const files = readdirSync(join(folder, 'lib'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size)
  const octets = files.reduce((sum, size) => sum + size, 0)
  return { bin: join(folder, 'bin'), files: files.length, kibibytes: Math.ceil(octets / 1024) }
}

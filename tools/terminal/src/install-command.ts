import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Packs every package into the folder `packages` of `home`, and installs the command below `prefix` from there. */
export const installCommand = async (prefix: string, home: string): Promise<void> => {
  const packages = join(home, 'packages')
  mkdirSync(packages)
  await run('npx', ['-y', 'pnpm@12', '--filter', './packages/*', 'pack', '--pack-destination', packages], { cwd: root })
  for (const name of readdirSync(packages))
    renameSync(join(packages, name), join(packages, name.replace(VERSION, '.tgz')))
  // The command has no use for the name server.
  rmSync(join(packages, 'pstorage-discovery-dns-server.tgz'))
  const paths = readdirSync(packages).map((name) => join(packages, name))
  await run('npm', ['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', ...paths])
}

const VERSION = /-\d[^/]*\.tgz$/
const root = fileURLToPath(new URL('../../..', import.meta.url))
const run = promisify(execFile)

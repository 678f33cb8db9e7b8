import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Finding } from '../finding.js'
import { readWorkspace } from '../read-workspace.js'
import type { WorkspaceFolder } from '../workspace.js'
import { checkCommand } from './check-command.js'
import { compareInstalled } from './compare-installed.js'
import { EXPECTED_INSTALLS, type ExpectedInstall } from './expected-installs.js'
import { hasLibraries, installAlone, type Tarballs } from './install-alone.js'
import { runCommand } from './run-command.js'

/** Packs every package, installs each alone in an empty folder, compares what arrived, and uses it; then the command for all. */
export const checkInstalls = async (root: string): Promise<readonly Finding[]> => {
  const packages = readWorkspace(root).folders.filter((folder) => folder.kind === 'package')
  const place = mkdtempSync(join(tmpdir(), 'check-installs-'))
  try {
    const tarballs = await packAll(packages, root, place)
    const alone = await Promise.all(packages.map((folder) => checkInstall(folder, tarballs, place)))
    return [...alone.flat(), ...(await checkCommand(tarballs, join(place, 'global')))]
  } finally {
    rmSync(place, { recursive: true })
  }
}

const packAll = async (packages: readonly WorkspaceFolder[], root: string, place: string): Promise<Tarballs> => {
  await runCommand('pnpm', ['--filter', './packages/*', 'pack', '--pack-destination', place], root)
  return new Map(
    packages.map(({ manifest }) => {
      const name = String(manifest.name)
      return [name, join(place, `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)]
    }),
  )
}

const checkInstall = async (
  { path, manifest }: WorkspaceFolder,
  tarballs: Tarballs,
  place: string,
): Promise<readonly Finding[]> => {
  const name = String(manifest.name)
  const finding = (problem: string, remedy: string): readonly Finding[] => [
    { rule: 'install', file: path, problem, remedy, severity: 'error' },
  ]
  const expected = EXPECTED_INSTALLS[name]
  if (expected === undefined) return finding('its dependencies are not listed', 'add it to expected-installs.ts')
  const folder = join(place, path)
  mkdirSync(folder, { recursive: true })
  try {
    const installed = await installAlone(name, tarballs, folder, hasLibraries(expected.brings))
    const difference = compareInstalled(installed, [name, ...expected.brings])
    if (difference !== '') return finding(difference, 'fix its dependencies, or decide in expected-installs.ts')
    return await prove(folder, expected, finding)
  } catch (error) {
    return finding(`does not work once installed: ${error instanceof Error ? error.message : error}`, 'see its output')
  }
}

const prove = async (
  folder: string,
  { proof, prints }: ExpectedInstall,
  finding: (problem: string, remedy: string) => readonly Finding[],
): Promise<readonly Finding[]> => {
  const printed = await runCommand(process.execPath, ['--input-type=module', '--eval', proof], folder)
  if (printed === prints) return []
  return finding(`prints ${JSON.stringify(printed)} once installed`, `it should print ${JSON.stringify(prints)}`)
}

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SCOPE } from '../manifest.js'
import { runCommand } from './run-command.js'

/** The packed packages: path of the tarball by name. */
export type Tarballs = ReadonlyMap<string, string>

/**
 * Installs one package with npm into an empty folder, as if ours were published, and resolves to the names of all
 * that is there then. Nothing is fetched unless `libraries` says that the package brings some.
 */
export const installAlone = async (
  name: string,
  tarballs: Tarballs,
  folder: string,
  libraries: boolean,
): Promise<readonly string[]> => {
  const specifiers = new Map([...tarballs].map(([packed, path]) => [packed, pathToFileURL(path).href]))
  const { [name]: wanted, ...overrides } = Object.fromEntries(specifiers)
  const manifest = { private: true, type: 'module', dependencies: { [name]: wanted }, overrides }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', libraries ? '--prefer-offline' : '--offline']
  await runCommand('npm', ['install', ...flags], folder)
  return installedBelow(join(folder, 'node_modules'))
}

/** Returns true where something in the list comes from elsewhere. */
export const hasLibraries = (names: readonly string[]): boolean => names.some((name) => !name.startsWith(SCOPE))

const installedBelow = (modules: string): readonly string[] =>
  readdirSync(modules, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name === 'package.json')
    .map((entry) => join(entry.parentPath, entry.name).split('node_modules/').at(-1) ?? '')
    .map((path) => /^((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1])
    .filter((name) => name !== undefined)
    .toSorted()

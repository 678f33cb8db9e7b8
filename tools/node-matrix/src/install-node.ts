import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A Node.js that can be run. */
export interface InstalledNode {
  /** As it says itself, such as `v24.21.0`. */
  readonly version: string
  /** The folder that holds `node`. */
  readonly folder: string
}

/** The folder that keeps the Node.js of each release line from one run to the next. */
const cache = fileURLToPath(new URL('../node_modules/.cache/nodes', import.meta.url))

/**
 * Installs the newest Node.js of a release line from the npm registry, as the package that holds nothing but its binary:
 * no script runs.
 *
 * @throws Error when there is none for this system, or the registry cannot be reached.
 */
export async function installNode(release: string): Promise<InstalledNode> {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const root = join(cache, release)
  await mkdir(root, { recursive: true })
  const settings = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-online', '--loglevel=error']
  await run('npm', ['install', ...settings, '--prefix', root, `${name}@${release}`])
  const folder = join(root, 'node_modules', name, 'bin')
  const { stdout } = await run(join(folder, 'node'), ['--version'])
  return { version: stdout.trim(), folder }
}

const run = promisify(execFile)

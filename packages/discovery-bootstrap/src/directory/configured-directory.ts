import { stat } from 'node:fs/promises'
import { resolve as absolutePath, dirname } from 'node:path'
import { type Clock, DiscoveryError, quoteText } from '@pstorage/discovery-core'
import { ListFault } from '../list/list-fault.js'
import { formatPath } from '../list/list-source.js'
import { ClustersDirectory, settleTime } from './clusters-directory.js'

/** The default directories of lists, one for each of the two names of the product. */
export const DEFAULT_DIRECTORIES: readonly string[] = ['/etc/pstorage/clusters', '/etc/vstorage/clusters']

/**
 * One clusters directory of a resolver. It is expected to exist when it was named by an option, or existed when this
 * resolver read it before.
 */
export class ConfiguredDirectory {
  readonly path: string
  #isExpected: boolean

  constructor(path: string, { isExpected }: { readonly isExpected: boolean }) {
    this.path = path
    this.#isExpected = isExpected
  }

  /** True when its absence is an obstacle; otherwise its absence means that lists are not configured here. */
  get isExpected(): boolean {
    return this.#isExpected
  }

  /** Records that the directory exists: from now on its absence is an obstacle. */
  noteRead(): void {
    this.#isExpected = true
  }
}

/** Returns the directories of a resolver: those of the option, else the default ones. @throws DiscoveryError `ERR_OPTION_INVALID` */
export function configureDirectories(directories: readonly string[] | undefined): readonly ConfiguredDirectory[] {
  const isExpected = directories !== undefined
  const paths = validateDirectories(directories ?? DEFAULT_DIRECTORIES)
  return paths.map((path) => new ConfiguredDirectory(path, { isExpected }))
}

/** Returns the directories as absolute paths, each once. @throws DiscoveryError `ERR_OPTION_INVALID` */
function validateDirectories(directories: readonly string[]): readonly string[] {
  if (directories.length === 0) throw new DiscoveryError('ERR_OPTION_INVALID', 'directories must name at least one')
  for (const directory of directories) {
    if (typeof directory === 'string' && directory !== '' && !directory.includes('\0')) continue
    throw new DiscoveryError('ERR_OPTION_INVALID', `not a path of a directory: ${quoteText(String(directory))}`)
  }
  return [...new Set(directories.map((directory) => absolutePath(directory)))]
}

/**
 * Opens a directory; `undefined` when it is missing and not expected. When the parent has just changed, the directory may
 * be in the middle of a replacement, and is opened again.
 *
 * @throws ListFault `unavailable` when it is missing and expected, and as {@link ClustersDirectory.open} does
 */
export async function openDirectory(
  configured: ConfiguredDirectory,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<ClustersDirectory | undefined> {
  const { path } = configured
  for (let tries = 1; ; tries += 1) {
    const directory = await ClustersDirectory.open(path)
    if (directory !== undefined) {
      configured.noteRead()
      return directory
    }
    if (configured.isExpected) {
      throw new ListFault('unavailable', 'ENOENT', `there is no directory ${formatPath(path)}`)
    }
    if (tries === mostTries || !(await hasFreshParent(path))) return undefined
    await clock.sleep(settleTime, signal)
  }
}

const mostTries = 3

/** Resolves to true when the nearest directory above that exists has changed within the last 100 ms. */
async function hasFreshParent(path: string): Promise<boolean> {
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    const stats = await stat(parent).catch(() => undefined)
    if (stats !== undefined) return Math.abs(Date.now() - stats.ctimeMs) <= settleTime
    if (parent === dirname(parent)) return false
  }
}

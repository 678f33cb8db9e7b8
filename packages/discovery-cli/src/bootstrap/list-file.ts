import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ClusterName, clusterNameFault, clusterNameKey, quoteText } from '@pstorage/discovery-core'
import { UsageError } from '../command-line/usage-error.js'

/** The name of a directory of a cluster and the file in it. */
export interface ListPlace {
  readonly directory: string
  readonly file: string
}

/**
 * Finds where the list of a cluster is, or would be: in the directory that is spelled exactly so, else in the one whose name
 * differs in letter case alone, else in a new one.
 *
 * @throws UsageError where several differ in letter case alone
 */
export async function listPlace(clustersDirectory: string, cluster: ClusterName): Promise<ListPlace> {
  const names = await namesIn(clustersDirectory)
  const alike = names.filter((name) => clusterNameFault(name) === undefined && sameKey(name, cluster))
  const name = alike.includes(cluster) ? cluster : (alike[0] ?? cluster)
  if (alike.length > 1 && name !== cluster) {
    const quoted = alike.toSorted().map((each) => quoteText(each))
    throw new UsageError(`which of ${quoted.join(' and ')} in ${quoteText(clustersDirectory)}? Spell it exactly`)
  }
  const directory = join(clustersDirectory, name)
  return { directory, file: join(directory, 'bs.list') }
}

/**
 * Makes a directory, and those above it. Level by level: the `recursive` of Node.js never ends where a system answers ENOENT
 * to making a directory in one that exists, as below `/proc`.
 */
export async function makeDirectory(directory: string): Promise<void> {
  const error = await faultOfMaking(directory)
  if (error?.code === 'EEXIST' && (await stat(directory)).isDirectory()) return
  if (error?.code === 'ENOENT' && dirname(directory) !== directory) {
    await makeDirectory(dirname(directory))
    await mkdir(directory, { mode: 0o755 })
  } else if (error !== undefined) throw error
}

async function faultOfMaking(directory: string): Promise<NodeJS.ErrnoException | undefined> {
  return mkdir(directory, { mode: 0o755 }).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  )
}

async function namesIn(directory: string): Promise<readonly string[]> {
  // Where it cannot be read, writing the list says why.
  return readdir(directory).catch(() => [])
}

function sameKey(name: string, cluster: ClusterName): boolean {
  return clusterNameKey(name as ClusterName) === clusterNameKey(cluster) // a name without a fault
}

import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ClusterName, clusterNameFault, clusterNameKey, quoteText } from '@pstorage/discovery-core'
import { UsageError } from '../../exit-codes.js'

/** The directory of a cluster and the list in it. */
export interface ListFile {
  readonly directory: string
  readonly file: string
}

/**
 * Finds the list of a cluster, or the path for a new one: in the directory with exactly this name, else in the one whose name
 * differs in letter case alone, else in a new one.
 *
 * @throws UsageError where several differ in letter case alone
 */
export async function findListFile(clustersDirectory: string, cluster: ClusterName): Promise<ListFile> {
  const names = await namesIn(clustersDirectory)
  const alike = names.filter((name) => clusterNameFault(name) === undefined && sameKey(name, cluster))
  const name = alike.includes(cluster) ? cluster : (alike[0] ?? cluster)
  if (alike.length > 1 && name !== cluster) {
    const quoted = alike.toSorted().map((each) => quoteText(each))
    throw new UsageError(
      `the cluster name is ambiguous: ${quoteText(clustersDirectory)} has ${quoted.join(' and ')}; spell it exactly`,
    )
  }
  const directory = join(clustersDirectory, name)
  return { directory, file: join(directory, 'bs.list') }
}

/**
 * Makes a directory and its parents. Level by level: the `recursive` of Node.js never returns where a system answers ENOENT
 * to making a directory in one that exists, as below `/proc`.
 */
export async function makeDirectory(directory: string): Promise<void> {
  const error = await mkdirError(directory)
  if (error?.code === 'EEXIST' && (await stat(directory)).isDirectory()) return
  if (error?.code === 'ENOENT' && dirname(directory) !== directory) {
    await makeDirectory(dirname(directory))
    await mkdir(directory, { mode: 0o755 })
  } else if (error !== undefined) throw error
}

async function mkdirError(directory: string): Promise<NodeJS.ErrnoException | undefined> {
  return mkdir(directory, { mode: 0o755 }).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  )
}

async function namesIn(directory: string): Promise<readonly string[]> {
  // Where it cannot be read, writing the list reports the reason.
  return readdir(directory).catch(() => [])
}

function sameKey(name: string, cluster: ClusterName): boolean {
  return clusterNameKey(name as ClusterName) === clusterNameKey(cluster) // a name without a fault
}

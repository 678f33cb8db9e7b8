import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A temporary directory of clusters, as `/etc/pstorage/clusters` is one. */
export interface ClustersDirectory extends AsyncDisposable {
  /** Its absolute path. */
  readonly path: string
  /** The path of a cluster's list, whether it is there or not. */
  listPath(cluster: string): string
  /** Writes the list of a cluster, over the one that is there. */
  write(cluster: string, list: string | Uint8Array): Promise<void>
  /** Removes it and all that is in it. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Makes a temporary directory with a `bs.list` for each cluster; `null` makes the directory of a cluster without one.
 *
 * Names may break the rule for cluster names, but not leave the directory.
 *
 * @throws RangeError for a name that is not a single path component.
 */
export async function clustersDirectory(
  lists: Readonly<Record<string, string | Uint8Array | null>> = {},
): Promise<ClustersDirectory> {
  for (const cluster of Object.keys(lists)) checkComponent(cluster)
  const path = await mkdtemp(join(tmpdir(), 'pstorage-clusters-'))
  const listPath = (cluster: string): string => join(path, checkComponent(cluster), 'bs.list')
  const write = async (cluster: string, list: string | Uint8Array): Promise<void> => {
    const file = listPath(cluster)
    await mkdir(join(path, cluster), { recursive: true })
    await writeFile(file, list)
  }
  try {
    for (const [cluster, list] of Object.entries(lists)) {
      if (list === null) await mkdir(join(path, cluster))
      else await write(cluster, list)
    }
  } catch (error) {
    await rm(path, { recursive: true, force: true })
    throw error
  }
  return {
    path,
    listPath,
    write,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true })
    },
  }
}

function checkComponent(name: string): string {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)) return name
  throw new RangeError(`not a name for a directory: ${JSON.stringify(name)}`)
}

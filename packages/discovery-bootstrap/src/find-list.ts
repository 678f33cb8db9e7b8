import { stat } from 'node:fs/promises'
import type { ClusterName } from '@pstorage/discovery-core'
import type { ClustersDirectory, ListPlace } from './clusters-directory.js'
import { errorCode } from './list-fault.js'
import { type ListFile, type ReadListFileOptions, readListFile } from './read-list-file.js'

/** What one clusters directory has for a cluster. `name` is as the directory spells it. */
export type FoundList =
  | {
      readonly kind: 'list'
      readonly name: ClusterName
      readonly file: ListFile
      /** The cluster whose directory the list is in, when links lead to another one. */
      readonly linkedTo: string | undefined
    }
  | { readonly kind: 'no-list'; readonly name: ClusterName }
  | { readonly kind: 'absent' }

/**
 * Looks for the list of a cluster and reads it: the exact spelling first, else the one that differs in case alone.
 *
 * @param located called when there is a file, before it is read: the cluster exists, whatever becomes of the reading
 */
export async function findList(
  directory: ClustersDirectory,
  cluster: ClusterName,
  options: ReadListFileOptions,
  located: (name: ClusterName) => void,
): Promise<FoundList> {
  for (let tries = 1; ; tries += 1) {
    const { name, place } = await lookUp(directory, cluster, options.signal)
    if (place.kind !== 'list') return { kind: place.kind, name }
    try {
      const found = (): void => located(name)
      const file = await readOrLocate(place.realPath, { ...options, found })
      return { kind: 'list', name, file, linkedTo: place.linkedTo }
    } catch (error) {
      if (tries === mostTries || !wasReplaced(error)) throw error
    }
  }
}

const mostTries = 3

async function lookUp(
  directory: ClustersDirectory,
  cluster: ClusterName,
  signal: AbortSignal,
): Promise<{ readonly name: ClusterName; readonly place: ListPlace }> {
  const place = await directory.look(cluster)
  if (place.kind !== 'absent') return { name: cluster, place }
  const other = await directory.otherCase(cluster, signal)
  return other === undefined ? { name: cluster, place } : { name: other, place: await directory.look(other) }
}

/** A file that cannot be opened is there all the same. */
async function readOrLocate(path: string, options: ReadListFileOptions): Promise<ListFile> {
  try {
    return await readListFile(path, options)
  } catch (error) {
    if ((await stat(path)).isFile()) options.found?.()
    throw error
  }
}

/** Whether the file was there when it was looked for, and gone or a link when it was opened. */
function wasReplaced(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ELOOP'
}

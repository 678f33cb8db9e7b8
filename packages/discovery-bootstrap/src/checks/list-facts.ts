import type { Dirent } from 'node:fs'
import { type Clock, type ClusterName, clusterNameFault, clusterNameKey } from '@pstorage/discovery-core'
import { ClustersDirectory } from '../clusters-directory.js'
import { decodeList } from '../decode-list.js'
import { faultOf, type ListFault } from '../list-fault.js'
import { readListFile } from '../read-list-file.js'

/** What one clusters directory is and has. */
export interface DirectoryFacts {
  /** As it was given. */
  readonly path: string
  readonly state: 'there' | 'absent' | 'unusable'
  /** Why it is unusable. */
  readonly fault?: ListFault | undefined
  /** One for each directory of a cluster, sorted by name. */
  readonly lists: readonly ListFacts[]
  /** Whether there are more directories than were looked at. */
  readonly isCut: boolean
}

/** What the directory of one cluster has. */
export interface ListFacts {
  /** As the directory is spelled; it need not be a cluster name. */
  readonly name: string
  /** Where the list is or would be. */
  readonly path: string
  /** Where a list of the wrong name would be. */
  readonly misnamedPath: string
  readonly isMisnamed: boolean
  readonly state: 'list' | 'no-list' | 'unreadable'
  /** Why it is unreadable. */
  readonly fault?: ListFault | undefined
  /** The cluster whose directory the list is in, when links lead to another one. */
  readonly linkedTo?: string | undefined
  /** What is in it, where it was read. */
  readonly file?: { readonly text: string; readonly mode: number; readonly uid: number } | undefined
}

/** How {@link directoryFacts} looks. */
export interface FactsOptions {
  /** Only the directories of this cluster, in any letter case. */
  readonly cluster: ClusterName | undefined
  readonly maxBytes: number
  readonly maxClusters: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Looks at a clusters directory; rejects with the reason of the signal alone. */
export async function directoryFacts(path: string, options: FactsOptions): Promise<DirectoryFacts> {
  try {
    const directory = await ClustersDirectory.at(path)
    if (directory === undefined) return { path, state: 'absent', lists: [], isCut: false }
    const names: string[] = []
    for await (const entry of directory.entries(options.signal))
      if (mayBeCluster(entry, options)) names.push(entry.name)
    names.sort()
    const looked: (ListFacts | undefined)[] = []
    for (let start = 0; start < Math.min(names.length, options.maxClusters); start += looksAtOnce) {
      const some = names.slice(start, Math.min(start + looksAtOnce, options.maxClusters))
      looked.push(...(await Promise.all(some.map((name) => listFacts(directory, name, options)))))
    }
    const lists = looked.filter((facts) => facts !== undefined)
    return { path, state: 'there', lists, isCut: names.length > options.maxClusters }
  } catch (error) {
    options.signal.throwIfAborted()
    return { path, state: 'unusable', fault: faultOf(error), lists: [], isCut: false }
  }
}

const looksAtOnce = 32

function mayBeCluster(entry: Dirent, { cluster }: FactsOptions): boolean {
  if (entry.isFile() || entry.name.startsWith('.')) return false
  return cluster === undefined || entry.name.toLowerCase() === clusterNameKey(cluster)
}

async function listFacts(
  directory: ClustersDirectory,
  name: string,
  { maxBytes, clock, signal }: FactsOptions,
): Promise<ListFacts | undefined> {
  const about = { name, path: directory.listPath(name), misnamedPath: directory.misnamedListPath(name) }
  const isMisnamed = await directory.hasMisnamedList(name)
  try {
    const place = await directory.look(name)
    if (place.kind === 'absent') return undefined
    // What is no cluster name and has no list is some other directory.
    if (place.kind === 'no-list') {
      return clusterNameFault(name) === undefined ? { ...about, isMisnamed, state: 'no-list' } : undefined
    }
    const { realPath, linkedTo } = place
    const { bytes, mode, uid } = await readListFile(realPath, { maxBytes, clock, signal })
    return { ...about, isMisnamed, state: 'list', linkedTo, file: { text: decodeList(bytes), mode, uid } }
  } catch (error) {
    signal.throwIfAborted()
    return { ...about, isMisnamed, state: 'unreadable', fault: faultOf(error) }
  }
}

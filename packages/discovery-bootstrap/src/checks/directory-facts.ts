import type { Dirent } from 'node:fs'
import { type Clock, type ClusterName, clusterNameFault, clusterNameKey } from '@pstorage/discovery-core'
import type { ClustersDirectory } from '../directory/clusters-directory.js'
import { type ConfiguredDirectory, openDirectory } from '../directory/configured-directory.js'
import { decodeList } from '../list/bootstrap-list.js'
import { faultOf, type ListFault } from '../list/list-fault.js'
import { readListFile } from '../list/read-list-file.js'

/** Facts about one clusters directory. */
export interface DirectoryFacts {
  /** The path of the option. */
  readonly path: string
  readonly state: 'there' | 'absent' | 'unusable'
  /** Set when it is unusable. */
  readonly fault?: ListFault | undefined
  /** One for each directory of a cluster, sorted by name. */
  readonly lists: readonly ListFacts[]
  /** True when there are more directories than were read. */
  readonly isCut: boolean
}

/** Facts about the list of one cluster. */
export interface ListFacts {
  /** The name of the directory; it need not be a cluster name. */
  readonly name: string
  /** The path of the list, whether or not it exists. */
  readonly path: string
  /** The path of a list under the wrong name. */
  readonly misnamedPath: string
  readonly isMisnamed: boolean
  readonly state: 'list' | 'no-list' | 'unreadable'
  /** Set when it is unreadable. */
  readonly fault?: ListFault | undefined
  /** The cluster whose directory the list is in, when links lead to another one. */
  readonly linkedTo?: string | undefined
  /** Set when it was read. */
  readonly file?: { readonly text: string; readonly mode: number; readonly uid: number } | undefined
}

interface FactsOptions {
  /** Only the directories of this cluster, in any letter case. */
  readonly cluster: ClusterName | undefined
  readonly maxBytes: number
  readonly maxClusters: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Reads a clusters directory and its lists; rejects only with the reason of the signal. */
export async function readDirectoryFacts(
  configured: ConfiguredDirectory,
  options: FactsOptions,
): Promise<DirectoryFacts> {
  const { path } = configured
  try {
    const directory = await openDirectory(configured, options)
    if (directory === undefined) return { path, state: 'absent', lists: [], isCut: false }
    const names: string[] = []
    for await (const entry of directory.entries(options.signal))
      if (mayBeCluster(entry, options)) names.push(entry.name)
    names.sort()
    const facts: (ListFacts | undefined)[] = []
    for (let start = 0; start < Math.min(names.length, options.maxClusters); start += readsAtOnce) {
      const some = names.slice(start, Math.min(start + readsAtOnce, options.maxClusters))
      facts.push(...(await Promise.all(some.map((name) => readListFacts(directory, name, options)))))
    }
    const lists = facts.filter((each) => each !== undefined)
    return { path, state: 'there', lists, isCut: names.length > options.maxClusters }
  } catch (error) {
    options.signal.throwIfAborted()
    return { path, state: 'unusable', fault: faultOf(error), lists: [], isCut: false }
  }
}

const readsAtOnce = 32

function mayBeCluster(entry: Dirent, { cluster }: FactsOptions): boolean {
  if (entry.isFile() || entry.name.startsWith('.')) return false
  return cluster === undefined || entry.name.toLowerCase() === clusterNameKey(cluster)
}

async function readListFacts(
  directory: ClustersDirectory,
  name: string,
  { maxBytes, clock, signal }: FactsOptions,
): Promise<ListFacts | undefined> {
  const base = { name, path: directory.listPath(name), misnamedPath: directory.misnamedListPath(name) }
  const isMisnamed = await directory.hasMisnamedList(name)
  try {
    const location = await directory.locateList(name)
    if (location.kind === 'absent') return undefined
    // Without a list and a cluster name it is some other directory.
    if (location.kind === 'no-list') {
      return clusterNameFault(name) === undefined ? { ...base, isMisnamed, state: 'no-list' } : undefined
    }
    const { realPath, linkedTo } = location
    const { bytes, mode, uid } = await readListFile(realPath, { maxBytes, clock, signal })
    return { ...base, isMisnamed, state: 'list', linkedTo, file: { text: decodeList(bytes), mode, uid } }
  } catch (error) {
    signal.throwIfAborted()
    return { ...base, isMisnamed, state: 'unreadable', fault: faultOf(error) }
  }
}

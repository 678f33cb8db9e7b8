import type { Dirent } from 'node:fs'
import { lstat, opendir, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import {
  type ClusterName,
  clusterNameFault,
  clusterNameKey,
  escapeText,
  parseClusterName,
  quoteText,
} from '@pstorage/discovery-core'
import { errorCode, ListFault } from './list-fault.js'

/** The name of the file in a cluster's directory that holds its bootstrap list. */
export const listFileName = 'bs.list'
/** What os-brick of OpenStack calls it, and nothing reads. */
const misnamedListFileName = 'bs_list'

/** What is at a place where a list may be. */
export type ListPlace =
  /** A list, or something in the place of one; `realPath` is free of symbolic links. */
  | { readonly kind: 'list'; readonly realPath: string; readonly linkedTo: string | undefined }
  /** A directory of a cluster, and no list in it. */
  | { readonly kind: 'no-list' }
  /** No directory of a cluster. */
  | { readonly kind: 'absent' }

/**
 * A clusters directory that exists: `/etc/pstorage/clusters` and the like.
 *
 * Symbolic links are followed as long as they stay below it: a link from one cluster to another is told to the caller,
 * a link to anywhere else is refused, since who may write there is not known.
 */
export class ClustersDirectory {
  readonly path: string
  readonly #realPath: string

  private constructor(path: string, realPath: string) {
    this.path = path
    this.#realPath = realPath
  }

  /** Opens a directory; `undefined` when there is none. Any other obstacle is thrown as the system words it. */
  static async at(path: string): Promise<ClustersDirectory | undefined> {
    const realPath = await realPathOf(path)
    if (realPath === undefined) return undefined
    // The trailing separator makes the system insist on a directory.
    await stat(join(realPath, sep))
    return new ClustersDirectory(path, realPath)
  }

  /** The path of a list, as an operator would write it. `name` is a single path component. */
  listPath(name: string): string {
    return join(this.path, name, listFileName)
  }

  /** The path of a list under the wrong name. */
  misnamedListPath(name: string): string {
    return join(this.path, name, misnamedListFileName)
  }

  /** Finds out what is there for a cluster of exactly this name. */
  async look(name: string): Promise<ListPlace> {
    const directory = join(this.#realPath, name)
    const path = join(directory, listFileName)
    // Nearly always there are no links, and this is all that has to be asked.
    if ((await realpath(path).catch(() => undefined)) === path) {
      return { kind: 'list', realPath: path, linkedTo: undefined }
    }
    const realDirectory = await realPathOf(directory)
    if (realDirectory === undefined) return { kind: 'absent' }
    this.#checkInside(directory, realDirectory)
    const realPath = await listIn(realDirectory)
    if (realPath === 'not-a-directory') return { kind: 'absent' }
    if (realPath === undefined) return { kind: 'no-list' }
    const [owner = ''] = this.#checkInside(path, realPath)
    return { kind: 'list', realPath, linkedTo: owner.toLowerCase() === name.toLowerCase() ? undefined : owner }
  }

  /** The same for an entry of the directory, quick where there are no links; what is found as a list is a file. */
  async glance(entry: Dirent): Promise<ListPlace> {
    const path = join(this.#realPath, entry.name, listFileName)
    if (entry.isDirectory()) {
      const found = await lstat(path).catch(() => undefined)
      if (found?.isFile()) return { kind: 'list', realPath: path, linkedTo: undefined }
    }
    const place = await this.look(entry.name)
    if (place.kind === 'list' && !(await stat(place.realPath)).isFile()) {
      throw new ListFault('failed', 'ERR_LIST_NOT_A_FILE', 'the list is not a regular file')
    }
    return place
  }

  /** Whether a list of the wrong name is there. */
  async hasMisnamedList(name: string): Promise<boolean> {
    const found = await lstat(join(this.#realPath, name, misnamedListFileName)).catch(() => undefined)
    return found !== undefined
  }

  /**
   * The one directory that has the name in other letter case.
   *
   * @throws ListFault `ERR_NAME_AMBIGUOUS` when there are several: none of them is guessed.
   */
  async otherCase(name: ClusterName, signal: AbortSignal): Promise<ClusterName | undefined> {
    const key = clusterNameKey(name)
    const found: ClusterName[] = []
    for await (const entry of this.entries(signal)) {
      if (entry.isFile() || entry.name === name || clusterNameFault(entry.name) !== undefined) continue
      const other = parseClusterName(entry.name)
      if (clusterNameKey(other) === key) found.push(other)
    }
    if (found.length > 1) {
      const names = found.sort().map((each) => quoteText(each))
      throw new ListFault('failed', 'ERR_NAME_AMBIGUOUS', `${names.join(' and ')} differ in letter case alone`)
    }
    return found[0]
  }

  /** What the directory holds, in no order, as it is read. */
  async *entries(signal: AbortSignal): AsyncGenerator<Dirent> {
    for await (const entry of await opendir(this.#realPath, { bufferSize: entriesAtOnce })) {
      signal.throwIfAborted()
      yield entry
    }
  }

  /** The path below this directory, in parts. */
  #checkInside(path: string, realPath: string): readonly string[] {
    const below = relative(this.#realPath, realPath)
    const parts = below.split(sep)
    if (below !== '' && !isAbsolute(below) && parts[0] !== '..') return parts
    const message = `${escapeText(path)} leads to ${escapeText(realPath)}, outside of the clusters directory`
    throw new ListFault('failed', 'ERR_LIST_OUTSIDE', message)
  }
}

const entriesAtOnce = 256

/**
 * The path without symbolic links; `undefined` when nothing is there. A link to nowhere on the way is an obstacle, not an
 * absence: what it leads to may only not be mounted.
 */
async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || (await leadsNowhere(path))) throw error
    return undefined
  }
}

/** Whether of a path that is not there, the first part that is missing is the goal of a link. */
async function leadsNowhere(path: string): Promise<boolean> {
  for (let place = path; ; place = dirname(place)) {
    const found = await lstat(place).catch(ignoreAbsence)
    if (found?.isSymbolicLink() && (await realpath(place).catch(ignoreAbsence)) === undefined) return true
    if (found !== undefined || place === dirname(place)) return false
  }
}

function ignoreAbsence(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error
}

async function listIn(directory: string): Promise<string | 'not-a-directory' | undefined> {
  try {
    return await realPathOf(join(directory, listFileName))
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return 'not-a-directory'
    throw error
  }
}

import type { BigIntStats, Dirent } from 'node:fs'
import { lstat, opendir, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import {
  type Clock,
  type ClusterName,
  clusterNameFault,
  clusterNameKey,
  escapeText,
  parseClusterName,
  quoteText,
} from '@pstorage/discovery-core'
import { errorCode, faultOf, ListFault } from '../list/list-fault.js'

/** The file name of a bootstrap list in the directory of its cluster. */
export const listFileName = 'bs.list'
/** The file name that os-brick of OpenStack writes, and nothing reads. */
const misnamedListFileName = 'bs_list'

/** The result of the search for a list in the directory of a cluster. */
export type ListLocation =
  /** A list, or something else with its name; `realPath` is free of symbolic links. */
  | { readonly kind: 'list'; readonly realPath: string; readonly linkedTo: string | undefined }
  /** A directory of a cluster, and no list in it. */
  | { readonly kind: 'no-list' }
  /** No directory of a cluster. */
  | { readonly kind: 'absent' }

/**
 * A clusters directory that exists: `/etc/pstorage/clusters` and the like.
 *
 * Symbolic links are followed as long as they stay below it: a link from one cluster to another is reported to the
 * caller; a link to anywhere else is refused, since it is not known who may write there.
 */
export class ClustersDirectory {
  readonly path: string
  readonly #realPath: string
  #state: string
  #changedAt: number

  private constructor(path: string, realPath: string, stats: BigIntStats) {
    this.path = path
    this.#realPath = realPath
    this.#state = stateOf(stats)
    this.#changedAt = Number(stats.ctimeMs)
  }

  /**
   * Opens a directory; `undefined` when there is none.
   *
   * @throws ListFault `unavailable` for what is no directory or must not be read, `failed` for any other obstacle.
   */
  static async open(path: string): Promise<ClustersDirectory | undefined> {
    try {
      const realPath = await realPathOf(path)
      return realPath === undefined ? undefined : new ClustersDirectory(path, realPath, await statDirectory(realPath))
    } catch (error) {
      const { code, message, status } = faultOf(error)
      throw new ListFault(noDirectoryCodes.has(code) ? 'unavailable' : status, code, message)
    }
  }

  /**
   * Resolves to true when the directory has changed since it was opened or last compared, or less than 100 ms before that.
   * Then a missing name proves nothing: a cluster whose directory is replaced by two renames is missing in between.
   */
  async hasChanged({ clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<boolean> {
    const before = this.#state
    // The age comes from the clock of the file system; the wait is timed by ours.
    const age = Math.abs(Date.now() - this.#changedAt)
    const isFresh = age <= settleTime
    if (isFresh) await clock.sleep(settleTime - age + 1, signal)
    const stats = await statDirectory(this.#realPath)
    this.#state = stateOf(stats)
    this.#changedAt = Number(stats.ctimeMs)
    return isFresh || this.#state !== before
  }

  /** Returns the path of a list, as an operator would write it. `name` is a single path component. */
  listPath(name: string): string {
    return join(this.path, name, listFileName)
  }

  /** Returns the path of a list under the wrong name. */
  misnamedListPath(name: string): string {
    return join(this.path, name, misnamedListFileName)
  }

  /** Locates the list of a cluster with exactly this name. */
  async locateList(name: string): Promise<ListLocation> {
    const directory = join(this.#realPath, name)
    const path = join(directory, listFileName)
    // Nearly always there are no links, and one system call is enough.
    if ((await realpath(path).catch(() => undefined)) === path) {
      return { kind: 'list', realPath: path, linkedTo: undefined }
    }
    const realDirectory = await realPathOf(directory)
    if (realDirectory === undefined) return { kind: 'absent' }
    this.#checkInside(directory, realDirectory)
    const realPath = await listIn(realDirectory)
    if (realPath === 'not-a-directory') return { kind: 'absent' }
    if (realPath === undefined) return { kind: 'no-list' }
    // A volume of Kubernetes has its files below `..data`, and that leads to a directory with a date: no cluster either.
    const owner = this.#checkInside(path, realPath).find((part) => !part.startsWith('..')) ?? ''
    return { kind: 'list', realPath, linkedTo: owner.toLowerCase() === name.toLowerCase() ? undefined : owner }
  }

  /** Locates the list of an entry of the directory, with one system call where there are no links; the list is a file. */
  async locateListOf(entry: Dirent): Promise<ListLocation> {
    const path = join(this.#realPath, entry.name, listFileName)
    if (entry.isDirectory()) {
      const stats = await lstat(path).catch(() => undefined)
      if (stats?.isFile()) return { kind: 'list', realPath: path, linkedTo: undefined }
    }
    const location = await this.locateList(entry.name)
    if (location.kind === 'list' && !(await stat(location.realPath)).isFile()) {
      throw new ListFault('failed', 'ERR_LIST_NOT_A_FILE', 'the list is not a regular file')
    }
    return location
  }

  /** Resolves to true when there is a list under the wrong name. */
  async hasMisnamedList(name: string): Promise<boolean> {
    const stats = await lstat(join(this.#realPath, name, misnamedListFileName)).catch(() => undefined)
    return stats !== undefined
  }

  /**
   * Finds the one directory that has the name in other letter case.
   *
   * @throws ListFault `ERR_NAME_AMBIGUOUS` when there are several: the choice is not ours.
   */
  async findOtherCase(name: ClusterName, signal: AbortSignal): Promise<ClusterName | undefined> {
    const key = clusterNameKey(name)
    const matches: ClusterName[] = []
    for await (const entry of this.entries(signal)) {
      if (entry.isFile() || entry.name === name || clusterNameFault(entry.name) !== undefined) continue
      const other = parseClusterName(entry.name)
      if (clusterNameKey(other) === key) matches.push(other)
    }
    if (matches.length > 1) {
      const names = matches.sort().map((each) => quoteText(each))
      throw new ListFault('failed', 'ERR_NAME_AMBIGUOUS', `${names.join(' and ')} differ in letter case alone`)
    }
    return matches[0]
  }

  /** Yields the entries of the directory as they are read, in no order. */
  async *entries(signal: AbortSignal): AsyncGenerator<Dirent> {
    for await (const entry of await opendir(this.#realPath, { bufferSize: entriesAtOnce })) {
      signal.throwIfAborted()
      yield entry
    }
  }

  /** Returns the components of the path below this directory. @throws ListFault when it is not below */
  #checkInside(path: string, realPath: string): readonly string[] {
    const below = relative(this.#realPath, realPath)
    const parts = below.split(sep)
    if (below !== '' && !isAbsolute(below) && parts[0] !== '..') return parts
    const message = `${escapeText(path)} leads to ${escapeText(realPath)}, outside of the clusters directory`
    throw new ListFault('failed', 'ERR_LIST_OUTSIDE', message)
  }
}

const entriesAtOnce = 256

/** Creates the fault of a directory that changed each time it was searched. */
export function directoryChanging(): ListFault {
  return new ListFault('failed', 'ERR_LIST_CHANGING', 'the clusters directory was being changed each time it was read')
}

/** Codes of a path at which there is no directory to read. */
const noDirectoryCodes: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

/** Milliseconds within which a directory is replaced by two renames, unless this host is very busy. */
export const settleTime = 100

function statDirectory(realPath: string): Promise<BigIntStats> {
  // With a trailing separator the system refuses anything but a directory.
  return stat(join(realPath, sep), { bigint: true })
}

function stateOf({ dev, ino, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, mtimeNs, ctimeNs].join(' ')
}

/**
 * Resolves the path to one without symbolic links; `undefined` when nothing is there. A link to nowhere is an obstacle,
 * not an absence: its target may only not be mounted.
 */
async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || (await leadsNowhere(path))) throw error
    return undefined
  }
}

/** Resolves to true when the first missing part of a path is the target of a link. */
async function leadsNowhere(path: string): Promise<boolean> {
  for (let part = path; ; part = dirname(part)) {
    const stats = await lstat(part).catch(ignoreAbsence)
    if (stats?.isSymbolicLink() && (await realpath(part).catch(ignoreAbsence)) === undefined) return true
    if (stats !== undefined || part === dirname(part)) return false
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

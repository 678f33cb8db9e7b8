import type { BigIntStats, Dirent } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, parse, sep } from 'node:path'
import { type ClusterName, clusterNameKey } from '@pstorage/discovery-core'
import { listFileName } from '../directory/clusters-directory.js'
import { errorCode } from '../list/list-fault.js'
import type { WatchPlan } from './directory-watcher.js'

/** Reads the state of a clusters directory, as a text that changes when the result of a query may change. */
export type StateReader = (directory: string, plan: WatchPlan) => Promise<string>

/** Reads the state of the list of one cluster, and adds to `plan` every name whose change may change it. */
export function listStateReader(cluster: ClusterName): StateReader {
  const key = clusterNameKey(cluster)
  return async (directory, plan) => {
    const base = await followAbsolutePath(directory, plan)
    if ('code' in base) return base.code
    plan.add(base.path, cluster)
    const exact = await lstat(join(base.path, cluster)).catch(() => undefined)
    const names = exact === undefined ? await readdir(base.path).catch(noNames) : [cluster]
    const states: string[] = []
    for (const name of names.sort()) {
      if (name.toLowerCase() !== key) continue
      const list = await followPath(base.path, join(name, listFileName), plan)
      states.push(`${name} ${stateOf(list)}`)
    }
    return states.join('\n')
  }
}

/** Reads the state of the names: the directories that have a list. */
export function namesStateReader(maxClusters: number): StateReader {
  return async (directory, plan) => {
    const base = await followAbsolutePath(directory, plan)
    if ('code' in base) return base.code
    plan.addAll(base.path)
    const entries = await readdir(base.path, { withFileTypes: true }).catch(noNames)
    const candidates = entries.filter((entry) => !entry.isFile() && !entry.name.startsWith('.')).slice(0, maxClusters)
    const names: string[] = []
    for (let start = 0; start < candidates.length; start += readsAtOnce) {
      const some = candidates.slice(start, start + readsAtOnce)
      names.push(...(await Promise.all(some.map((entry) => nameWithList(base.path, entry, plan)))))
    }
    return names
      .filter((name) => name !== '')
      .sort()
      .join('\n')
  }
}

const readsAtOnce = 32

async function nameWithList(directory: string, entry: Dirent, plan: WatchPlan): Promise<string> {
  const end = await followPath(directory, join(entry.name, listFileName), plan)
  return 'stats' in end && end.stats.isFile() ? entry.name : ''
}

// A second write within the same tick of the clock does not change the times of a file.
const tick = 10
let unsettled = 0

function stateOf(end: FollowedPath): string {
  if ('code' in end) return end.code
  const { dev, ino, size, mode, uid, mtimeNs, ctimeNs, ctimeMs } = end.stats
  const state = [end.path, dev, ino, size, mode, uid, mtimeNs, ctimeNs].join(' ')
  if (Math.abs(Date.now() - Number(ctimeMs)) > tick) return state
  unsettled += 1
  return `${state} ${unsettled}`
}

function noNames(error: unknown): never[] {
  if (errorCode(error) === undefined) throw error
  return []
}

/** The end of a path: a file, or the error of the system that stops there. */
type FollowedPath = { readonly path: string; readonly stats: BigIntStats } | { readonly code: string }

const mostLinks = 40

/**
 * Follows a path below a directory without symbolic links in it, link by link, and plans to watch every name on the way:
 * any change of the target of the path is a change of one of them.
 */
async function followPath(from: string, path: string, plan: WatchPlan): Promise<FollowedPath> {
  const parts = path.split(sep)
  let directory = from
  let links = 0
  for (;;) {
    const name = parts.shift()
    if (name === undefined) return statPath(directory)
    if (name === '' || name === '.') continue
    if (name === '..') {
      directory = dirname(directory)
      continue
    }
    plan.add(directory, name)
    const next = await statPath(join(directory, name))
    if ('code' in next) return next
    if (!next.stats.isSymbolicLink()) {
      directory = next.path
      if (parts.length === 0) return next
      continue
    }
    links += 1
    if (links > mostLinks) return { code: 'ELOOP' }
    const target = await readlink(next.path).catch(codeOfError)
    if (typeof target !== 'string') return target
    if (isAbsolute(target)) directory = parse(target).root
    parts.unshift(...target.split(sep))
  }
}

/** Follows an absolute path. */
function followAbsolutePath(path: string, plan: WatchPlan): Promise<FollowedPath> {
  const { root } = parse(path)
  return followPath(root, path.slice(root.length), plan)
}

function statPath(path: string): Promise<FollowedPath> {
  return lstat(path, { bigint: true }).then((stats) => ({ path, stats }), codeOfError)
}

function codeOfError(error: unknown): { readonly code: string } {
  const code = errorCode(error)
  if (code === undefined) throw error
  return { code }
}

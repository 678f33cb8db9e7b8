import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ClusterName, clusterNameKey } from '@pstorage/discovery-core'
import { listFileName } from './clusters-directory.js'
import { followAbsolutePath, followPath, type PathEnd } from './follow-path.js'
import { errorCode } from './list-fault.js'
import type { WatchPlan } from './watch-plan.js'

/** What a clusters directory looks like from outside: it is another text when asking again may give something else. */
export type ListState = (directory: string, plan: WatchPlan) => Promise<string>

/** The state of the list of one cluster; `plan` gets what has to be watched for it to be another one. */
export function listStateOf(cluster: ClusterName): ListState {
  const key = clusterNameKey(cluster)
  return async (directory, plan) => {
    const found = await followAbsolutePath(directory, plan)
    if ('code' in found) return found.code
    plan.add(found.path, cluster)
    const exact = await lstat(join(found.path, cluster)).catch(() => undefined)
    const names = exact === undefined ? await readdir(found.path).catch(noNames) : [cluster]
    const states: string[] = []
    for (const name of names.sort()) {
      if (name.toLowerCase() !== key) continue
      const list = await followPath(found.path, join(name, listFileName), plan)
      states.push(`${name} ${stateOf(list)}`)
    }
    return states.join('\n')
  }
}

/** The state of the names: which directories have a list. */
export function namesState(maxClusters: number): ListState {
  return async (directory, plan) => {
    const found = await followAbsolutePath(directory, plan)
    if ('code' in found) return found.code
    plan.addAny(found.path)
    const entries = await readdir(found.path, { withFileTypes: true }).catch(noNames)
    const candidates = entries.filter((entry) => !entry.isFile() && !entry.name.startsWith('.')).slice(0, maxClusters)
    const names: string[] = []
    for (let start = 0; start < candidates.length; start += looksAtOnce) {
      const some = candidates.slice(start, start + looksAtOnce)
      names.push(...(await Promise.all(some.map((entry) => nameWithList(found.path, entry, plan)))))
    }
    return names
      .filter((name) => name !== '')
      .sort()
      .join('\n')
  }
}

const looksAtOnce = 32

async function nameWithList(directory: string, entry: Dirent, plan: WatchPlan): Promise<string> {
  const end = await followPath(directory, join(entry.name, listFileName), plan)
  return 'stats' in end && end.stats.isFile() ? entry.name : ''
}

// A writer that comes within the same tick of the clock leaves no trace in the times of a file.
const tick = 10
let unsettled = 0

function stateOf(end: PathEnd): string {
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

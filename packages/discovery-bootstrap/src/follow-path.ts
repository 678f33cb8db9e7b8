import type { BigIntStats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, parse, sep } from 'node:path'
import { errorCode } from './list-fault.js'
import type { WatchPlan } from './watch-plan.js'

/** Where a path leads: to something, or no further because of an error of the system. */
export type PathEnd = { readonly path: string; readonly stats: BigIntStats } | { readonly code: string }

const mostLinks = 40

/**
 * Follows a path below a directory without symbolic links in it, link by link, and plans to watch every name on the way:
 * whatever makes the path lead elsewhere happens to one of them.
 */
export async function followPath(from: string, path: string, plan: WatchPlan): Promise<PathEnd> {
  const parts = path.split(sep)
  let directory = from
  let links = 0
  for (;;) {
    const name = parts.shift()
    if (name === undefined) return lookAt(directory)
    if (name === '' || name === '.') continue
    if (name === '..') {
      directory = dirname(directory)
      continue
    }
    plan.add(directory, name)
    const next = await lookAt(join(directory, name))
    if ('code' in next) return next
    if (!next.stats.isSymbolicLink()) {
      directory = next.path
      if (parts.length === 0) return next
      continue
    }
    links += 1
    if (links > mostLinks) return { code: 'ELOOP' }
    const target = await readlink(next.path).catch(codeOf)
    if (typeof target !== 'string') return target
    if (isAbsolute(target)) directory = parse(target).root
    parts.unshift(...target.split(sep))
  }
}

/** The same for an absolute path. */
export function followAbsolutePath(path: string, plan: WatchPlan): Promise<PathEnd> {
  const { root } = parse(path)
  return followPath(root, path.slice(root.length), plan)
}

function lookAt(path: string): Promise<PathEnd> {
  return lstat(path, { bigint: true }).then((stats) => ({ path, stats }), codeOf)
}

function codeOf(error: unknown): { readonly code: string } {
  const code = errorCode(error)
  if (code === undefined) throw error
  return { code }
}

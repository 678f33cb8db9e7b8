import { type Dir, opendirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Clock, ClusterName } from '@pstorage/discovery-core'
import { listFileName } from '../directory/clusters-directory.js'
import { errorCode } from '../list/list-fault.js'
import { untilAborted } from '../list/read-list-file.js'
import { DirectoryWatcher, type WatchDirectory, WatchPlan } from './directory-watcher.js'
import { listStateReader, namesStateReader, type StateReader } from './list-state.js'

/** Options of {@link listChanges}. */
interface ListChangesOptions {
  /** The clusters directories; they need not exist. */
  readonly directories: readonly string[]
  /** The cluster of the list; `undefined`: the set of names. */
  readonly cluster: ClusterName | undefined
  readonly maxClusters: number
  /** The interval of polls where the system cannot report changes, in milliseconds. */
  readonly pollInterval: number
  readonly clock: Clock
  /** Ends it. */
  readonly signal: AbortSignal
  /** Called when the result of a query may have changed. */
  readonly hint: () => void
  /** Default: `watch` of node:fs. */
  readonly watchDirectory?: WatchDirectory | undefined
}

// To rewrite a list causes many events, and the list is worth reading after them; a writer that never stops is not awaited.
const quietTime = 50
const mostWaits = 10
// Reads until everything on the way is watched; directories that keep moving are read again at the next event.
const mostReads = 10

/**
 * Hints that a list or the set of names has changed, until the signal aborts.
 *
 * It compares states, not events: a file that was replaced, written in place, or removed and made again, and directories
 * that come, go and move, need no special treatment. The first watches are set before the call returns, so that no later
 * change is missed.
 *
 * @throws the reason of the signal.
 */
export async function listChanges(options: ListChangesOptions): Promise<never> {
  const { cluster, directories, maxClusters, clock, signal, hint } = options
  signal.throwIfAborted()
  using watcher = new DirectoryWatcher(options.watchDirectory)
  watcher.update(firstPlan(directories, cluster))
  const read = cluster === undefined ? namesStateReader(maxClusters) : listStateReader(cluster)
  let state: string | undefined = await stableState(read, watcher, options)
  let seen = 0
  // An event from before that read may arrive only now, and its change may or may not be in the state.
  for (let turns = 0; turns < 2; turns += 1) await setImmediate()
  if (watcher.eventCount !== seen) state = undefined
  for (;;) {
    await nextEvent(watcher, seen, options)
    for (let waits = 0; waits < mostWaits; waits += 1) {
      seen = watcher.eventCount
      await clock.sleep(quietTime, signal)
      if (watcher.eventCount === seen) break
    }
    seen = watcher.eventCount
    const before = state
    state = await stableState(read, watcher, options)
    if (state !== before) hint()
  }
}

/** Returns the names to watch before the first read, so that no change during it is missed. */
function firstPlan(directories: readonly string[], cluster: ClusterName | undefined): WatchPlan {
  const plan = new WatchPlan()
  for (const directory of directories) {
    for (let path = directory; path !== dirname(path); path = dirname(path)) plan.add(dirname(path), basename(path))
    if (cluster === undefined) {
      plan.addAll(directory)
      for (const name of someNames(directory)) plan.add(join(directory, name), listFileName)
    } else {
      plan.add(directory, cluster)
      plan.add(join(directory, cluster), listFileName)
    }
  }
  return plan
}

const mostFirstNames = 256

/** Returns some of the names in a directory; a large one is read whole later, without blocking. */
function someNames(directory: string): readonly string[] {
  const names: string[] = []
  let entries: Dir | undefined
  try {
    entries = opendirSync(directory)
    for (let entry = entries.readSync(); entry !== null && names.length < mostFirstNames; entry = entries.readSync()) {
      if (!entry.isFile()) names.push(entry.name)
    }
  } catch (error) {
    if (errorCode(error) === undefined) throw error
  } finally {
    entries?.closeSync()
  }
  return names
}

/** Reads the state of all directories while every name that it depends on is watched. */
async function stableState(read: StateReader, watcher: DirectoryWatcher, options: ListChangesOptions): Promise<string> {
  const { directories, signal } = options
  for (let reads = 1; ; reads += 1) {
    const plan = new WatchPlan()
    const states = await untilAborted(Promise.all(directories.map((directory) => read(directory, plan))), signal)
    if (!watcher.update(plan) || reads === mostReads) return states.join('\n\n')
  }
}

/** Waits for an event, or for the next poll where the system does not report events. */
async function nextEvent(watcher: DirectoryWatcher, since: number, options: ListChangesOptions): Promise<void> {
  const { clock, pollInterval, signal } = options
  const over = new AbortController()
  const events = [watcher.eventAfter(since)]
  if (watcher.hasUnwatched) events.push(clock.sleep(pollInterval, over.signal))
  try {
    await untilAborted(Promise.race(events), signal)
  } finally {
    over.abort()
  }
}

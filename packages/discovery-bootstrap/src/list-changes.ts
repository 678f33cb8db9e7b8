import { type Dir, opendirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Clock, ClusterName } from '@pstorage/discovery-core'
import { listFileName } from './clusters-directory.js'
import { DirectoryWatches, type WatchDirectory } from './directory-watches.js'
import { errorCode } from './list-fault.js'
import { type ListState, listStateOf, namesState } from './list-state.js'
import { untilAborted } from './until-aborted.js'
import { WatchPlan } from './watch-plan.js'

/** What {@link listChanges} looks at, and how. */
export interface ListChangesOptions {
  /** The clusters directories; they need not be there. */
  readonly directories: readonly string[]
  /** Whose list; `undefined`: the set of names. */
  readonly cluster: ClusterName | undefined
  readonly maxClusters: number
  /** How often to look where the system cannot tell of changes, in milliseconds. */
  readonly pollInterval: number
  readonly clock: Clock
  /** Ends it. */
  readonly signal: AbortSignal
  /** Is called when asking again may give something else. */
  readonly hint: () => void
  /** Default: that of the system. */
  readonly watchDirectory?: WatchDirectory | undefined
}

// One rewriting is many events, and a list is worth reading when they are over; who never stops is not waited for.
const quietTime = 50
const mostWaits = 10
// Until what is watched is what is there; who keeps moving directories is caught up with later.
const mostLooks = 10

/**
 * Hints that a list or the set of names has changed, until the signal aborts.
 *
 * It compares what is there, and not what has happened: a file that was replaced, written in place, removed and made
 * again, and directories that come, go and move, are all the same. It watches before it returns to its caller, so that
 * nothing is missed that happens after that.
 *
 * @throws the reason of the signal.
 */
export async function listChanges(options: ListChangesOptions): Promise<never> {
  const { cluster, directories, maxClusters, clock, signal, hint } = options
  signal.throwIfAborted()
  using watches = new DirectoryWatches(options.watchDirectory)
  watches.keep(firstPlan(directories, cluster))
  const look = cluster === undefined ? namesState(maxClusters) : listStateOf(cluster)
  let state: string | undefined = await stableState(look, watches, options)
  let seen = 0
  // What has happened while that state was taken may be in it already, and be told of only now.
  for (let turns = 0; turns < 2; turns += 1) await setImmediate()
  if (watches.events !== seen) state = undefined
  for (;;) {
    await nextEvent(watches, seen, options)
    for (let waits = 0; waits < mostWaits; waits += 1) {
      seen = watches.events
      await clock.sleep(quietTime, signal)
      if (watches.events === seen) break
    }
    seen = watches.events
    const before = state
    state = await stableState(look, watches, options)
    if (state !== before) hint()
  }
}

/** What can be watched before anything has been looked at, so that nothing is missed meanwhile. */
function firstPlan(directories: readonly string[], cluster: ClusterName | undefined): WatchPlan {
  const plan = new WatchPlan()
  for (const directory of directories) {
    for (let path = directory; path !== dirname(path); path = dirname(path)) plan.add(dirname(path), basename(path))
    if (cluster === undefined) {
      plan.addAny(directory)
      for (const name of someNames(directory)) plan.add(join(directory, name), listFileName)
    } else {
      plan.add(directory, cluster)
      plan.add(join(directory, cluster), listFileName)
    }
  }
  return plan
}

const mostFirstNames = 256

/** Some of what is in a directory; to read a large one takes long, and happens later without keeping others waiting. */
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

/** The state of all directories, taken while everything that it depends on is watched. */
async function stableState(look: ListState, watches: DirectoryWatches, options: ListChangesOptions): Promise<string> {
  const { directories, signal } = options
  for (let looks = 1; ; looks += 1) {
    const plan = new WatchPlan()
    const states = await untilAborted(Promise.all(directories.map((directory) => look(directory, plan))), signal)
    if (!watches.keep(plan) || looks === mostLooks) return states.join('\n\n')
  }
}

/** Waits until something happens, or until it is time to look again where the system does not tell. */
async function nextEvent(watches: DirectoryWatches, since: number, options: ListChangesOptions): Promise<void> {
  const { clock, pollInterval, signal } = options
  const over = new AbortController()
  const events = [watches.happened(since)]
  if (watches.blind) events.push(clock.sleep(pollInterval, over.signal))
  try {
    await untilAborted(Promise.race(events), signal)
  } finally {
    over.abort()
  }
}

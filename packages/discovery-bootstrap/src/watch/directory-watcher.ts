import { type FSWatcher, watch } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { errorCode } from '../list/list-fault.js'

/** Has the system report the events in a directory, as `watch` of node:fs does. */
export type WatchDirectory = (
  path: string,
  listener: (event: string, name: string | null) => void,
) => Pick<FSWatcher, 'close' | 'on'>

/** Watches directories by the operating system, and counts the events there. */
export class DirectoryWatcher implements Disposable {
  readonly #watchDirectory: WatchDirectory
  readonly #watchers = new Map<string, ReturnType<WatchDirectory>>()
  readonly #unwatched = new Set<string>()
  #plan = new WatchPlan()
  #events = 0
  #wake: (() => void) | undefined

  constructor(watchDirectory: WatchDirectory = watch) {
    this.#watchDirectory = watchDirectory
  }

  /** True when the system does not watch one of the directories: no watches are left, or no permission. */
  get hasUnwatched(): boolean {
    return this.#unwatched.size > 0
  }

  /** The number of events so far that the plan covers. */
  get eventCount(): number {
    return this.#events
  }

  /** Watches these directories and no others from now on; returns true when some are new. */
  update(plan: WatchPlan): boolean {
    this.#plan = plan
    this.#unwatched.clear()
    for (const path of this.#watchers.keys()) if (!plan.has(path)) this.#drop(path)
    let added = false
    for (const path of plan.directories) if (!this.#watchers.has(path)) added = this.#add(path) || added
    return added
  }

  /** Resolves at the next event; at once when there have been more than `count` events. */
  eventAfter(count: number): Promise<void> {
    if (this.#events !== count) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  [Symbol.dispose](): void {
    for (const path of this.#watchers.keys()) this.#drop(path)
  }

  #add(path: string): boolean {
    try {
      const watcher = this.#watchDirectory(path, (event, name) => this.#onEvent(path, event, name))
      this.#watchers.set(path, watcher)
      watcher.on('error', () => {
        this.#drop(path)
        this.#notify()
      })
      return true
    } catch (error) {
      // A directory that is gone is not watched; its return is an event in the directory above.
      if (!goneCodes.has(errorCode(error) ?? '')) this.#unwatched.add(path)
      return false
    }
  }

  #onEvent(directory: string, event: string, name: string | null): void {
    const isOwn = name === null || name === basename(directory)
    if (!isOwn && !this.#plan.covers(directory, name)) return
    // A watch stays with its directory when that is moved or removed, and another directory may get the path.
    if (event === 'rename' && name !== null) this.#dropBelow(join(directory, name))
    if (event === 'rename' && isOwn) this.#dropBelow(directory)
    this.#notify()
  }

  #notify(): void {
    this.#events += 1
    this.#wake?.()
    this.#wake = undefined
  }

  #dropBelow(directory: string): void {
    // Every directory on the way to a watched directory is watched too.
    if (!this.#plan.has(directory)) return
    for (const path of this.#watchers.keys()) {
      if (path === directory || path.startsWith(directory + sep)) this.#drop(path)
    }
  }

  #drop(path: string): void {
    this.#watchers.get(path)?.close()
    this.#watchers.delete(path)
  }
}

const goneCodes: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])

/** The names to watch, by directory. */
export class WatchPlan {
  readonly #names = new Map<string, Set<string> | 'any'>()

  /** Adds one name, in any letter case. */
  add(directory: string, name: string): void {
    const names = this.#names.get(directory)
    if (names === undefined) this.#names.set(directory, new Set([name.toLowerCase()]))
    else if (names !== 'any') names.add(name.toLowerCase())
  }

  /** Adds all names. */
  addAll(directory: string): void {
    this.#names.set(directory, 'any')
  }

  get directories(): Iterable<string> {
    return this.#names.keys()
  }

  has(directory: string): boolean {
    return this.#names.has(directory)
  }

  /** Returns true when an event at this name matters; `null` is a name that the system does not report. */
  covers(directory: string, name: string | null): boolean {
    const names = this.#names.get(directory)
    return names === 'any' || name === null || names?.has(name.toLowerCase()) === true
  }
}

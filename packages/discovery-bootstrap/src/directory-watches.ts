import { type FSWatcher, watch } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { errorCode } from './list-fault.js'
import { WatchPlan } from './watch-plan.js'

/** Has the system tell what happens in a directory, as `watch` of node:fs does. */
export type WatchDirectory = (
  path: string,
  listener: (event: string, name: string | null) => void,
) => Pick<FSWatcher, 'close' | 'on'>

/** Directories that the system watches for us, and whether something has happened there. */
export class DirectoryWatches implements Disposable {
  readonly #watchDirectory: WatchDirectory
  readonly #watchers = new Map<string, ReturnType<WatchDirectory>>()
  readonly #blind = new Set<string>()
  #plan = new WatchPlan()
  #events = 0
  #wake: (() => void) | undefined

  constructor(watchDirectory: WatchDirectory = watch) {
    this.#watchDirectory = watchDirectory
  }

  /** Whether there is a directory that the system does not watch: there may be no watches left, or no permission. */
  get blind(): boolean {
    return this.#blind.size > 0
  }

  /** How many things have happened so far that the plan is about. */
  get events(): number {
    return this.#events
  }

  /** Watches these directories and no others from now on; true when some were not watched before. */
  keep(plan: WatchPlan): boolean {
    this.#plan = plan
    this.#blind.clear()
    for (const path of this.#watchers.keys()) if (!plan.has(path)) this.#drop(path)
    let added = false
    for (const path of plan.directories) if (!this.#watchers.has(path)) added = this.#add(path) || added
    return added
  }

  /** Resolves when something happens; at once when something has happened since there were that many events. */
  happened(since: number): Promise<void> {
    if (this.#events !== since) return Promise.resolve()
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
        this.#happen()
      })
      return true
    } catch (error) {
      // What is gone is not watched where it was; whether it comes again is seen in the directory above.
      if (!goneCodes.has(errorCode(error) ?? '')) this.#blind.add(path)
      return false
    }
  }

  #onEvent(directory: string, event: string, name: string | null): void {
    const isOwn = name === null || name === basename(directory)
    if (!isOwn && !this.#plan.concerns(directory, name)) return
    // The watch of a directory stays with it when it is moved or removed, and another may take its place.
    if (event === 'rename' && name !== null) this.#dropBelow(join(directory, name))
    if (event === 'rename' && isOwn) this.#dropBelow(directory)
    this.#happen()
  }

  #happen(): void {
    this.#events += 1
    this.#wake?.()
    this.#wake = undefined
  }

  #dropBelow(directory: string): void {
    // What leads to a watched directory is watched too.
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

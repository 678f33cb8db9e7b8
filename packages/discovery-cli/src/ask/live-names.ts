import { type ClusterEvent, clusterNameKey } from '@pstorage/discovery-core'
import { nameLine, type TableOptions } from '../output/table.js'

export interface LiveNamesOptions extends TableOptions {
  readonly print: (text: string) => Promise<void>
}

/** Tells names to a person as they come, each once; those that come together in order. */
export class LiveNames {
  readonly #options: LiveNamesOptions
  readonly #told = new Set<string>()
  readonly #waiting = new Map<string, ClusterEvent>()
  #telling: Promise<void> | undefined

  constructor(options: LiveNamesOptions) {
    this.#options = options
  }

  /** Takes a name; it is told when all that came together with it is there. */
  add(event: ClusterEvent): void {
    const key = clusterNameKey(event.name)
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#waiting.set(key, event)
    this.#telling ??= this.#tell()
    // Who waits for the end hears of it.
    this.#telling.catch(() => {})
  }

  /** Resolves when everything has been told; rejects when it could not be. */
  async end(): Promise<void> {
    while (this.#telling !== undefined) await this.#telling
  }

  async #tell(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    const sorted = [...this.#waiting].sort(([a], [b]) => (a < b ? -1 : 1))
    this.#waiting.clear()
    const lines = sorted.map(([, { name, source }]) => `${nameLine({ name, method: source.method }, this.#options)}\n`)
    await this.#options.print(lines.join(''))
    this.#telling = this.#waiting.size > 0 ? this.#tell() : undefined
  }
}

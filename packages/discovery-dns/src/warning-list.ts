import type { Warning } from '@pstorage/discovery-core'

/** How many faults of one place are worth a warning each. */
const MAX_WARNINGS = 100

const NONE: readonly Warning[] = []

/** Collects warnings about one place: each once, and no more than a person reads. */
export class WarningList {
  readonly #place: string
  /** Made with the first one: nearly always there is none. */
  #warnings: Map<string, Warning> | undefined

  /** @param place a DNS name as text, which begins every message */
  constructor(place: string) {
    this.#place = place
  }

  get warnings(): readonly Warning[] {
    return this.#warnings === undefined ? NONE : [...this.#warnings.values()]
  }

  add(code: string, fault: string): void {
    this.#warnings ??= new Map()
    if (this.#warnings.has(fault) || this.#warnings.size > MAX_WARNINGS) return
    const message = this.#warnings.size < MAX_WARNINGS ? fault : 'there are further faults, which are not shown'
    this.#warnings.set(fault, { code, message: `${this.#place}: ${message}` })
  }
}

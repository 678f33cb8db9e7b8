import type { Warning } from '@pstorage/discovery-core'

/** How many faults of one place are worth a warning each. */
const MAX_WARNINGS = 100

/** Collects warnings about one place: each once, and no more than a person reads. */
export class WarningList {
  readonly #place: string
  readonly #warnings = new Map<string, Warning>()

  /** @param place a DNS name as text, which begins every message */
  constructor(place: string) {
    this.#place = place
  }

  get warnings(): readonly Warning[] {
    return [...this.#warnings.values()]
  }

  add(code: string, fault: string): void {
    if (this.#warnings.has(fault) || this.#warnings.size > MAX_WARNINGS) return
    const message = this.#warnings.size < MAX_WARNINGS ? fault : 'there are further faults, which are not shown'
    this.#warnings.set(fault, { code, message: `${this.#place}: ${message}` })
  }
}
